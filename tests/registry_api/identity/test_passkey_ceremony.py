from __future__ import annotations

import pytest

from registry_api.identity.errors import PasskeyRejected
from registry_api.identity.passkeys.ceremony import RelyingParty, answered_challenge, user_handle
from tests.authenticator import Authenticator


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("https://registry.example.org", "registry.example.org", "https://registry.example.org"),
        ("https://Registry.Example.org:443", "registry.example.org", "https://registry.example.org"),
        (
            "https://registry.example.org:8443/app",
            "registry.example.org",
            "https://registry.example.org:8443",
        ),
    ],
)
def test_passkeys_are_bound_to_the_public_address(address: str, host: str, origin: str) -> None:
    """The host is the address's, and the origin is written as browsers write it."""
    assert RelyingParty.at(address) == RelyingParty(id=host, origin=origin)


def test_an_answer_from_inside_a_foreign_page_is_rejected() -> None:
    """A page that frames ours cannot use its visitor's passkey."""
    device = Authenticator("https://registry.example.org", framed=True)
    party = RelyingParty.at("https://registry.example.org")
    options = {"user": {"id": "AA"}, "rp": {"id": party.id}, "challenge": "AAAA"}
    with pytest.raises(PasskeyRejected):
        answered_challenge(device.create(options)["clientDataJSON"])


def test_a_device_does_not_learn_the_account() -> None:
    """What a device files an account under is the same each time, and is not its id."""
    account = "7d0c1f6f3f6c4b6e9a52f5a1c7d81b0e"
    assert user_handle(account) == user_handle(account)
    assert account.encode() not in user_handle(account)
    assert bytes.fromhex(account) not in user_handle(account)
    assert len(user_handle(account)) == 32
