from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from diary.check_ins import Answer
from diary.ids import PatientId
from diary.instruments.catalogue import definition
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
        ("MyTrend", {"measure": "weekly/nonsense", "by": "DAY"}),
        ("MyCycles", {"measure": "avoided"}),
        ("MyCycles", {"measure": "weekly/pain"}),
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


_LEVELS = {"twstrs": 1, "gad-7": 2, "weekly": 4}


async def _scored(local: LocalService, patient: PatientId, *weeks: int) -> None:
    """Two questionnaires and totals of staff in each of the weeks."""
    await local.services.diary.insert_many(
        kept(
            TODAY - timedelta(days=7 * week),
            *(Answer.rated(each.id, level) for each in definition(name).items or definition(name).scales),
            patient=patient,
            instrument=name,
        )
        for week in weeks
        for name, level in _LEVELS.items()
    )


async def test_scores_are_followed(local: LocalService) -> None:
    """What has values is listed with its questionnaire, range, owner and bands, and each of it is a trend."""
    api, patient = await local.patient()
    assert await api.send("MyMeasures", language="EN") == []
    await _scored(local, patient.patient_id, 1, 0)
    found = {each["measure"]["id"]: each for each in await api.send("MyMeasures", language="ES")}
    assert set(found) >= {"gad-7/total", "weekly/pain", "weekly/motor", "twstrs/total", "twstrs/severity"}
    moderate = found["gad-7/total"]["bands"][2]
    assert moderate == {"id": "moderate", "label": "nivel moderado"}
    assert found["gad-7/total"] == {
        "measure": {"id": "gad-7/total", "minimum": 0, "maximum": 21, "direction": "HIGHER_IS_WORSE"},
        "name": "Total",
        "instrumentId": "gad-7",
        "title": "GAD-7",
        "kind": "ASKED",
        "licence": {"status": "FREE", "owner": "Pfizer Inc."},
        "bands": found["gad-7/total"]["bands"],
        "values": [
            {"on": str(TODAY - timedelta(days=7 * week)), "value": 14, "band": moderate} for week in (1, 0)
        ],
    }
    assert found["twstrs/severity"]["kind"] == "TYPED_IN"
    trend = await api.send("MyTrend", measure="gad-7/total", by="WEEK")
    assert trend["measure"]["label"] == "GAD-7: Total"
    assert [(point["median"], point["n"]) for point in trend["points"]] == [(14, 1), (14, 1)]


async def test_nobody_sees_anothers_trend(local: LocalService) -> None:
    """Each sees their own only."""
    _, patient = await local.patient()
    other, _ = await local.patient()
    await _kept(local, patient.patient_id)
    assert (await other.send("MyTrend", measure="pain", by="WEEK"))["points"] == []
    assert (await other.send("MyCycles", measure="pain"))["cycles"] == []
    assert await other.send("MyMeasures", language="EN") == []


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


async def test_round_trips_do_not_grow_with_scores(local: LocalService, query_plans: QueryPlans) -> None:
    """A score takes as many commands as a rating; all measures no more than that, however many they are."""
    api, patient = await local.patient()
    sent = []
    for weeks in ([0], range(1, 40)):
        await _scored(local, patient.patient_id, *weeks)
        for name, asked in (
            ("MyTrend", {"measure": "pain", "by": "WEEK"}),
            ("MyTrend", {"measure": "weekly/pain", "by": "WEEK"}),
            ("MyMeasures", {"language": "EN"}),
        ):
            before = query_plans.sent
            await api.send(name, **asked)
            sent.append((name, query_plans.sent - before))
    assert len(set(sent)) == 2
    assert dict(sent)["MyMeasures"] <= dict(sent)["MyTrend"]
