"""Step-up: what is sensitive needs a passkey's proof of the last five minutes, in this session. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from registry_api.identity.callers import SignedInCaller
from registry_api.identity.errors import StepUpRequired

LASTS = timedelta(minutes=5)


def require_step_up(caller: SignedInCaller, now: datetime) -> None:
    """Raises StepUpRequired where the caller's last proof is absent or too old."""
    if caller.stepped_up_at is None or now - caller.stepped_up_at >= LASTS:
        raise StepUpRequired
