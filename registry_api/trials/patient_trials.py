"""What one patient sees of trials: each open one, judged now, what they were told and what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from registry_api.audit.events import Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo
from registry_api.trials.alerting.store import AlertStore
from registry_api.trials.facts import Person, known_on
from registry_api.trials.ids import MatchToken, TrialId
from registry_api.trials.introducing.store import IntroductionPage, Response, ResponseStore
from registry_api.trials.matching import Judgement, MatchState
from registry_api.trials.people import People
from registry_api.trials.places import Near, RecruitingSites
from registry_api.trials.store import TrialStore
from registry_api.trials.trial import Trial, match_token

_ORDER = {MatchState.MATCH: 0, MatchState.UNKNOWN: 1, MatchState.NO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialMatch:
    """One open trial as one patient sees it; `nearest` only where the place of both is known."""

    id: MatchToken
    trial: Trial
    judgement: Judgement
    nearest: Near | None
    alerted_at: datetime | None
    introduction_requested_at: datetime | None
    declined_at: datetime | None


class PatientTrials:
    """Trials for one patient, and the patient's answers to them."""

    def __init__(self, mongo: Mongo, people: People, audit: Audit) -> None:
        self._mongo = mongo
        self._people = people
        self._audit = audit
        self._trials = TrialStore(mongo.database)
        self._alerts = AlertStore(mongo.database)
        self._responses = ResponseStore(mongo.database)

    async def for_person(self, person: Person, now: datetime, language: str) -> list[TrialMatch]:
        """Every open trial with criteria: those that may fit first, then the unknown, each nearest first."""
        viewer = await self._viewer(person, now, language)
        return sorted((viewer.match(trial) for trial in await self._trials.open_trials()), key=_rank)

    async def request_introduction(
        self, person: Person, trial: TrialId, now: datetime, language: str, *, by: Actor
    ) -> TrialMatch:
        """Asks the trial's coordinator for a contact; asking twice changes nothing.

        Raises:
            TrialNotFound: there is no such open trial.
            ConsentMissing, ParticipationEnded: the person does not permit it, or does so no longer.
        """
        found = await self._trials.open_trial(trial)
        answer = (await self._responses.of_patient(person.id)).get(trial)
        if answer is not None and answer.introduction_requested_at is not None:
            return (await self._viewer(person, now, language)).match(found)

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._people.admit(person.id, now, session=session)
            await self._responses.request(person.id, trial, now, session=session)
            event = _event(by, Action.INTRODUCTION_REQUESTED, person, trial, now)
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)
        return (await self._viewer(person, now, language)).match(found)

    async def decline(
        self, person: Person, trial: TrialId, now: datetime, language: str, *, by: Actor
    ) -> TrialMatch:
        """Says "not this one", which also takes back a request; asking for an introduction undoes it.

        A request can be taken back as long as it stands, also when the trial has closed meanwhile.

        Raises:
            TrialNotFound: there is no such open trial, and no request to take back.
        """
        answer = (await self._responses.of_patient(person.id)).get(trial)
        found = await (self._trials.any_trial(trial) if answer else self._trials.open_trial(trial))
        if answer is not None and answer.declined_at is not None:
            return (await self._viewer(person, now, language)).match(found)

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._responses.decline(person.id, trial, now, session=session)
            event = _event(by, Action.TRIAL_DECLINED, person, trial, now)
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)
        return (await self._viewer(person, now, language)).match(found)

    async def _viewer(self, person: Person, now: datetime, language: str) -> _Viewer:
        alerts = await self._alerts.alerts_of(person.id)
        return _Viewer(person, now, language, alerts, await self._responses.of_patient(person.id))


class Introductions:
    """Who asks a coordinator for a contact: only of the coordinator's own trials."""

    def __init__(self, mongo: Mongo) -> None:
        self._trials = TrialStore(mongo.database)
        self._responses = ResponseStore(mongo.database)

    async def of_trial(
        self, owner: str, trial: TrialId, *, first: int, after: str | None = None
    ) -> IntroductionPage:
        """Those who ask for an introduction to this trial, newest first.

        Raises:
            TrialNotFound: the trial is absent or somebody else's.
            InvalidCursor: `after` is no cursor.
        """
        await self._trials.own(owner, trial)
        return await self._responses.introductions(trial, first=first, after=after)

    async def asking(self, owner: str, trial: TrialId) -> list[PatientId]:
        """Everybody who asks for an introduction to this trial; at most 10,000.

        Raises:
            TrialNotFound: the trial is absent or somebody else's.
        """
        await self._trials.own(owner, trial)
        return await self._responses.asking(trial)


@dataclass(frozen=True, slots=True)
class _Viewer:
    """Who looks, and what they were told and answered so far."""

    person: Person
    now: datetime
    language: str
    alerts: dict[tuple[TrialId, int], datetime]
    answers: dict[TrialId, Response]

    def match(self, trial: Trial) -> TrialMatch:
        period, answer = trial.period or 0, self.answers.get(trial.id)
        return TrialMatch(
            id=match_token(trial.id, period, self.person.id),
            trial=trial,
            judgement=trial.matcher().judge(self.person, self.person.day(self.now), self.language),
            nearest=nearest_site(trial, self.person, self.now),
            alerted_at=self.alerts.get((trial.id, period)),
            introduction_requested_at=answer.introduction_requested_at if answer else None,
            declined_at=answer.declined_at if answer else None,
        )


def nearest_site(trial: Trial, person: Person, now: datetime) -> Near | None:
    """The recruiting site nearest to where a person lives; None where either place is unknown."""
    home = known_on(person, person.day(now)).residence
    if home is None or home.lat is None or home.lon is None:
        return None
    return RecruitingSites(trial.sites).nearest(home.lat, home.lon)


def _rank(match: TrialMatch) -> tuple[int, float, str]:
    far = match.nearest.km if match.nearest else float("inf")
    return _ORDER[match.judgement.state], far, match.trial.nct_id


def _event(by: Actor, action: Action, person: Person, trial: TrialId, now: datetime) -> AuditEvent:
    return AuditEvent(actor=by, action=action, subject=person.id, record=trial, at=now)
