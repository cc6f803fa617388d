"""How somebody has kept their days: the diary's prompts and entries, and what became of the texts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from diary.checking_in.store import DiaryStore
from diary.days import open_day
from diary.errors import FieldFault, InvalidSpan
from diary.ids import PatientId, PromptId
from diary.prompting.adherence import LONGEST_DAYS, Adherence, Fate, adherence
from diary.prompting.store import PromptStore
from diary.prompts import Prompt
from notifications.messages import State
from notifications.outbox import Outbox
from registry_api.enrolment.store import EnrolmentStore
from registry_api.prompting.sending import reason_of

_MOST_ENTRIES = 400
_FATES = {State.DELIVERED: Fate.DELIVERED, State.UNDELIVERED: Fate.LOST, State.FAILED: Fate.LOST}


class Adhering:
    """Four reads, whatever a person has recorded before: profile, prompts, entries, texts by their reason."""

    def __init__(
        self, profiles: EnrolmentStore, prompts: PromptStore, diary: DiaryStore, outbox: Outbox
    ) -> None:
        self._profiles = profiles
        self._prompts = prompts
        self._diary = diary
        self._outbox = outbox

    async def of(self, patient: PatientId, days: int, now: datetime) -> Adherence | None:
        """The last `days` (1 to 90) up to the day that is open now; None before enrolment.

        Raises:
            InvalidSpan: fewer or more days.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise InvalidSpan([FieldFault("days", f"Please ask for 1 to {LONGEST_DAYS} days.")])
        profile = await self._profiles.find(patient)
        if profile is None:
            return None
        zone = ZoneInfo(profile.settings.time_zone)
        today = open_day(now, zone)
        since = max(today - timedelta(days=days - 1), open_day(profile.enrolled_at, zone))
        prompts, page = await asyncio.gather(
            self._prompts.between(patient, since, today),
            self._diary.page(patient, _MOST_ENTRIES, None, since, today),
        )
        fates = await self._fates(prompts)
        return adherence(prompts, fates, page.entries, since=since, today=today)

    async def _fates(self, prompts: Sequence[Prompt]) -> Mapping[PromptId, Fate]:
        states = await self._outbox.states(reason_of(prompt) for prompt in prompts)
        fates = ((prompt.id, _FATES.get(states.get(reason_of(prompt), State.QUEUED))) for prompt in prompts)
        return {prompt: fate for prompt, fate in fates if fate is not None}
