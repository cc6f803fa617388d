from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Answer, Timeliness
from diary.checking_in.store import DiaryStore
from diary.errors import InvalidTrend
from diary.instruments.catalogue import definition
from diary.scores import Score
from diary.trending.buckets import By, Point, checked_range, points
from diary.trending.measures import measure, measures, rated
from diary.trending.reading import own_cycles
from diary.trending.store import MeasureStore
from registry_api.mongo import Mongo
from tests.diary.examples import NOON, PATIENT, STRANGER, core, injection, kept

MONDAY = date(2026, 3, 2)


def days(*ratings: tuple[int, float]) -> dict[date, float]:
    return {MONDAY + timedelta(days=day): rating for day, rating in ratings}


def spans(found: Iterable[Point]) -> list[tuple[int, int, int]]:
    return [((each.since - MONDAY).days, (each.until - MONDAY).days, each.n) for each in found]


def test_days_weeks_and_months() -> None:
    """Each bucket says how many days were rated and how they lie; a week without any is not there."""
    ratings = days((0, 2), (2, 4), (6, 9), (21, 5), (30, 1))
    assert spans(points(By.DAY, ratings, ())) == [(0, 0, 1), (2, 2, 1), (6, 6, 1), (21, 21, 1), (30, 30, 1)]
    weeks = points(By.WEEK, ratings, ())
    assert spans(weeks) == [(0, 6, 3), (21, 27, 1), (28, 34, 1)]
    assert (weeks[0].mean, weeks[0].median, weeks[0].low, weeks[0].high) == (5, 4, 2, 9)
    assert spans(points(By.MONTH, ratings, ())) == [(-1, 29, 4), (30, 59, 1)]


def test_days_since_injection_put_cycles_together() -> None:
    """The same day of two cycles is one bucket; days before the first injection are in none."""
    treatments = [injection(str(MONDAY)), injection(str(MONDAY + timedelta(days=84)))]
    ratings = days((-1, 9), (0, 7), (10, 3), (84, 5), (94, 4), (84 + 200, 2))
    found = points(By.CYCLE_DAY, ratings, treatments)
    assert [(each.cycle_day, each.n, each.median) for each in found] == [(0, 2, 6), (10, 2, 3.5)]
    assert points(By.CYCLE_DAY, ratings, ()) == []


@given(st.dictionaries(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 10).map(float)))
def test_every_rating_is_in_one_bucket(ratings: dict[date, float]) -> None:
    """Buckets do not overlap, lie in order, and lose nothing."""
    for by in (By.DAY, By.WEEK, By.MONTH):
        found = points(by, ratings, ())
        assert sum(each.n for each in found) == len(ratings)
        assert all(one.until < other.since for one, other in pairwise(found))
        assert all(each.low <= each.median <= each.high for each in found)


@pytest.mark.parametrize(
    ("by", "since", "until", "first", "last"),
    [
        (By.DAY, None, None, -29, 0),
        (By.WEEK, None, None, -181, 0),
        (By.DAY, None, 400, -29, 0),
        (By.DAY, -10, -3, -10, -3),
        (By.MONTH, -800, 0, -800, 0),
    ],
)
def test_ranges(by: By, since: int | None, until: int | None, first: int, last: int) -> None:
    """A range ends today at the latest, and begins as usual for its kind where that is left open."""

    def at(day: int | None) -> date | None:
        return None if day is None else MONDAY + timedelta(days=day)

    assert checked_range(by, at(since), at(until), MONDAY) == (at(first), at(last))


def test_the_first_day_of_the_calendar_ends_a_range() -> None:
    """There is nothing before it, and asking for it is no fault of ours."""
    assert checked_range(By.WEEK, None, date.min, MONDAY) == (date.min, date.min)


@pytest.mark.parametrize(("since", "until"), [(1, 0), (-801, 0), (5, 9)])
def test_ranges_that_cannot_be(since: int, until: int) -> None:
    """A range that ends before it begins, is too long, or lies in the future is named as a fault."""
    with pytest.raises(InvalidTrend):
        checked_range(By.DAY, MONDAY + timedelta(days=since), MONDAY + timedelta(days=until), MONDAY)


@pytest.mark.parametrize("wanted", ["pain", "weekly/pain", "twstrs/total", "cdq-24/stigma"])
def test_what_can_be_followed(wanted: str) -> None:
    """Rated items go by their own id, scales by that of their questionnaire and theirs."""
    assert measure(wanted).id == wanted
    assert measure(wanted) in measures()[measure(wanted).instrument.id]


@pytest.mark.parametrize(
    "wanted",
    ["avoided", "nonsense", "", "/", "weekly/", "weekly/nonsense", "nonsense/total", "daily/pain", "weekly"],
)
def test_what_has_no_level_is_not_followed(wanted: str) -> None:
    """Neither a yes-or-no item nor what is neither a rated item nor a score."""
    with pytest.raises(InvalidTrend) as refusal:
        measure(wanted)
    assert [fault.path for fault in refusal.value.fields] == ["measure"]


async def test_ratings_are_read_in_one_query(mongo: Mongo) -> None:
    """A year takes one find; skipped, late, withdrawn and other people's entries are left out."""
    year = [kept(MONDAY + timedelta(days=day), Answer.rated("pain", day % 11)) for day in range(365)]
    left_out = [
        kept(MONDAY - timedelta(days=1), Answer.skipped("pain")),
        kept(MONDAY - timedelta(days=2), Answer.rated("pain", 3), timeliness=Timeliness.RETROSPECTIVE),
        kept(MONDAY - timedelta(days=3), Answer.rated("pulling", 3)),
        kept(MONDAY - timedelta(days=4), Answer.rated("pain", 3), patient=STRANGER),
    ]
    store = DiaryStore(mongo.database)
    assert await store.insert_many([*year, *left_out]) == 369
    taken_out = year[100]
    await mongo.transact(
        lambda session: store.withdraw(
            PATIENT,
            taken_out.id,
            "w",
            reason=None,
            channel=taken_out.channel,
            author=PATIENT,
            now=NOON + timedelta(days=400),
            session=session,
        )
    )
    found = await MeasureStore(mongo.database).by_day(
        PATIENT, rated("pain"), MONDAY - timedelta(days=9), MONDAY + timedelta(days=363)
    )
    assert found == {
        each.about: (each.about - MONDAY).days % 11 for each in year[:364] if each is not taken_out
    }


