from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from diary.ids import PatientId
from registry_api.trials.facts import Person
from registry_api.trials.trial import Reach, match_token
from tests.registry_api.audit.trails import by
from tests.registry_api.trials.desk import CERVICAL, LEASE, OWNER, Desk, Killed
from tests.registry_api.trials.examples import NOON, ListedPeople, people, person, study, with_status

LIMB = [{"form": "LIMB", "onset": None, "recorded_on": "2026-01-01"}]
LATER = NOON + LEASE + timedelta(seconds=1)


async def test_alerts_everybody_who_may_fit_and_nobody_else(desk: Desk) -> None:
    """Those who match get one alert each; those who do not, or of whom too little is known, get none."""
    unknown = person(id="unknown", forms_stated_on=None, forms=[])
    desk.people = ListedPeople([*people(25), person(id="limb", forms=LIMB), unknown])
    trial = await desk.open_trial()
    await desk.work()
    assert await desk.recipients() == [each.id for each in people(25)]
    message = (await desk.queued())[0]
    assert (message["kind"], message["language"], message["trial"]) == ("trial_alert", "en", trial.id)
    assert message["reason_key"] == f"alert:{trial.id}:1:patient-00000"
    token = match_token(trial.id, 1, people(1)[0].id)
    assert message["slots"] == {"link": f"https://registry.example.org/t/{token}"}
    assert "patient" not in message["slots"]["link"]


async def test_waits_for_criteria(desk: Desk) -> None:
    """A trial without criteria alerts nobody when it opens; setting them does."""
    desk.people = ListedPeople(people(3))
    trial = (await desk.take("RECRUITING")).trial
    assert await desk.work() == 0
    assert await desk.match(people(1)[0]) == 0
    await desk.set_criteria(trial.id, CERVICAL)
    await desk.work()
    assert len(await desk.recipients()) == 3


async def test_criteria_before_opening_alert_when_it_opens(desk: Desk) -> None:
    """Criteria of a trial that is not open give a reach and no alert; its opening alerts."""
    desk.people = ListedPeople(people(12))
    trial = (await desk.take("NOT_YET_RECRUITING", posted="2026-07-01")).trial
    await desk.set_criteria(trial.id, {"all": [CERVICAL, {"distance_km": {"max": 50}}]})
    await desk.work()
    assert await desk.recipients() == []
    assert (await desk.trials.own(OWNER, trial.id)).reach == Reach(11, 50, NOON)
    assert (await desk.take("RECRUITING", posted="2026-07-02")).opened
    await desk.work()
    assert len(await desk.recipients()) == 12


async def test_new_criteria_alert_only_those_who_are_new(desk: Desk) -> None:
    """Wider criteria alert the others; nobody hears twice of one trial and period."""
    desk.people = ListedPeople([*people(5), person(id="limb", forms=LIMB)])
    trial = await desk.open_trial()
    await desk.work()
    await desk.set_criteria(trial.id, {"age": {"min": 18}})
    await desk.work()
    assert await desk.recipients() == ["limb", *(each.id for each in people(5))]


async def test_new_criteria_stop_the_matching_by_the_old(desk: Desk) -> None:
    """Criteria that are corrected while everybody is being judged hold for all that follow."""
    desk.people = ListedPeople(people(50))
    trial = await desk.open_trial()
    assert await desk.alerts().run_openings(NOON, "w1")
    assert len(await desk.recipients()) == 20
    await desk.set_criteria(trial.id, {"form": {"in": ["LIMB"]}})
    await desk.work()
    assert len(await desk.recipients()) == 20


async def test_a_worker_in_the_middle_of_a_batch_loses_to_new_criteria(desk: Desk) -> None:
    """A batch judged by criteria that were replaced meanwhile is not written."""
    trial = await desk.open_trial()

    class Changing(ListedPeople):
        async def batches(
            self, size: int, now: datetime, *, after: PatientId | None = None
        ) -> AsyncIterator[Sequence[Person]]:
            async for batch in super().batches(size, now, after=after):
                await desk.set_criteria(trial.id, {"form": {"in": ["LIMB"]}})
                yield batch

    assert await desk.alerts(people=Changing(people(5))).run_openings(NOON, "w1")
    assert await desk.recipients() == []


async def test_a_patient_who_changes_is_alerted_at_once(desk: Desk) -> None:
    """One person is judged against every open trial, once for each."""
    await desk.open_trial()
    await desk.open_trial(number=112)
    await desk.open_trial(number=105, criteria={"form": {"in": ["LIMB"]}})
    somebody = people(1)[0]
    assert await desk.match(somebody) == 2
    assert await desk.match(somebody) == 0
    desk.people = ListedPeople([somebody])
    await desk.work()
    assert len(await desk.recipients()) == 2


