from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from registry_api.identity.callers import Role
from registry_api.trials.errors import InvalidCursor, TrialNotFound
from registry_api.trials.ids import TrialId
from registry_api.trials.store import TRIALS
from registry_api.trials.trial import match_token
from tests.registry_api.audit.trails import by
from tests.registry_api.trials.desk import OWNER, Desk
from tests.registry_api.trials.examples import NOON, ListedPeople, people, person


async def test_a_patient_sees_open_trials_with_criteria_best_first(desk: Desk) -> None:
    """What may fit comes first, then what is unknown, then what does not fit; closed trials are not shown."""
    fits = await desk.open_trial(number=101)
    limb = await desk.open_trial(number=105, criteria={"form": {"in": ["LIMB"]}})
    asks = await desk.open_trial(number=102, criteria={"medicine_stable_days": {"min": 30}})
    await desk.take("RECRUITING", number=104)
    await desk.take("NOT_YET_RECRUITING", number=103)
    somebody = person(medicines=[])
    matches = await desk.patients.for_person(somebody, NOON, "en")
    assert [match.trial.id for match in matches] == [fits.id, asks.id, limb.id]
    assert matches[0].id == match_token(fits.id, 1, somebody.id)
    assert matches[0].nearest
    assert (matches[0].nearest.site.city, round(matches[0].nearest.km)) == ("Boston", 0)
    assert matches[1].judgement.ask_for == "medicine_stable_days"
    assert matches[0].alerted_at is None


async def test_one_trial_that_cannot_be_read_hides_no_other(desk: Desk) -> None:
    """Criteria that no longer pass the rules keep their own trial out, and nobody from the rest."""
    broken, sound = await desk.open_trial(number=101), await desk.open_trial(number=102)
    await desk.mongo.database[TRIALS].update_one(
        {"_id": broken.id}, {"$set": {"criteria.tree": {"weather": {"is": True}}}}
    )
    matches = await desk.patients.for_person(people(1)[0], NOON, "en")
    assert [match.trial.id for match in matches] == [sound.id]
    assert await desk.desk.order_nightly(NOON) == 1


async def test_the_page_says_when_the_alert_was(desk: Desk) -> None:
    """The moment of the alert is shown with the trial that it was about."""
    desk.people = ListedPeople(people(2))
    await desk.open_trial()
    await desk.work()
    (match,) = await desk.patients.for_person(people(1)[0], NOON, "es")
    assert match.alerted_at == NOON
    assert match.judgement.findings[0].because == "Usted nos dijo: distonía cervical."


async def test_asking_for_an_introduction_is_done_once(desk: Desk) -> None:
    """Asking again, also at the same moment, keeps the first moment and one introduction."""
    trial = await desk.open_trial()
    somebody = people(1)[0]
    answers = await asyncio.gather(
        *(
            desk.patients.request_introduction(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
            for _ in range(6)
        )
    )
    again = await desk.patients.request_introduction(
        somebody, trial.id, NOON + timedelta(days=1), "en", by=by("patient", Role.PATIENT)
    )
    assert {answer.introduction_requested_at for answer in (*answers, again)} == {NOON}
    page = await desk.introductions.of_trial(OWNER, trial.id, first=10)
    (introduction,) = page.introductions
    assert (introduction.patient, introduction.requested_at) == (somebody.id, NOON)
    assert somebody.id not in introduction.id


async def test_declining_takes_the_request_back_and_asking_undoes_it(desk: Desk) -> None:
    """Of the two answers the last one holds."""
    trial = await desk.open_trial()
    somebody = people(1)[0]
    await desk.patients.request_introduction(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    declined = await desk.patients.decline(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    assert (declined.declined_at, declined.introduction_requested_at) == (NOON, None)
    assert (await desk.introductions.of_trial(OWNER, trial.id, first=10)).introductions == ()
    later = NOON + timedelta(hours=1)
    asked = await desk.patients.request_introduction(
        somebody, trial.id, later, "en", by=by("patient", Role.PATIENT)
    )
    assert (asked.declined_at, asked.introduction_requested_at) == (None, later)


async def test_a_request_is_taken_back_after_the_trial_has_closed(desk: Desk) -> None:
    """Whoever asked can change their mind for as long as the coordinator sees them; nobody else answers."""
    trial = await desk.open_trial()
    somebody, other = people(2)
    await desk.patients.request_introduction(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    await desk.take("COMPLETED", posted="2026-07-05")
    with pytest.raises(TrialNotFound):
        await desk.patients.decline(other, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    declined = await desk.patients.decline(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    assert (declined.declined_at, declined.introduction_requested_at) == (NOON, None)
    assert (await desk.introductions.of_trial(OWNER, trial.id, first=10)).introductions == ()
    with pytest.raises(TrialNotFound):
        await desk.patients.request_introduction(
            somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT)
        )


async def test_who_declined_is_not_alerted(desk: Desk) -> None:
    """A trial that a person does not want to hear of stays silent, also when it opens again."""
    somebody, other = people(2)
    desk.people = ListedPeople([somebody, other])
    trial = await desk.open_trial()
    await desk.patients.decline(somebody, trial.id, NOON, "en", by=by("patient", Role.PATIENT))
    await desk.work()
    assert await desk.recipients() == [other.id]
    await desk.take("COMPLETED", posted="2026-07-05")
    await desk.take("RECRUITING", posted="2026-07-06")
    await desk.work()
    assert await desk.recipients() == [other.id, other.id]
    assert await desk.match(somebody) == 0


@pytest.mark.parametrize("act", ["request_introduction", "decline"])
async def test_only_open_trials_can_be_answered(desk: Desk, act: str) -> None:
    """A trial that is absent, closed or without criteria reads as not found, and nothing is stored."""
    closed = (await desk.take("NOT_YET_RECRUITING", number=103)).trial
    bare = (await desk.take("RECRUITING", number=104)).trial
    for trial in (closed.id, bare.id, TrialId("nothing")):
        with pytest.raises(TrialNotFound):
            await getattr(desk.patients, act)(people(1)[0], trial, NOON, "en", by=by("patient", Role.PATIENT))
    assert (await desk.introductions.of_trial(OWNER, closed.id, first=10)).introductions == ()


async def test_a_coordinator_sees_introductions_of_own_trials_page_by_page(desk: Desk) -> None:
    """Pages go from the newest request to the oldest and hold one trial's people only."""
    trial, other = await desk.open_trial(), await desk.open_trial(number=112)
    for minute, somebody in enumerate(people(5)):
        at = NOON + timedelta(minutes=minute // 2)
        await desk.patients.request_introduction(somebody, trial.id, at, "en", by=by("patient", Role.PATIENT))
    await desk.patients.request_introduction(
        person(id="another"), other.id, NOON, "en", by=by("patient", Role.PATIENT)
    )
    seen, after = [], None
    while True:
        page = await desk.introductions.of_trial(OWNER, trial.id, first=2, after=after)
        seen += [each.patient for each in page.introductions]
        if not page.has_next:
            break
        after = page.introductions[-1].cursor
    assert sorted(seen) == [each.id for each in people(5)]
    with pytest.raises(InvalidCursor):
        await desk.introductions.of_trial(OWNER, trial.id, first=2, after="?")
