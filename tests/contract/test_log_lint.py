from __future__ import annotations

import pytest

from tests.contract.log_lint import faults
from tests.contract.project import ROOT, source_files

_STANDIN = ROOT / "notifications" / "carrier_standin"


def test_what_is_logged_is_known_to_the_pipeline() -> None:
    """No event without a name, and no field that would be withheld when somebody needs it."""
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in source_files()
        if path.suffix == ".py" and _STANDIN not in path.parents  # a program of its own, with made-up people
        if (wrong := faults(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("_log.info(f'sent to {phone}')", "line 1: the event is no name of ours"),
        ("_log.info('Sent')", "line 1: the event is no name of ours"),
        ("_log.info('sent', 3)", "line 1: the event is no name of ours"),
        ("x = 1\n_log.error('sent', phone=phone)", "line 2: phone is no field of the logs"),
        ("_log.error('sent', **facts)", "line 1: ** is no field of the logs"),
    ],
)
def test_the_lint_sees_what_the_pipeline_would_withhold(source: str, what: str) -> None:
    """Sentences, values in the event, and unknown fields are found."""
    assert faults(source) == [what]


def test_the_lint_lets_the_rest_pass() -> None:
    """Names, known fields, and calls of other objects are no faults."""
    assert faults("_log.info('sent', message=message.id, error=type(error))\nlogbook.info(text)") == []
