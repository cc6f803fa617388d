from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from registry_api.trials.criteria import parse_criteria
from registry_api.trials.ctgov import StudyStatus, canonical
from registry_api.trials.errors import InvalidCursor, NotAStudyRecord, TrialNotFound, TrialOfAnother
from registry_api.trials.ids import TrialId
from registry_api.trials.store import TrialPage
from tests.registry_api.audit.trails import by
from tests.registry_api.trials.desk import CERVICAL, OWNER, Desk
from tests.registry_api.trials.examples import NOON, study, with_status


async def test_keeps_the_raw_record_with_its_hash(desk: Desk) -> None:
    """The whole record is kept as canonical JSON under its SHA-256."""
    imported = await desk.desk.import_record(study(101), by(OWNER), NOON)
    trial = imported.trial
    assert (trial.nct_id, trial.status, imported.already) == ("NCT90000101", StudyStatus.RECRUITING, False)
    assert trial.record_sha256 == canonical(study(101)).sha256
    assert json.loads(await desk.trials.raw_record(trial.id, trial.record_sha256)) == study(101)
    assert await desk.trials.own(OWNER, trial.id) == trial


async def test_the_same_record_again_changes_nothing(desk: Desk) -> None:
    """A record is known by its content, whatever the order of its keys."""
    first = await desk.desk.import_record(study(101), by(OWNER), NOON)
    turned = dict(reversed(study(101).items()))
    again = await desk.desk.import_record(turned, by(OWNER), NOON + timedelta(hours=1))
    assert (again.already, again.opened) == (True, False)
    assert again.trial == first.trial


async def test_what_is_no_record_is_not_stored(desk: Desk) -> None:
    """A refused record leaves no trace."""
    with pytest.raises(NotAStudyRecord):
        await desk.desk.import_record({"protocolSection": {}}, by(OWNER), NOON)
    assert await desk.trials.page(OWNER, first=10) == TrialPage((), has_next=False)


async def test_opens_once_when_study_and_a_site_recruit(desk: Desk) -> None:
    """Opening is a transition: the record that makes it says so, and a further one does not."""
    waiting = await desk.take("NOT_YET_RECRUITING", posted="2026-07-01")
    no_site = await desk.take("RECRUITING", posted="2026-07-02", sites="NOT_YET_RECRUITING")
    opening = await desk.take("RECRUITING", posted="2026-07-03")
    later = await desk.take("RECRUITING", posted="2026-07-04")
    assert [each.opened for each in (waiting, no_site, opening, later)] == [False, False, True, False]
    assert later.trial.period == 1
    assert later.trial.id == waiting.trial.id


@pytest.mark.parametrize("status", [each for each in StudyStatus if each is not StudyStatus.RECRUITING])
async def test_no_other_status_opens(desk: Desk, status: StudyStatus) -> None:
    """By invitation, unknown and every other status never open, whatever the sites say."""
    imported = await desk.take(status, sites="RECRUITING")
    assert (imported.opened, imported.trial.is_open, imported.trial.periods) == (False, False, ())


async def test_a_second_opening_is_a_new_period(desk: Desk) -> None:
    """Closing ends a period; opening again begins the next."""
    await desk.take("RECRUITING", posted="2026-07-01")
    closed = await desk.take("ACTIVE_NOT_RECRUITING", posted="2026-07-02")
    assert (closed.trial.is_open, closed.trial.period) == (False, None)
    assert closed.trial.periods[0].closed_as is StudyStatus.ACTIVE_NOT_RECRUITING
    again = await desk.take("RECRUITING", posted="2026-07-03")
    assert (again.opened, again.trial.period) == (True, 2)


async def test_an_older_record_that_comes_late_is_only_filed(desk: Desk) -> None:
    """A record posted before the one that is applied neither reopens nor changes the trial."""
    await desk.take("RECRUITING", posted="2026-07-01")
    await desk.take("SUSPENDED", posted="2026-07-05")
    late = await desk.take("RECRUITING", posted="2026-07-03")
    assert (late.outdated, late.opened, late.already) == (True, False, False)
    trial = await desk.trials.own(OWNER, late.trial.id)
    assert (trial.status, trial.is_open) == (StudyStatus.SUSPENDED, False)
    again = await desk.take("RECRUITING", posted="2026-07-03")
    assert again.already


async def test_a_record_of_the_future_is_refused(desk: Desk) -> None:
    """It would be the newest for ever, and a suspension that follows would only be filed."""
    await desk.take("RECRUITING", posted="2026-07-01")
    with pytest.raises(NotAStudyRecord) as refusal:
        await desk.take("RECRUITING", posted="9999-12-31")
    assert [fault.message for fault in refusal.value.fields] == ["is in the future"]
    suspended = await desk.take("SUSPENDED", posted="2026-07-02")
    assert (suspended.outdated, suspended.trial.is_open) == (False, False)


async def test_a_replayed_record_of_the_same_day_does_not_reopen(desk: Desk) -> None:
    """A record that was applied before and comes again changes nothing, also where the days are equal."""
    await desk.take("RECRUITING", posted="2026-07-01")
    await desk.take("SUSPENDED", posted="2026-07-01")
    replayed = await desk.take("RECRUITING", posted="2026-07-01")
    assert (replayed.already, replayed.opened) == (True, False)
    assert replayed.trial.status is StudyStatus.SUSPENDED