async def test_every_path_gives_the_same_answer(desk: Desk) -> None:
    """Opening, the person's own change and the person's page agree about everybody."""
    somebody = [
        *people(2),
        person(id="limb", forms=LIMB),
        person(id="young", birth_date="2008-07-11"),
        person(id="unknown", forms_stated_on=None, forms=[]),
    ]
    desk.people = ListedPeople(somebody)
    await desk.open_trial()
    seen = {each.id for each in somebody if await _may_fit(desk, each)}
    await desk.work()
    assert seen == set(await desk.recipients())
    for each in somebody:
        assert await desk.match(each) == 0


async def test_each_person_is_judged_on_their_own_day(desk: Desk) -> None:
    """An 18th birthday has begun in Auckland while it is still the day before in Los Angeles."""
    await desk.open_trial()
    now = NOON.replace(hour=13)
    for zone, alerts in (("Pacific/Auckland", 1), ("America/Los_Angeles", 0)):
        somebody = person(id=zone, birth_date="2008-07-11")
        moved = Person(
            **{name: getattr(somebody, name) for name in somebody.__slots__} | {"zone": ZoneInfo(zone)}
        )
        assert await desk.match(moved, now) == alerts


@pytest.mark.parametrize("dies_after_queueing", [False, True])
async def test_a_killed_worker_leaves_nobody_out_and_tells_nobody_twice(
    desk: Desk, *, dies_after_queueing: bool
) -> None:
    """A kill after the match is stored and before the text is queued, or before the commit, loses nothing."""
    desk.people = ListedPeople(people(45))
    await desk.open_trial()
    desk.outbox.dies_at, desk.outbox.dies_after_queueing = 2, dies_after_queueing
    with pytest.raises(Killed):
        await desk.work()
    assert len(await desk.recipients()) == 10
    assert not await desk.alerts().run_openings(NOON, "w2"), "the lease of the dead worker still holds"
    await desk.work(LATER, "w2")
    assert await desk.recipients() == [each.id for each in people(45)]


async def test_a_worker_killed_between_batches_is_followed_where_it_stopped(desk: Desk) -> None:
    """The next worker goes on behind the last patient done; the reach counts everybody once."""
    trial = await desk.open_trial()

    class Dying(ListedPeople):
        async def batches(
            self, size: int, now: datetime, *, after: PatientId | None = None
        ) -> AsyncIterator[Sequence[Person]]:
            async for batch in super().batches(size, now, after=after):
                yield batch
                raise Killed

    with pytest.raises(Killed):
        await desk.alerts(people=Dying(people(51))).run_openings(NOON, "w1")
    desk.people = ListedPeople(people(51))
    await desk.work(LATER, "w2")
    assert len(await desk.recipients()) == 51
    assert (await desk.trials.own(OWNER, trial.id)).reach == Reach(51, 200, LATER)


async def test_two_workers_at_once_tell_everybody_once(desk: Desk) -> None:
    """Workers that compete, while patients change too, alert each person once of each trial."""
    desk.people = ListedPeople(people(60))
    for number in (101, 102, 112):
        await desk.open_trial(number=number)
    await asyncio.gather(
        desk.work(worker="w1"), desk.work(worker="w2"), *(desk.match(each) for each in people(60)[::7])
    )
    await desk.work(LATER, "w3")
    messages = await desk.queued()
    assert len(messages) == 180
    assert len({message["reason_key"] for message in messages}) == 180


async def test_a_worker_whose_lease_ended_writes_nothing_more(desk: Desk) -> None:
    """A slow worker that wakes up after another has taken over stops, and nothing is doubled."""
    await desk.open_trial()
    desk.people = ListedPeople(people(30))

    class Slow(ListedPeople):
        async def batches(
            self, size: int, now: datetime, *, after: PatientId | None = None
        ) -> AsyncIterator[Sequence[Person]]:
            async for batch in super().batches(size, now, after=after):
                await desk.work(LATER, "w2")
                yield batch

    await desk.alerts(people=Slow(people(30))).run_openings(NOON, "w1")
    assert await desk.recipients() == [each.id for each in people(30)]


async def test_suspension_corrects_those_who_were_told_and_cancels_the_rest(desk: Desk) -> None:
    """Who has had the alert gets a correction; an alert that still waits is cancelled instead."""
    desk.people = ListedPeople(people(25))
    trial = await desk.open_trial()
    await desk.work()
    told = [each.id for each in people(25)[:15]]
    await desk.mark("delivered", *told[:10])
    await desk.mark("sending", *told[10:])
    await desk.take("SUSPENDED", posted="2026-07-05")
    await desk.work()
    assert await desk.recipients("trial_correction") == told
    assert (await desk.queued("trial_correction"))[0][
        "reason_key"
    ] == f"correction:{trial.id}:1:patient-00000"
    assert [each["recipient"] for each in await desk.queued(state="cancelled")] == [
        each.id for each in people(25)[15:]
    ]
    await desk.take("SUSPENDED", posted="2026-07-06")
    await desk.work()
    assert len(await desk.recipients("trial_correction")) == 15


