from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest

from registry_api.logs import FORMS, redact

_WHO = "Zebediah Quillfeather +12025550142"
_HOSTILE = f"""
import asyncio, logging, threading, warnings
import structlog
from registry_api.logs import configure_logs

WHO = {_WHO!r}
configure_logs()
log = structlog.get_logger("ours")
log.info("text_sent", message="a" * 32, phone="+12025550142", code=424242, name=WHO)
log.info(WHO, step="beat")
log.bind(patient=WHO).warning("lease_lost", **{{WHO: 1}})
log.error("step_failed", error=LookupError, number=11000)
log.error("step_failed", error=WHO, number=WHO)
try:
    raise ValueError(WHO)
except ValueError:
    log.exception("request_failed", message=WHO)
    logging.getLogger("a.library").exception("%s went wrong", WHO, stack_info=True)
logging.getLogger("pymongo").error("%s", WHO)
logging.error(WHO)
warnings.warn(WHO)

def in_thread():
    raise KeyError(WHO)

thread = threading.Thread(target=in_thread)
thread.start()
thread.join()

async def in_loop():
    async def forgotten():
        raise OSError(WHO)
    asyncio.create_task(forgotten())
    await asyncio.sleep(0)

class Unraisable:
    def __del__(self):
        raise TypeError(WHO)

asyncio.run(in_loop())
Unraisable()
raise RuntimeError(WHO)
"""


def test_nothing_that_names_anybody_passes() -> None:
    """Fields, event names, exceptions, libraries, warnings and crashes: all are lines without the person."""
    done = subprocess.run(
        [sys.executable, "-c", _HOSTILE], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stdout == ""
    for part in ("Zebediah", "Quillfeather", "2025550142", "424242"):
        assert part not in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "text_sent", "withheld", "lease_lost", "step_failed", "step_failed", "request_failed", "library",
        "library", "library", "library", "crash", "library", "crash", "crash",
    ]  # fmt: skip
    sent, _, lost, failed, odd, request, *_, crash = lines
    assert (sent["message"], sent["withheld"]) == ("a" * 32, ["code", "name", "phone"])
    assert lost["withheld"] == ["?", "patient"]
    assert (failed["error"], failed["number"]) == ("LookupError", 11000)
    assert odd["withheld"] == ["error", "number"]
    assert (request["error"], request["at"]) == ("ValueError", ["__main__:15:<module>"])
    assert (crash["error"], crash["level"]) == ("RuntimeError", "critical")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("message", "SM" + "0a" * 16, "SM" + "0a" * 16),
        ("message", str(UUID(int=7)), str(UUID(int=7))),
        ("message", "12025550142", None),
        ("message", "+12025550142", None),
        ("step", "outbox", "outbox"),
        ("step", "Nora", None),
        ("step", "a" * 61, None),
        ("error", ValueError, "ValueError"),
        ("error", "ValueError", None),
        ("error", ValueError("Nora"), None),
        ("code", 30003, 30003),
        ("code", 424242, None),
        ("code", "30003", None),
        ("code", None, None),
        ("field", "recordCheckIn", "recordCheckIn"),
        ("field", "record check in", None),
        ("unheard_of", "outbox", None),
    ],
)
def test_a_field_passes_in_its_one_form(field: str, value: Any, shown: Any) -> None:
    """What has the form of the field's values is shown, and anything else is listed as withheld."""
    kept = redact(None, "info", {"event": "something", field: value})
    assert kept.get(field) == shown
    assert ("withheld" in kept) == (shown is None and value is not None)
    assert set(FORMS) >= set(kept) - {"event", "withheld"}
