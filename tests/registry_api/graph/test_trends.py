from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from diary.check_ins import Answer
from diary.ids import PatientId
from tests.diary.examples import kept
from tests.query_plans import QueryPlans
from tests.registry_api.local_service import Api, LocalService, check_in, treatment

TODAY = date(2031, 5, 14)
FIRST = TODAY - timedelta(days=90)


async def _kept(local: LocalService, patient: PatientId) -> None:
    """Fourteen weeks of ratings about two injections: bad, good from day 7 to 62, bad again."""
    days = [TODAY - timedelta(days=ago) for ago in range(104, 0, -1)]
    bad = {about: not 7 <= (about - FIRST).days % 84 < 63 for about in days}
    await local.services.diary.insert_many(
        [kept(about, Answer.rated("pain", 7 if bad[about] else 2), patient=patient) for about in days]
    )


async def test_own_cycles_with_their_marks(local: LocalService) -> None:
    """Marks as days, weeks and dates, doses with their product, and what the person noticed beside."""
    api, patient = await local.patient()
    await _kept(local, patient.patient_id)
    given = treatment(startedOn=str(FIRST), dose=120, benefitNoticedOn=str(FIRST + timedelta(days=5)))
    await api.send("RecordTreatment", input=given)
    await api.send("RecordTreatment", input=treatment(startedOn=str(FIRST + timedelta(days=84))))
    found = await api.send("MyCycles", measure="pain", last=2)
    first, second = found["cycles"]
    assert found["measure"] == {"id": "pain", "label": "Pain from the dystonia", "minimum": 0, "maximum": 10}
    assert (first["usualLevel"], first["bestLevel"], first["line"]) == (7, 2, 4.5)
    assert first["injections"] == [{"id": given["treatmentId"], "product": "onabotulinumtoxinA", "dose": 120}]
    assert first["benefit"] == {
        "day": 7,
        "week": 1,
        "on": str(FIRST + timedelta(days=7)),
        "source": "RATINGS",
        "missing": None,
        "statedOn": str(FIRST + timedelta(days=5)),
    }
    assert (first["wearingOff"]["week"], first["endsOn"]) == (9, str(FIRST + timedelta(days=83)))
    assert (second["benefit"]["missing"], second["endsOn"]) == ("NOT_YET", None)
    assert [week["week"] for week in first["weeks"]] == list(range(1, 13))


async def test_own_trend(local: LocalService) -> None:
    """Thirty days up to today by day, half a year by week, a year by day since the injection."""
    api, patient = await local.patient()
    await _kept(local, patient.patient_id)
    await api.send("RecordTreatment", input=treatment(startedOn=str(FIRST)))
    found = {by: await api.send("MyTrend", measure="pain", by=by) for by in ("DAY", "WEEK", "CYCLE_DAY")}
    assert (found["DAY"]["from"], found["DAY"]["to"]) == (str(TODAY - timedelta(days=29)), str(TODAY))
    assert len(found["DAY"]["points"]) == 29
    assert sum(point["n"] for point in found["WEEK"]["points"]) == 104
    assert len(found["CYCLE_DAY"]["points"]) == 90


@pytest.mark.caller("enrolled")
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("MyTrend", {"measure": "nonsense", "by": "DAY"}),
        ("MyTrend", {"measure": "pain", "by": "DAY", "from": "2020-01-01"}),
        ("MyCycles", {"measure": "avoided"}),
        ("MyCycles", {"measure": "pain", "last": 0}),
    ],
)
async def test_what_cannot_be_shown_is_the_clients_mistake(
    api: Api, name: str, asked: dict[str, Any]
) -> None:
    """A measure that is none, a range that is too long, no cycle at all."""
    assert await api.refusal(name, **asked) == "BAD_USER_INPUT"


async def test_the_day_is_that_of_the_persons_zone(local: LocalService) -> None:
    """At 01:30 in New York it is still the day before, whatever it is in London."""
    api, patient = await local.patient()
    await _kept(local, patient.patient_id)
    local.clock.pass_(hours=13)
    late = await api.send("MyTrend", measure="pain", by="DAY")
    assert late["to"] == str(TODAY)
    await api.send("RecordCheckIn", input=check_in([{"itemId": "pain", "rating": 9}]))
    assert (await api.send("MyTrend", measure="pain", by="DAY"))["points"][-1]["median"] == 9


async def test_nobody_sees_anothers_trend(local: LocalService) -> None:
    """Each sees their own only."""
    _, patient = await local.patient()
    other, _ = await local.patient()
    await _kept(local, patient.patient_id)
    assert (await other.send("MyTrend", measure="pain", by="WEEK"))["points"] == []
    assert (await other.send("MyCycles", measure="pain"))["cycles"] == []


async def test_round_trips_do_not_grow_with_the_range(local: LocalService, query_plans: QueryPlans) -> None:
    """A trend of ten days takes as many commands as one of two years; the cycles no more than that."""
    api, patient = await local.patient()
    await _kept(local, patient.patient_id)
    await api.send("RecordTreatment", input=treatment(startedOn=str(FIRST)))
    sent = []
    for name, asked in (
        ("MyTrend", {"by": "WEEK", "from": "2031-05-05"}),
        ("MyTrend", {"by": "WEEK", "from": "2029-05-14"}),
        ("MyCycles", {"last": 1}),
        ("MyCycles", {"last": 8}),
    ):
        before = query_plans.sent
        await api.send(name, measure="pain", **asked)
        sent.append(query_plans.sent - before)
    assert len(set(sent)) == 1