async def test_imports_in_parallel_open_once(desk: Desk) -> None:
    """The same record eight times at once gives one trial, one period and one opening."""
    imported = await asyncio.gather(*(desk.take("RECRUITING") for _ in range(8)))
    assert sum(each.opened for each in imported) == 1
    assert sum(each.already for each in imported) == 7
    assert len({each.trial.id for each in imported}) == 1
    assert len((await desk.trials.own(OWNER, imported[0].trial.id)).periods) == 1


async def test_different_records_in_parallel_open_once(desk: Desk) -> None:
    """Versions of one study that arrive at once are applied one after the other."""
    trial = (await desk.take("NOT_YET_RECRUITING", posted="2026-07-01")).trial
    await desk.set_criteria(trial.id, CERVICAL)
    imported = await asyncio.gather(
        *(desk.take("RECRUITING", posted=f"2026-07-0{day}") for day in range(2, 8))
    )
    assert sum(each.opened for each in imported) == 1
    newest = await desk.trials.own(OWNER, trial.id)
    assert (len(newest.periods), str(newest.updated_on)) == (1, "2026-07-07")


async def test_foreign_and_absent_trials_read_the_same(desk: Desk) -> None:
    """Another coordinator's trial is not found, exactly like one that does not exist."""
    trial = (await desk.take("RECRUITING")).trial
    for owner, name in (("coordinator-2", trial.id), (OWNER, TrialId("nothing"))):
        with pytest.raises(TrialNotFound) as absent:
            await desk.trials.own(owner, name)
        assert str(absent.value) == "There is no such trial. Choose one from your list."
        with pytest.raises(TrialNotFound):
            await desk.desk.set_criteria(by(owner), name, parse_criteria(CERVICAL), NOON)
        with pytest.raises(TrialNotFound):
            await desk.introductions.of_trial(owner, name, first=10)
    assert (await desk.trials.page("coordinator-2", first=10)).trials == ()


async def test_a_study_has_one_owner(desk: Desk) -> None:
    """Another coordinator cannot change a study by importing it."""
    trial = (await desk.take("NOT_YET_RECRUITING")).trial
    record = with_status(study(101), "RECRUITING", posted="2026-07-09")
    with pytest.raises(TrialOfAnother):
        await desk.desk.import_record(record, by("coordinator-2"), NOON)
    assert await desk.trials.own(OWNER, trial.id) == trial


async def test_criteria_are_versions(desk: Desk) -> None:
    """Each change of the criteria adds a version; the same criteria again add none."""
    trial = (await desk.take("NOT_YET_RECRUITING")).trial
    await desk.set_criteria(trial.id, CERVICAL)
    same = await desk.set_criteria(trial.id, CERVICAL)
    changed = await desk.set_criteria(trial.id, {"age": {"min": 21}})
    assert same.criteria
    assert changed.criteria
    assert (same.criteria.number, changed.criteria.number, changed.criteria.set_by) == (1, 2, OWNER)
    history = await desk.trials.criteria_history(trial.id)
    assert [each.number for each in history] == [1, 2]
    assert history[0].tree == parse_criteria(CERVICAL)
    assert (await desk.trials.own(OWNER, trial.id)).criteria == changed.criteria


async def test_criteria_set_in_parallel_are_all_kept(desk: Desk) -> None:
    """Two tabs that set criteria at once make two versions, not one that is lost."""
    trial = (await desk.take("NOT_YET_RECRUITING")).trial
    await asyncio.gather(*(desk.set_criteria(trial.id, {"age": {"min": age}}) for age in range(18, 24)))
    assert [each.number for each in await desk.trials.criteria_history(trial.id)] == [1, 2, 3, 4, 5, 6]


async def test_pages_of_own_trials(desk: Desk) -> None:
    """Pages go from the newest import to the oldest, without gap or repetition."""
    for minute, number in enumerate((101, 102, 103, 104, 105)):
        await desk.desk.import_record(study(number), by(OWNER), NOON + timedelta(minutes=minute // 2))
    seen, after = [], None
    while True:
        page = await desk.trials.page(OWNER, first=2, after=after)
        seen += [trial.nct_id for trial in page.trials]
        if not page.has_next:
            break
        after = page.cursor(page.trials[-1])
    assert len(seen) == len(set(seen)) == 5
    assert seen[0] == "NCT90000105"
    for wrong in ("x", "", "é", "eA"):
        with pytest.raises(InvalidCursor):
            await desk.trials.page(OWNER, first=2, after=wrong)


async def test_the_newest_record_supersedes(desk: Desk) -> None:
    """A newer version changes what is shown and keeps owner, id and criteria."""
    before = await desk.open_trial()
    after = (await desk.take("RECRUITING", posted="2026-07-08", sites="SUSPENDED")).trial
    assert (after.id, after.owner, after.criteria) == (before.id, OWNER, before.criteria)
    assert {site.status for site in after.sites} == {StudyStatus.SUSPENDED}
    assert not after.is_open
