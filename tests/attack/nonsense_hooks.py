"""What Schemathesis is told, in its own environment: how our scalars look, and what counts as a fault.

A GraphQL service answers 200 when a resolver fails, so that the code of each error decides. How many answers
there were, of which kind, goes into the file that the variable `NONSENSE_COUNTS` names.
"""

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes, scalar

_SCALARS = {
    "Base64Url": ["", "AAAA", "-_", "=", "ä"],
    "Date": ["2026-11-20", "0001-01-01", "9999-12-31", "2026-02-30", "20261120"],
    "DateTime": [
        "2026-11-20T12:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-11-20",
    ],
    "LocalTime": ["19:30", "00:00", "24:00", "9:5", "19:30:61"],
    "PartialDate": ["2019", "2019-05", "2019-05-20", "0000", "9999-99", "-1"],
    "TimeZone": ["America/New_York", "UTC", "../../etc/passwd", "/etc/localtime", "a/\x00"],
    "UUID": ["3f2b6c1e-0000-4000-8000-000000000000", "0" * 32, "{3f2b6c1e}", ""],
}
_counts: Counter[str] = Counter()


def no_fault_of_ours(_context: Any, response: Any, _case: Any) -> None:
    """Fails where the service says that it failed."""
    _counts["requests"] += 1
    answer = response.json()
    errors = answer.get("errors", ())
    codes = [error["extensions"]["code"] for error in errors]
    _counts.update(set(codes) or {"answered"})
    if response.status_code >= 500 or "INTERNAL_SERVER_ERROR" in codes:
        raise AssertionError(response.text)


def _note_counts() -> None:
    Path(os.environ["NONSENSE_COUNTS"]).write_text(json.dumps(_counts), "utf-8")


for name, likely in _SCALARS.items():
    scalar(name, (st.sampled_from(likely) | st.text()).map(nodes.String))
scalar("JSON", st.text().map(nodes.String) | st.integers().map(nodes.Int) | st.floats().map(nodes.Float))
schemathesis.check(no_fault_of_ours)
atexit.register(_note_counts)