async def test_a_suspension_after_another_end_corrects_too(desk: Desk) -> None:
    """A trial that ended otherwise is taken back once it is suspended, and not before."""
    desk.people = ListedPeople(people(3))
    await desk.open_trial()
    await desk.work()
    await desk.mark("delivered")
    await desk.take("ACTIVE_NOT_RECRUITING", posted="2026-07-05")
    await desk.work()
    assert await desk.recipients("trial_correction") == []
    await desk.take("SUSPENDED", posted="2026-07-06")
    await desk.work()
    assert len(await desk.recipients("trial_correction")) == 3


async def test_a_trial_that_was_never_open_is_not_corrected(desk: Desk) -> None:
    """SUSPENDED without an open period before gives no job."""
    desk.people = ListedPeople(people(3))
    await desk.take("SUSPENDED")
    assert await desk.work() == 0


async def test_a_killed_correction_is_finished_once(desk: Desk) -> None:
    """Corrections survive a kill as alerts do."""
    desk.people = ListedPeople(people(35))
    await desk.open_trial()
    await desk.work()
    await desk.mark("delivered")
    await desk.take("SUSPENDED", posted="2026-07-05")
    desk.outbox.calls, desk.outbox.dies_at = 0, 2
    with pytest.raises(Killed):
        await desk.work()
    desk.outbox.dies_at = None
    await desk.work(LATER, "w2")
    assert await desk.recipients("trial_correction") == [each.id for each in people(35)]


async def test_suspension_in_the_middle_of_matching_stops_it(desk: Desk) -> None:
    """Nobody is alerted of a trial after it was suspended, and only those who were told are corrected."""
    desk.people = ListedPeople(people(50))
    await desk.open_trial()
    assert await desk.alerts().run_openings(NOON, "w1")
    await desk.mark("sent")
    await desk.take("SUSPENDED", posted="2026-07-05")
    await desk.work()
    assert len(await desk.recipients()) == len(await desk.recipients("trial_correction")) == 20
    assert await desk.match(people(50)[49]) == 0


async def test_reopening_waits_until_the_closing_is_done_and_alerts_again(desk: Desk) -> None:
    """Jobs of a trial run in order, so that a closing never cancels the alerts of the next period."""
    desk.people = ListedPeople(people(12))
    await desk.open_trial()
    await desk.work()
    await desk.take("COMPLETED", posted="2026-07-05")
    await desk.take("RECRUITING", posted="2026-07-06")
    await asyncio.gather(desk.work(LATER, "w1"), desk.work(LATER, "w2"))
    await desk.work(LATER + timedelta(minutes=1), "w3")
    assert len(await desk.queued(state="cancelled")) == 12
    assert len(await desk.queued(state="queued")) == 12


async def test_the_night_finds_dates_that_came_due(desk: Desk) -> None:
    """Whoever fits only from a later day is alerted by that day's nightly matching, ordered once a day."""
    desk.people = ListedPeople(people(2))
    await desk.open_trial(criteria={"weeks_since_toxin": {"min": 12}})
    await desk.work()
    assert await desk.recipients() == []
    due = NOON.replace(day=24)
    assert await desk.desk.order_nightly(due) == 1
    assert await desk.desk.order_nightly(due + timedelta(hours=3)) == 0
    await desk.work(due)
    assert len(await desk.recipients()) == 2


async def test_a_new_site_reaches_those_near_it(desk: Desk) -> None:
    """When the sites of an open trial change, everybody is judged again in the same period."""
    desk.people = ListedPeople(people(2))
    await desk.open_trial(number=106, criteria={"all": [CERVICAL, {"distance_km": {"max": 50}}]})
    await desk.work()
    assert await desk.recipients() == []
    record = with_status(study(106), "RECRUITING", posted="2026-07-09")
    sites = record["protocolSection"]["contactsLocationsModule"]["locations"]
    sites.append({"city": "Boston", "status": "RECRUITING", "geoPoint": {"lat": 42.36, "lon": -71.06}})
    await desk.desk.import_record(record, by(OWNER), NOON)
    await desk.work()
    assert len(await desk.recipients()) == 2


@pytest.mark.parametrize(("count", "band"), [(10, (0, 10)), (11, (11, 50)), (50, (11, 50)), (51, (51, 200))])
async def test_reach_is_a_band(desk: Desk, count: int, band: tuple[int, int]) -> None:
    """The number of people leaves only as a band, and is not kept in the job either."""
    desk.people = ListedPeople(people(count))
    trial = await desk.open_trial()
    await desk.work()
    reach = (await desk.trials.own(OWNER, trial.id)).reach
    assert reach is not None
    assert (reach.at_least, reach.at_most) == band
    job = await desk.mongo.database["trial_jobs"].find_one({"_id": f"{trial.id}:{trial.jobs}"})
    assert job is not None
    assert "fitting" not in job


async def _may_fit(desk: Desk, somebody: Person) -> bool:
    matches = await desk.patients.for_person(somebody, NOON, "en")
    return any(match.judgement.state == "match" for match in matches)
