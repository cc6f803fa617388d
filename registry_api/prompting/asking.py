"""What is asked of one patient at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from diary.checking_in.store import DiaryStore
from diary.days import open_day
from diary.ids import PatientId
from diary.instruments.catalogue import DAILY, Instrument
from diary.planning.dues import Answered, Due, due
from diary.planning.plans import Plan, Rhythm
from diary.questionnaires.store import QuestionnaireStore
from diary.treating.store import TreatmentStore
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Profile, planned
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may

LONGEST_WINDOW = timedelta(days=6)
_MOST_ENTRIES = 200
_EVERY_DAY = Plan(DAILY, Rhythm.DAILY, date.min)  # the daily ratings, which are asked of everybody


@dataclass(frozen=True, slots=True)
class Asked:
    """What is due on the day that is open now, in the person's zone; the daily ratings first."""

    today: date
    zone: ZoneInfo
    dues: tuple[Due, ...]
    published: Mapping[str, Instrument]


class Asking:
    """Reads what the answer rests on: the profile, the treatments, and the entries of one week."""

    def __init__(
        self,
        profiles: EnrolmentStore,
        permissions: Permissions,
        *,
        treatments: TreatmentStore,
        diary: DiaryStore,
        instruments: QuestionnaireStore,
    ) -> None:
        self._profiles = profiles
        self._permissions = permissions
        self._treatments = treatments
        self._diary = diary
        self._instruments = instruments

    async def published(self) -> Mapping[str, Instrument]:
        """What people may be asked at present."""
        return await self._instruments.published()

    async def of(self, patient: PatientId, now: datetime) -> Asked | None:
        """What is asked now; None of who is not enrolled, or where no diary may be kept."""
        profile, uses, published = await asyncio.gather(
            self._profiles.find(patient), self._permissions.of(patient, now), self.published()
        )
        if profile is None or not may(uses, Use.KEEP_DIARY):
            return None
        return await self.of_profile(profile, published, now)

    async def of_profile(self, profile: Profile, published: Mapping[str, Instrument], now: datetime) -> Asked:
        """The same, where the profile is at hand and a diary may be kept."""
        zone = ZoneInfo(profile.settings.time_zone)
        today = open_day(now, zone)
        treatments, page = await asyncio.gather(
            self._treatments.list_for(profile.patient),
            self._diary.page(profile.patient, _MOST_ENTRIES, None, today - LONGEST_WINDOW, today),
        )
        answered = [
            Answered(entry.instrument, entry.about, entry.id) for entry in page.entries if not entry.withdrawn
        ]
        plans = (_EVERY_DAY, *planned(profile, published.values()))
        dues = sorted(due(plans, treatments, answered, today), key=lambda each: each.instrument != DAILY)
        return Asked(today, zone, tuple(dues), published)
