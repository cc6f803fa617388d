from __future__ import annotations

import pytest

from tests.contract.access_lint import ALLOWED, faults
from tests.contract.project import ROOT

_IMPORT = "from registry_api.identity.access import own_record\n"


def test_resolvers_ask_before_they_reach() -> None:
    """No resolver reaches a store or a service without having asked who is calling, or saying why not."""
    found = {
        path.name: wrong
        for path in sorted((ROOT / "registry_api" / "graph").rglob("*.py"))
        if (wrong := faults(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (
            "async def days(info):\n    return await info.context.services.diary.page(1)",
            "line 1: days reaches diary",
        ),
        (
            "async def days(info):\n    services = info.context.services\n    return services.diary",
            "line 1: days reaches diary",
        ),
        (
            "class Trial:\n    def people(self, info):\n        return info.context.services.people",
            "line 2: people reaches people",
        ),
        (
            _IMPORT
            + "def f(info):\n    def g():\n        return info.context.services.accounts\n    return g",
            "line 2: f reaches accounts",
        ),
        (
            "def own_record(x): ...\ndef f(info):\n    info.context.services.accounts.find(own_record(info))",
            "line 2: f reaches accounts",
        ),
    ],
)
def test_the_lint_sees_who_does_not_ask(source: str, what: str) -> None:
    """Each way around the door is found, with the function's line; a door of another module is none."""
    assert faults(source) == [what]


@pytest.mark.parametrize(
    "source",
    [
        _IMPORT
        + "def f(info):\n    return info.context.services.diary.page(own_record(info.context.caller))",
        "def f(info):\n    return info.context.services.settings.twilio_from",
        f"def f(info):\n    {ALLOWED}a reason\n    return info.context.services.accounts",
        "def f(info):\n    return info.context.now",
    ],
)
def test_the_lint_lets_the_rest_pass(source: str) -> None:
    """Asking first, reading a setting, and an escape with its reason are no faults."""
    assert faults(source) == []
