from __future__ import annotations

import pytest

from tests.contract.permission_lint import ALLOWED, MAY_MARK, MAY_READ, faults
from tests.contract.project import ROOT

_SIGNATURES = "from registry_api.enrolment.consenting.store import SignatureStore"


def test_permission_is_asked_for_and_never_read() -> None:
    """No file decides by a signature, a purpose or a mark what `uses.decide` alone decides."""
    found = {
        name: wrong
        for package in ("registry_api", "notifications", "diary")
        for path in sorted((ROOT / package).rglob("*.py"))
        if (wrong := faults(name := str(path.relative_to(ROOT)), path.read_text("utf-8")))
    }
    assert found == {}


def test_the_few_that_may_read_are_there() -> None:
    """A file that was renamed loses its right."""
    assert all((ROOT / path).is_file() for path in MAY_READ | MAY_MARK)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (_SIGNATURES, "line 1: imports SignatureStore"),
        ("from registry_api.enrolment.uses import decide, may", "line 1: imports decide"),
        ("def f(x):\n    return x.decision == 'GRANTED'", "line 2: reads decision"),
        ("def f(uses):\n    return uses.scopes.get('TEXTS')", "line 2: reads scopes"),
        ("if Purpose.TEXTS in given:\n    pass", "line 1: asks for Purpose.TEXTS"),
        ("query = {'counted': True}", "line 1: reads the mark counted"),
        ("def f(one):\n    return one['matchable']", "line 2: reads the mark matchable"),
        ("people = store.enrolled_batches(None, 500)", "line 1: reads enrolled_batches"),
        ("def f(person):\n    return person.texts_permitted", "line 2: reads texts_permitted"),
    ],
)
def test_the_lint_sees_who_decides_alone(source: str, what: str) -> None:
    """Each way of deciding without asking is found."""
    assert faults("registry_api/trials/alerts.py", source) == [what]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("registry_api/trials/alerts.py", "from registry_api.enrolment.uses import Use, may"),
        ("registry_api/trials/alerts.py", f"{_SIGNATURES}  {ALLOWED}a reason"),
        ("registry_api/enrolment/permissions.py", _SIGNATURES),
        ("registry_api/enrolment/store.py", "query = {'counted': True}"),
        ("registry_api/coalition/registrants.py", "people = store.counted_batches(None, 500)"),
    ],
)
def test_the_lint_lets_the_rest_pass(path: str, source: str) -> None:
    """Asking, an escape with its reason, and the files that keep the record are no faults."""
    assert faults(path, source) == []