async def test_scores_are_followed_like_ratings(mongo: Mongo) -> None:
    """What stands by the newest rules counts, also where it came late; what has no value is left out."""
    weeks = [MONDAY + timedelta(days=7 * week) for week in range(4)]
    items = [item.id for item in definition("gad-7").items]
    full = [[Answer.rated(item, level) for item in items] for level in range(4)]
    entries = [
        kept(weeks[0], *full[0], instrument="gad-7"),
        kept(weeks[1], *full[1], instrument="gad-7", timeliness=Timeliness.RETROSPECTIVE),
        kept(weeks[2], *full[2][1:], instrument="gad-7"),
        kept(weeks[3], *full[3], instrument="gad-7"),
        kept(weeks[0], Answer.rated("pain", 6)),
        kept(weeks[1], *core(6, 4, 2), Answer.rated("distress", 6)),
        kept(weeks[2], *core(1, 1, 1), Answer.rated("distress", 1), timeliness=Timeliness.RETROSPECTIVE),
        kept(weeks[0], *full[2], instrument="gad-7", patient=STRANGER),
    ]
    store = MeasureStore(mongo.database)
    await DiaryStore(mongo.database).insert_many(entries)
    span = (weeks[0], weeks[3])
    totals = {weeks[0]: 0, weeks[1]: 7, weeks[3]: 21}
    assert await store.by_day(PATIENT, measure("gad-7/total"), *span) == totals
    assert await store.by_day(PATIENT, measure("gad-7/total"), *span[:1], weeks[2]) == {
        weeks[0]: 0, weeks[1]: 7,
    }  # fmt: skip
    assert await store.by_day(PATIENT, measure("daily/social_anxiety"), *span) == {weeks[1]: 40}
    found = {one.id: values for one, values in await store.all(PATIENT, *span)}
    assert list(found) == [
        "pulling",
        "pain",
        "fear_of_being_looked_at",
        "distress",
        "daily/social_anxiety",
        "gad-7/total",
    ]
    assert found["gad-7/total"] == totals
    for one, values in await store.all(PATIENT, *span):
        assert await store.by_day(PATIENT, one, *span) == values


async def test_a_score_is_that_of_the_newest_rules(mongo: Mongo) -> None:
    """A row that was added later takes the place of the former; one of another meaning has no place."""
    entry = kept(
        MONDAY, *(Answer.rated(item.id, 1) for item in definition("gad-7").items), instrument="gad-7"
    )
    (row,) = entry.score_rows
    await DiaryStore(mongo.database).insert_many(
        [
            replace(
                entry, score_rows=(row, replace(row, version="1.1.0", scores=(Score("total", "1.1.0", 9.0),)))
            ),
            replace(
                kept(MONDAY + timedelta(days=7), Answer.rated("item_01", 1), instrument="cdq-24"),
                instrument_version="1.0.0",
                score_rows=(replace(row, version="1.0.0", scores=(Score("pain", "1.0.0", 9.0),)),),
            ),
        ]
    )
    found = await MeasureStore(mongo.database).all(PATIENT, MONDAY, MONDAY + timedelta(days=7))
    assert [(one.id, values) for one, values in found] == [("gad-7/total", {MONDAY: 9})]


async def test_own_cycles_reach_back_as_far_as_they_need(mongo: Mongo) -> None:
    """Of five cycles the last two are shown, with the usual level of the days before them."""
    starts = [MONDAY + timedelta(days=84 * number) for number in range(5)]
    entries = [
        kept(start + timedelta(days=day), Answer.rated("pain", 2 if 7 <= day < 63 else 7))
        for start in starts
        for day in range(84)
    ]
    await DiaryStore(mongo.database).insert_many(entries)
    treatments = [injection(str(start)) for start in starts]
    own = await own_cycles(
        MeasureStore(mongo.database),
        PATIENT,
        treatments,
        rated("pain"),
        today=starts[-1] + timedelta(days=83),
        last=2,
    )
    assert [str(each.injected_on) for each in own.cycles] == [str(start) for start in starts[-2:]]
    assert [each.usual_level for each in own.cycles] == [7, 7]
    assert own.typical.wearing_off is not None
    assert (own.typical.wearing_off.week, own.typical.wearing_off.cycles) == (9, 2)
    assert own.this_cycle is not None
    assert (own.this_cycle.before, own.this_cycle.after, own.this_cycle.notable) == (2, 2, False)


@pytest.mark.parametrize("last", [0, 9])
async def test_cycles_out_of_range(mongo: Mongo, last: int) -> None:
    """One to eight cycles may be asked for."""
    with pytest.raises(InvalidTrend):
        await own_cycles(MeasureStore(mongo.database), PATIENT, [], rated("pain"), today=MONDAY, last=last)


async def test_without_injections_there_are_no_cycles(mongo: Mongo) -> None:
    """Nothing is typical, and nothing fails."""
    own = await own_cycles(MeasureStore(mongo.database), PATIENT, [], rated("pain"), today=MONDAY, last=4)
    assert (own.cycles, own.typical.line, own.this_week, own.this_cycle) == ((), None, None, None)
