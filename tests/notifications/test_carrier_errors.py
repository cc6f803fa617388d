from __future__ import annotations

import pytest

from notifications.carrier_errors import Meaning, known_error
from notifications.webhook_signature import is_genuine


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (21610, Meaning.OPTED_OUT),
        *((code, Meaning.NUMBER) for code in (21211, 21614, 30003, 30005, 30006)),
        *((code, Meaning.RETRY) for code in (20429, 30001)),
        *((code, Meaning.FLAG) for code in (30004, 30007)),
        (30008, Meaning.OTHER),
        (None, Meaning.OTHER),
    ],
)
def test_codes(code: int | None, meaning: Meaning) -> None:
    """Each code that the product names has the meaning that it names."""
    assert known_error(code).meaning is meaning


def test_a_published_signature() -> None:
    """The example in Twilio's security documentation: right, and wrong by one parameter."""
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_genuine(url, params, signature, "12345")
    assert not is_genuine(url, params | {"Digits": "1235"}, signature, "12345")
    assert not is_genuine(url, params | {"Blank": "x"}, signature, "12345")
    assert not is_genuine(url, params, "", "12345")
    assert not is_genuine(url, params, signature, "12346")
