"""Makes messages for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from notifications.ids import RecipientId
from notifications.messages import Draft, Kind

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA = RecipientId("patient-anna")


def draft(reason_key: str = "reply:1", **changes: Any) -> Draft:
    """A reply to Anna, with what a test cares about changed."""
    values: dict[str, Any] = {
        "recipient": ANNA,
        "kind": Kind.REPLY,
        "template": "check_in_saved",
        "language": "en",
        "slots": {"values": "6 4 2"},
        "reason_key": reason_key,
    }
    return Draft(**(values | changes))


def alert(reason_key: str = "alert:1", **changes: Any) -> Draft:
    """An alert to Anna about the trial NCT-1."""
    trial: dict[str, Any] = {
        "kind": Kind.TRIAL_ALERT,
        "template": "trial_alert",
        "slots": {"link": "https://example.org/t/1"},
        "trial": "NCT-1",
    }
    return draft(reason_key, **(trial | changes))
