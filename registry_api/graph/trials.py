"""Trials: a coordinator's desk, and what patients see and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from registry_api.enrolment.uses import Use
from registry_api.graph.connections import Connection, checked_first, connection, page_of
from registry_api.graph.context import Info
from registry_api.graph.problems import (
    ConsentMissing,
    InvalidInput,
    NotAllowed,
    NotAStudyRecord,
    NotEnrolled,
    NotFound,
    NotSignedIn,
    ParticipationEnded,
)
from registry_api.graph.trial_types import (
    AlertTotals,
    CriterionInput,
    Finding,
    Introduction,
    MatchState,
    Reach,
    Site,
    TrialCriteria,
    alert_totals,
    criteria,
    criterion_json,
    findings,
    match_state,
    reach,
    site,
)
from registry_api.identity.access import as_coordinator, as_patient, own_record
from registry_api.identity.callers import Coordinator, actor_of
from registry_api.trials import patient_trials
from registry_api.trials import trial as trials
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ctgov import StudyStatus
from registry_api.trials.ids import TrialId
from registry_api.trials.store import TrialPage


@strawberry.type
class Trial:
    known: strawberry.Private[trials.Trial]
    owner: strawberry.Private[Coordinator | None]
    id: strawberry.ID
    nct_id: strawberry.ID
    title: str
    summary: str | None
    status: StudyStatus
    sites: list[Site]
    criteria: TrialCriteria | None = strawberry.field(description="The coordinator's only.")
    reach: Reach | None = strawberry.field(
        description="How many people may fit, in bands; null until counted. The coordinator's only."
    )
    imported_at: datetime | None = strawberry.field(description="The coordinator's only.")
    record_sha256: str | None = strawberry.field(name="recordSha256", description="The coordinator's only.")

    @strawberry.field(description="The coordinator's only.")
    async def alerts(self, info: Info) -> AlertTotals | None:
        # access: not asked, only the owner's trial has an owner.
        if self.owner is None:
            return None
        return alert_totals(await info.context.services.outbox.totals(self.known.id))

    @strawberry.field(
        description="How many people asked to be introduced; needs no step-up. The coordinator's only."
    )
    async def introduction_count(self, info: Info) -> int | None:
        # access: not asked, only the owner's trial has an owner.
        if self.owner is None:
            return None
        services = info.context.services
        asking = await services.introductions.asking(self.owner.staff_id, self.known.id)
        return len(await services.permissions.permitting(asking, Use.INTRODUCE, info.context.now))

    @strawberry.field(
        description="Those who asked to be introduced, and nobody else. The coordinator's only, after a "
        "step-up: without one it is null, with an error of the code STEP_UP_REQUIRED."
    )
    async def introductions(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Introduction] | None:
        # access: not asked, only the owner's trial has an owner.
        if self.owner is None:
            return None
        services = info.context.services
        page = await services.introductions.of_trial(
            self.owner.staff_id, self.known.id, first=checked_first(first), after=after
        )
        asking = [asked.patient for asked in page.introductions]
        permitting = await services.permissions.permitting(asking, Use.INTRODUCE, info.context.now)
        identities = await services.access.identities(
            self.owner,
            [patient for patient in asking if patient in permitting],
            study=self.known.nct_id,
            now=info.context.now,
        )
        return connection(
            (
                (
                    asked.cursor,
                    Introduction(
                        id=strawberry.ID(asked.id),
                        requested_at=asked.requested_at,
                        name=identity.name,
                        phone=identity.phone,
                    ),
                )
                for asked in page.introductions
                if (identity := identities.get(asked.patient)) is not None
            ),
            has_next_page=page.has_next,
            has_previous_page=after is not None,
        )


@strawberry.type(description="One open trial as one patient sees it.")
class TrialMatch:
    id: strawberry.ID
    trial: Trial
    state: MatchState
    findings: list[Finding]
    nearest_site: Site | None
    possible_from: date | None = strawberry.field(
        description="When only time stands between this person and the trial: the day from which it may fit."
    )
    ask_for: str | None = strawberry.field(
        description="The one fact that, once known, decides; null where several or none are missing."
    )
    alerted_at: datetime | None
    introduction_requested_at: datetime | None
    declined_at: datetime | None


@strawberry.type
class TrialImported:
    trial: Trial
    already: bool = strawberry.field(description="True where this very record was here already.")
    opened: bool = strawberry.field(description="True where this record opened the trial.")


@strawberry.type
class TrialCriteriaSet:
    trial: Trial


@strawberry.type
class IntroductionRequested:
    match: TrialMatch


@strawberry.type
class TrialDeclined:
    match: TrialMatch


ImportTrialResult = Annotated[
    TrialImported | NotAStudyRecord | NotSignedIn | NotAllowed, strawberry.union("ImportTrialResult")
]
SetTrialCriteriaResult = Annotated[
    TrialCriteriaSet | NotFound | InvalidInput | NotSignedIn | NotAllowed,
    strawberry.union("SetTrialCriteriaResult"),
]
RequestIntroductionResult = Annotated[
    IntroductionRequested
    | ConsentMissing
    | ParticipationEnded
    | NotEnrolled
    | NotFound
    | NotSignedIn
    | NotAllowed,
    strawberry.union("RequestIntroductionResult"),
]
DeclineTrialResult = Annotated[
    TrialDeclined | NotEnrolled | NotFound | NotSignedIn | NotAllowed, strawberry.union("DeclineTrialResult")
]


async def import_trial(info: Info, record: JSON) -> ImportTrialResult:
    coordinator = as_coordinator(info.context.caller)
    imported = await info.context.services.trial_desk.import_record(
        record, actor_of(coordinator), info.context.now
    )
    return TrialImported(
        trial=_shown(imported.trial, coordinator), already=imported.already, opened=imported.opened
    )


async def set_trial_criteria(
    info: Info, trial_id: strawberry.ID, criteria: CriterionInput
) -> SetTrialCriteriaResult:
    coordinator = as_coordinator(info.context.caller)
    tree = parse_criteria(criterion_json(criteria))
    changed = await info.context.services.trial_desk.set_criteria(
        actor_of(coordinator), TrialId(trial_id), tree, info.context.now
    )
    return TrialCriteriaSet(trial=_shown(changed, coordinator))


async def request_introduction(info: Info, trial_id: strawberry.ID) -> RequestIntroductionResult:
    services, now = info.context.services, info.context.now
    patient = as_patient(info.context.caller)
    await services.permissions.require(patient.patient_id, Use.INTRODUCE, now)
    person = await services.people.require(patient.patient_id)
    match = await services.patient_trials.request_introduction(
        person, TrialId(trial_id), now, person.text_language, by=actor_of(patient)
    )
    return IntroductionRequested(match=_match(match))


async def decline_trial(info: Info, trial_id: strawberry.ID) -> DeclineTrialResult:
    services = info.context.services
    patient = as_patient(info.context.caller)
    person = await services.people.require(patient.patient_id)
    match = await services.patient_trials.decline(
        person, TrialId(trial_id), info.context.now, person.text_language, by=actor_of(patient)
    )
    return TrialDeclined(match=_match(match))


async def trials_for_me(info: Info, first: int = 20, after: str | None = None) -> Connection[TrialMatch]:
    services = info.context.services
    patient = own_record(info.context.caller)
    person = await services.people.permitting(patient, Use.MATCH_TRIALS, info.context.now)
    if person is None:
        return page_of([], first, None)
    matches = await services.patient_trials.for_person(person, info.context.now, person.text_language)
    return page_of([(match.id, _match(match)) for match in matches], first, after)


async def own_trials(info: Info, first: int = 20, after: str | None = None) -> Connection[Trial]:
    coordinator = as_coordinator(info.context.caller)
    page = await info.context.services.trials.page(
        coordinator.staff_id, first=checked_first(first), after=after
    )
    return connection(
        ((TrialPage.cursor(known), _shown(known, coordinator)) for known in page.trials),
        has_next_page=page.has_next,
        has_previous_page=after is not None,
    )


async def own_trial(info: Info, id: strawberry.ID) -> Trial | None:  # noqa: A002
    coordinator = as_coordinator(info.context.caller)
    return _shown(await info.context.services.trials.own(coordinator.staff_id, TrialId(id)), coordinator)


def _shown(known: trials.Trial, owner: Coordinator | None) -> Trial:
    """A trial as its owner sees it; without an owner, as patients do."""
    return Trial(
        known=known,
        owner=owner,
        id=strawberry.ID(known.id),
        nct_id=strawberry.ID(known.nct_id),
        title=known.title,
        summary=known.summary,
        status=known.status,
        sites=[site(each) for each in known.sites],
        criteria=criteria(known.criteria) if owner and known.criteria else None,
        reach=reach(known.reach) if owner and known.reach else None,
        imported_at=known.imported_at if owner else None,
        record_sha256=known.record_sha256 if owner else None,
    )


def _match(match: patient_trials.TrialMatch) -> TrialMatch:
    judgement = match.judgement
    return TrialMatch(
        id=strawberry.ID(match.id),
        trial=_shown(match.trial, owner=None),
        state=match_state(judgement.state),
        findings=findings(judgement.findings),
        nearest_site=site(match.nearest.site, match.nearest.km) if match.nearest else None,
        possible_from=judgement.possible_from,
        ask_for=judgement.missing[0].value if len(judgement.missing) == 1 else None,
        alerted_at=match.alerted_at,
        introduction_requested_at=match.introduction_requested_at,
        declined_at=match.declined_at,
    )


@strawberry.type
class TrialsQuery:
    trials_for_me: Connection[TrialMatch] = strawberry.field(
        resolver=trials_for_me,
        description="Every open trial, those that may fit first; none without the consent TRIAL_CONTACT.",
    )
    trials: Connection[Trial] = strawberry.field(
        resolver=own_trials, description="Trials of the coordinator who calls, newest import first."
    )
    trial: Trial | None = strawberry.field(
        resolver=own_trial, description="One trial of the coordinator who calls."
    )


@strawberry.type
class TrialsMutation:
    import_trial: ImportTrialResult = strawberry.mutation(
        resolver=import_trial, description="A ClinicalTrials.gov v2 study record, as JSON."
    )
    set_trial_criteria: SetTrialCriteriaResult = strawberry.mutation(resolver=set_trial_criteria)
    request_introduction: RequestIntroductionResult = strawberry.mutation(
        resolver=request_introduction, description="Lets the trial's coordinator know who you are."
    )
    decline_trial: DeclineTrialResult = strawberry.mutation(
        resolver=decline_trial, description='Says "not this one"; asking for an introduction undoes it.'
    )
