"""Tells people when a trial that may fit them opens: everybody when it opens, one person when they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind, State
from notifications.outbox import Outbox
from registry_api.mongo import Mongo
from registry_api.trials.alerting.jobs import Job, JobKind
from registry_api.trials.alerting.store import Alerted, AlertStore, Step
from registry_api.trials.facts import Person
from registry_api.trials.ids import TrialId
from registry_api.trials.introducing.store import ResponseStore
from registry_api.trials.matching import MatchState
from registry_api.trials.people import People
from registry_api.trials.store import TrialStore
from registry_api.trials.trial import Trial, banded, match_id, match_token

CLOSED = "trial_closed"
"""Why an alert was cancelled that waited when its trial closed."""
_UNTOLD = {State.QUEUED, State.CANCELLED, State.EXPIRED, State.FAILED, State.UNDELIVERED}


class LeaseLost(Exception):
    """Another worker has the job, or it was dropped: stop, nothing of this batch is written."""


class Alerts:
    """Works the jobs of trials, a few batches at a time.

    Each batch is one transaction: the matches, the texts in the outbox and the job's progress stand or fall
    together, so that whatever is killed, nobody is left out and nobody is told twice.
    """

    def __init__(
        self,
        mongo: Mongo,
        outbox: Outbox,
        people: People,
        *,
        public_url: str,
        batch: int = 500,
        batches_a_step: int = 4,
        lease: timedelta = timedelta(seconds=60),
    ) -> None:
        self._mongo = mongo
        self._outbox = outbox
        self._people = people
        self._url = public_url.rstrip("/")
        self._batch = batch
        self._batches_a_step = batches_a_step
        self._lease = lease
        self._trials = TrialStore(mongo.database)
        self._store = AlertStore(mongo.database)
        self._responses = ResponseStore(mongo.database)

    async def run_openings(self, now: datetime, worker: str) -> bool:
        """Takes one job and does a few batches of it; False where there was nothing to do.

        `worker` names this process and must differ from every other one's name.
        """
        job = await self._store.claim(now, worker, self._lease)
        if job is None:
            return False
        work = self._match_everybody if job.kind is JobKind.MATCHING else self._close
        try:
            await work(job, now, worker)
        except LeaseLost:
            return True
        return True

    async def match_patient(self, person: Person, now: datetime) -> int:
        """Judges one person, who permits alerts about trials, against every open trial.

        How many alerts were queued; a trial that the person was alerted of in its present period gives none.
        """
        alerted = 0
        for trial in await self._trials.open_trials():
            if trial.matcher().state(person, person.day(now)) is MatchState.MATCH:
                alerted += await self._alert_one(trial.id, person, now)
        return alerted

    async def _alert_one(self, trial: TrialId, person: Person, now: datetime) -> int:
        async def act(session: AsyncIOMotorClientSession) -> int:
            found = await self._trials.open_trial(trial, session=session)
            if found.period is None:
                return 0
            return await self._alert(found.id, found.period, [person], now, session)

        return await self._mongo.transact(act)

    async def _match_everybody(self, job: Job, now: datetime, worker: str) -> None:
        trial = await self._trials.any_trial(job.trial)
        matcher = trial.matcher() if job.period else trial.matcher_as_if_open()
        done = 0
        async for batch in self._people.batches(self._batch, now, after=job.after):
            fitting = [
                person for person in batch if matcher.state(person, person.day(now)) is MatchState.MATCH
            ]
            job = await self._do_batch(job, batch[-1].id, fitting, now, worker)
            done += 1
            if done == self._batches_a_step:
                await self._store.release(job, worker, now)
                return
        await self._finish(job, trial, now, worker)

    async def _do_batch(
        self, job: Job, last: PatientId, fitting: Sequence[Person], now: datetime, worker: str
    ) -> Job:
        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._advance(job, Step(last, len(fitting)), now, worker, session)
            if job.period is not None:
                await self._alert(job.trial, job.period, fitting, now, session)

        await self._mongo.transact(act)
        return replace(job, after=last, fitting=job.fitting + len(fitting))

    async def _finish(self, job: Job, trial: Trial, now: datetime, worker: str) -> None:
        async def act(session: AsyncIOMotorClientSession) -> None:
            if not await self._store.finish(job, now, worker, session=session):
                raise LeaseLost
            await self._trials.set_reach(trial.id, asdict(banded(job.fitting, now)), session=session)

        await self._mongo.transact(act)

    async def _alert(
        self,
        trial: TrialId,
        period: int,
        fitting: Sequence[Person],
        now: datetime,
        session: AsyncIOMotorClientSession,
    ) -> int:
        ids = [person.id for person in fitting]
        if not ids:
            return 0
        known = await self._store.alerted(trial, period, ids, session=session)
        known |= await self._responses.declined(trial, ids, session=session)
        news = [person for person in fitting if person.id not in known]
        if not news:
            return 0
        rows = [Alerted(person.id, person.text_language) for person in news]
        await self._store.add_matches(trial, period, rows, now, session=session)
        drafts = [self._draft(Kind.TRIAL_ALERT, trial, period, each) for each in rows]
        await self._outbox.enqueue_many(drafts, now, session=session)
        return len(news)

    async def _close(self, job: Job, now: datetime, worker: str) -> None:
        """Cancels the alerts that wait; then tells those who had theirs, where the trial was suspended."""
        period = job.period or 0
        if job.after is None:
            await self._outbox.cancel_trial(job.trial, CLOSED)
        for _ in range(self._batches_a_step):
            alerted = await self._store.alerted_after(job.trial, period, job.after, self._batch)
            if not alerted or not job.corrects:
                await self._end(job, now, worker)
                return
            job = await self._correct_batch(job, period, alerted, now, worker)
        await self._store.release(job, worker, now)

    async def _correct_batch(
        self, job: Job, period: int, alerted: Sequence[Alerted], now: datetime, worker: str
    ) -> Job:
        keys = {each: alert_key(job.trial, period, each.patient) for each in alerted}
        states = await self._outbox.states(list(keys.values()))
        told = [each for each in alerted if states.get(keys[each], State.CANCELLED) not in _UNTOLD]
        last = alerted[-1].patient

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._advance(job, Step(last), now, worker, session)
            drafts = [self._draft(Kind.TRIAL_CORRECTION, job.trial, period, each) for each in told]
            await self._outbox.enqueue_many(drafts, now, session=session)

        await self._mongo.transact(act)
        return replace(job, after=last)

    async def _end(self, job: Job, now: datetime, worker: str) -> None:
        async def act(session: AsyncIOMotorClientSession) -> None:
            if not await self._store.finish(job, now, worker, session=session):
                raise LeaseLost

        await self._mongo.transact(act)

    async def _advance(
        self, job: Job, step: Step, now: datetime, worker: str, session: AsyncIOMotorClientSession
    ) -> None:
        if not await self._store.advance(job, step, now + self._lease, worker, session=session):
            raise LeaseLost

    def _draft(self, kind: Kind, trial: TrialId, period: int, to: Alerted) -> Draft:
        key = alert_key if kind is Kind.TRIAL_ALERT else correction_key
        return Draft(
            recipient=RecipientId(to.patient),
            kind=kind,
            template=kind.value,
            language=to.language,
            slots={"link": f"{self._url}/t/{match_token(trial, period, to.patient)}"},
            reason_key=key(trial, period, to.patient),
            trial=trial,
        )


def alert_key(trial: TrialId, period: int, patient: PatientId) -> str:
    """The one reason for an alert."""
    return f"alert:{match_id(trial, period, patient)}"


def correction_key(trial: TrialId, period: int, patient: PatientId) -> str:
    """The one reason for taking an alert back."""
    return f"correction:{match_id(trial, period, patient)}"
