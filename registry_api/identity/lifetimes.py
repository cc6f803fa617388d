"""How long sessions last, by role. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry_api.identity.callers import Role


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts without use and in all, and how closely its use is noted."""

    idle: timedelta
    absolute: timedelta
    noted_every: timedelta

    def end(self, since: datetime, now: datetime) -> datetime:
        """When a session that began at `since` ends if it is not used after `now`."""
        return min(now + self.idle, since + self.absolute)


PATIENTS = Lifetime(timedelta(days=30), timedelta(days=90), timedelta(minutes=5))
STAFF = Lifetime(timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=1))


def lifetime_of(role: Role) -> Lifetime:
    """Staff see other people's records, often on a shared machine: their sessions are short."""
    return PATIENTS if role is Role.PATIENT else STAFF
