"""What is asked of one patient at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from diary.days import open_day
from diary.ids import PatientId
from diary.instruments.catalogue import DAILY
from diary.planning.dues import Answered, Due, due
from diary.planning.plans import Plan, Rhythm
from diary.store import DiaryStore
from diary.treating.store import TreatmentStore
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Profile, planned
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may

LONGEST_WINDOW = timedelta(days=6)
_MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is due on the day that is open now, in the person's zone."""

    today: date
    zone: ZoneInfo
    dues: tuple[Due, ...]


class Asking:
    """Reads what the answer rests on: the profile, the treatments, and the entries of one week."""

    def __init__(
        self,
        profiles: EnrolmentStore,
        permissions: Permissions,
        treatments: TreatmentStore,
        diary: DiaryStore,
    ) -> None:
        self._profiles = profiles
        self._permissions = permissions
        self._treatments = treatments
        self._diary = diary

    async def of(self, patient: PatientId, now: datetime) -> Asked | None:
        """What is asked now; None of who is not enrolled, or where no diary may be kept."""
        profile, uses = await asyncio.gather(self._profiles.find(patient), self._permissions.of(patient, now))
        if profile is None or not may(uses, Use.KEEP_DIARY):
            return None
        return await self.of_profile(profile, now)

    async def of_profile(self, profile: Profile, now: datetime) -> Asked:
        zone = ZoneInfo(profile.settings.time_zone)
        today = open_day(now, zone)
        treatments, page = await asyncio.gather(
            self._treatments.list_for(profile.patient),
            self._diary.page(profile.patient, _MOST_ENTRIES, None, today - LONGEST_WINDOW, today),
        )
        answered = [
            Answered(entry.instrument, entry.about, entry.id) for entry in page.entries if not entry.withdrawn
        ]
        return Asked(today, zone, tuple(_daily_first(due(asked_by(profile), treatments, answered, today))))


def asked_by(profile: Profile) -> tuple[Plan, ...]:
    """The daily ratings, which are asked of everybody, and what is planned."""
    return (Plan(DAILY, Rhythm.DAILY, date.min), *planned(profile))


def _daily_first(dues: Sequence[Due]) -> list[Due]:
    return sorted(dues, key=lambda each: each.instrument != DAILY)
