"""Takes study records and criteria in, and notices when a trial opens and closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClientSession

from registry_api.audit.events import Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo
from registry_api.trials.alerting.jobs import Job, JobKind
from registry_api.trials.alerting.store import AlertStore
from registry_api.trials.criteria import Criterion
from registry_api.trials.ctgov import Study, StudyStatus, canonical, parse_study
from registry_api.trials.errors import Fault, NotAStudyRecord, TrialNotFound, TrialOfAnother
from registry_api.trials.ids import TrialId
from registry_api.trials.store import TrialStore
from registry_api.trials.trial import CriteriaVersion, Period, Trial

_UPDATED_ON = "protocolSection.statusModule.lastUpdatePostDateStruct.date"
_EASTERNMOST = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a record did.

    `already`: this very record was here, nothing changed. `opened`: it opened the trial. `outdated`: a newer
    version of the record is here, so this one was only filed.
    """

    trial: Trial
    already: bool = False
    opened: bool = False
    outdated: bool = False


def _new_id() -> TrialId:
    return TrialId(uuid4().hex)


class TrialDesk:
    """Where a coordinator brings trials: records in, criteria in."""

    def __init__(self, mongo: Mongo, audit: Audit, *, new_id: Callable[[], TrialId] = _new_id) -> None:
        self._mongo = mongo
        self._audit = audit
        self._trials = TrialStore(mongo.database)
        self._alerts = AlertStore(mongo.database)
        self._new_id = new_id

    async def import_record(self, raw: Any, by: Actor, now: datetime) -> Imported:
        """Files a decoded v2 study record and applies it if it is the newest of its study.

        A record that was ever filed changes nothing when it comes again, whatever came between. A record
        posted before the one that is applied is only filed: it neither opens nor closes anything.

        Raises:
            NotAStudyRecord: it is no complete v2 study record, or it is dated in the future, which would keep
                every later record out; nothing is stored.
            TrialOfAnother: the study belongs to another coordinator; nothing is stored.
        """
        study, record, made_id = parse_study(raw), canonical(raw), self._new_id()
        if study.updated_on is not None and study.updated_on > (now + _EASTERNMOST).date():
            raise NotAStudyRecord((Fault(_UPDATED_ON, "is in the future"),))

        async def act(session: AsyncIOMotorClientSession) -> Imported:
            there = await self._trials.of_study(study.nct_id, session=session)
            if there and there.owner != by.id:
                raise TrialOfAnother(study.nct_id)
            if there and await self._trials.has_record(there.id, record.sha256, session=session):
                return Imported(trial=there, already=True)
            before = there or _first(made_id, study, by.id, now)
            await self._trials.keep_record(before.id, record, by.id, now, session=session)
            await self._tell(by, Action.TRIAL_IMPORTED, before.id, now, session)
            if there and _is_older(study, there):
                return Imported(trial=there, outdated=True)
            after = replace(
                before,
                title=study.title,
                summary=study.summary,
                status=study.status,
                sites=study.sites,
                updated_on=study.updated_on or before.updated_on,
                record_sha256=record.sha256,
            )
            after = await self._opened_or_closed(after, study, now, session)
            after = await self._rematched(before, after, now, session)
            await self._trials.keep(after, session=session)
            return Imported(trial=after, opened=after.is_open and not before.is_open)

        return await self._mongo.transact(act)

    async def set_criteria(self, by: Actor, trial: TrialId, tree: Criterion, now: datetime) -> Trial:
        """Adds a version of a trial's criteria, and has everybody judged by it.

        The same tree as the present one changes nothing.

        Raises:
            TrialNotFound: the trial is absent or somebody else's.
        """

        async def act(session: AsyncIOMotorClientSession) -> Trial:
            before = await self._trials.own(by.id, trial, session=session)
            if before.criteria and before.criteria.tree == tree:
                return before
            number = before.criteria.number + 1 if before.criteria else 1
            version = CriteriaVersion(number=number, tree=tree, set_by=by.id, set_at=now)
            await self._trials.keep_criteria(trial, version, session=session)
            after = await self._rematched(before, replace(before, criteria=version, reach=None), now, session)
            await self._trials.keep(after, session=session)
            await self._tell(by, Action.CRITERIA_SET, trial, now, session)
            return after

        return await self._mongo.transact(act)

    async def _tell(
        self, by: Actor, action: Action, trial: TrialId, now: datetime, session: AsyncIOMotorClientSession
    ) -> None:
        await self._audit.record(AuditEvent(actor=by, action=action, subject=trial, at=now), session=session)

    async def order_nightly(self, now: datetime) -> int:
        """Has everybody judged against every open trial, once a day (UTC); how many trials that were.

        For dates that come due: birthdays, and weeks since an injection.
        """
        day, ordered = now.date(), 0
        for each in await self._trials.open_trials():
            if each.nightly_on != day:
                ordered += await self._order_nightly(each.id, now)
        return ordered

    async def _order_nightly(self, trial: TrialId, now: datetime) -> int:
        async def act(session: AsyncIOMotorClientSession) -> int:
            try:
                found = await self._trials.open_trial(trial, session=session)
            except TrialNotFound:
                return 0
            if found.nightly_on == now.date():
                return 0
            after = await self._with_job(found, JobKind.MATCHING, found.period, now, session)
            await self._trials.keep(replace(after, nightly_on=now.date()), session=session)
            return 1

        return await self._mongo.transact(act)

    async def _opened_or_closed(
        self, trial: Trial, study: Study, now: datetime, session: AsyncIOMotorClientSession
    ) -> Trial:
        """Opens or closes a period where the record says so, and takes alerts back where it is suspended."""
        if study.is_open:
            if trial.is_open:
                return trial
            period = Period(number=len(trial.periods) + 1, opened_at=now)
            return replace(trial, is_open=True, periods=(*trial.periods, period))
        if not trial.periods:
            return trial
        last = trial.periods[-1]
        corrects = study.status is StudyStatus.SUSPENDED and not last.corrected
        if not trial.is_open and not corrects:
            return trial
        if trial.is_open:
            last = replace(last, closed_at=now, closed_as=study.status)
        last = replace(last, corrected=last.corrected or corrects)
        closed = replace(trial, is_open=False, periods=(*trial.periods[:-1], last))
        await self._alerts.drop_matching(trial.id, now, session=session)
        return await self._with_job(closed, JobKind.CLOSING, last.number, now, session, corrects=corrects)

    async def _rematched(
        self, before: Trial, after: Trial, now: datetime, session: AsyncIOMotorClientSession
    ) -> Trial:
        """Has everybody judged again where what they are judged by has changed."""
        same = (before.criteria, before.sites, before.period) == (after.criteria, after.sites, after.period)
        if after.criteria is None or same:
            return after
        await self._alerts.drop_matching(after.id, now, session=session)
        return await self._with_job(after, JobKind.MATCHING, after.period, now, session)

    async def _with_job(
        self,
        trial: Trial,
        kind: JobKind,
        period: int | None,
        now: datetime,
        session: AsyncIOMotorClientSession,
        *,
        corrects: bool = False,
    ) -> Trial:
        job = Job(trial=trial.id, number=trial.jobs + 1, kind=kind, period=period, corrects=corrects)
        await self._alerts.add_job(job, now, session=session)
        return replace(trial, jobs=job.number)


def _first(trial: TrialId, study: Study, owner: str, now: datetime) -> Trial:
    """A trial before its first record has opened anything."""
    return Trial(
        id=trial,
        nct_id=study.nct_id,
        owner=owner,
        title=study.title,
        summary=study.summary,
        status=study.status,
        sites=(),
        updated_on=None,
        record_sha256="",
        imported_at=now,
    )


def _is_older(study: Study, trial: Trial) -> bool:
    return (
        study.updated_on is not None and trial.updated_on is not None and study.updated_on < trial.updated_on
    )
