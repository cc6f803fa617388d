"""Makes the caller's own visit sheet of what is on record."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from zoneinfo import ZoneInfo

from diary.check_ins import CheckIn
from diary.checking_in.pages import LONGEST_PAGE, cursor_of
from diary.checking_in.store import DiaryStore
from diary.days import open_day
from diary.ids import PatientId
from diary.treating.store import TreatmentStore
from registry_api.audit.events import Action, AuditEvent
from registry_api.audit.store import Audit
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.errors import NotEnrolled
from registry_api.enrolment.profile import Profile
from registry_api.exports.drawing_up import draw_up, reads_from
from registry_api.exports.printed import PrintedSheet
from registry_api.exports.questions.asking import VisitQuestions
from registry_api.exports.rendering import Press
from registry_api.exports.telling import told
from registry_api.exports.visit_sheet import Facts, VisitSheet
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Patient, actor_of
from registry_api.identity.languages import Language

VISIT_SHEET = "visit sheet"
"""Why a record left the registry: its owner took a sheet to their doctor."""

_MOST_PAGES = 3


class VisitSheets:
    """Sheets, each for the person alone whose diary it is; `close` ends the threads that set them."""

    def __init__(
        self,
        accounts: Accounts,
        *,
        enrolments: Enrolments,
        diary: DiaryStore,
        treatments: TreatmentStore,
        questions: VisitQuestions,
        audit: Audit,
    ) -> None:
        self._accounts = accounts
        self._enrolments = enrolments
        self._diary = diary
        self._treatments = treatments
        self._questions = questions
        self._audit = audit
        self._press = Press()

    async def printed(
        self, patient: Patient, language: Language | None, now: datetime
    ) -> PrintedSheet | None:
        """The sheet in words, in a language or in that of the person; None before enrolment."""
        profile = await self._enrolments.profile(patient.patient_id)
        if profile is None:
            return None
        return told(await self._sheet(profile, now), language or profile.settings.language)

    async def pdf(self, patient: Patient, language: Language | None, now: datetime) -> bytes:
        """The sheet as PDF; that it was taken is on record before it is given.

        Raises:
            NotEnrolled: there is nothing to draw up yet.
            SheetUnavailable: too many are being made.
        """
        made = await self._press.pdf(patient.patient_id, await self._required(patient, language, now), now)
        event = AuditEvent(
            actor=actor_of(patient),
            action=Action.EXPORTED,
            subject=patient.patient_id,
            reason=VISIT_SHEET,
            at=now,
        )
        await self._audit.record_looks([event])
        return made

    async def picture(self, patient: Patient, language: Language | None, now: datetime) -> bytes:
        """The sheet as the person sees it in the app before they take it out; raises as `pdf` does."""
        return await self._press.picture(patient.patient_id, await self._required(patient, language, now))

    def close(self) -> None:
        self._press.close()

    async def _required(self, patient: Patient, language: Language | None, now: datetime) -> PrintedSheet:
        printed = await self.printed(patient, language, now)
        if printed is None:
            raise NotEnrolled
        return printed

    async def _sheet(self, profile: Profile, now: datetime) -> VisitSheet:
        patient, zone = profile.patient, ZoneInfo(profile.settings.time_zone)
        today = open_day(now, zone)
        name, treatments, questions = await asyncio.gather(
            self._accounts.own_name(patient),
            self._treatments.list_for(patient),
            self._questions.of(patient),
        )
        entries = await self._entries(patient, reads_from(treatments, today), today)
        return draw_up(
            Facts(
                name=name or "",
                birth_month=profile.birth_month,
                forms=profile.current_forms,
                country=profile.country,
                core_items=profile.settings.core_items,
                enrolled_on=profile.enrolled_at.astimezone(zone).date(),
                today=today,
                treatments=treatments,
                check_ins=entries,
                questions=questions,
            )
        )

    async def _entries(self, patient: PatientId, since: date, until: date) -> list[CheckIn]:
        """The entries of these days; the latest ones, where there are more than a few pages."""
        entries: list[CheckIn] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._diary.page(patient, LONGEST_PAGE, after, since, until)
            entries += page.entries
            if not page.has_next:
                break
            after = cursor_of(page.entries[-1])
        return entries
