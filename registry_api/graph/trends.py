"""One's own trends and injection cycles: a fixed number of round trips, however long the range."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

from diary.days import open_day
from diary.ids import PatientId
from diary.trending import buckets
from diary.trending.buckets import LONGEST_RANGE, By
from diary.trending.measures import measure, rated
from diary.trending.reading import own_cycles
from registry_api.enrolment.form import default_settings
from registry_api.enrolment.profile import Settings
from registry_api.graph import measure_types, trend_types
from registry_api.graph.context import Info
from registry_api.graph.instrument_types import InstrumentLanguage
from registry_api.graph.measure_types import OwnMeasure, own_measure
from registry_api.graph.trend_types import Cycles, Trend, trend_point
from registry_api.identity.access import own_record
from registry_api.identity.languages import Language


async def my_trend(
    info: Info,
    measure_id: Annotated[strawberry.ID, strawberry.argument(name="measure")],
    by: By = By.DAY,
    from_: Annotated[date | None, strawberry.argument(name="from")] = None,
    to: date | None = None,
) -> Trend:
    services = info.context.services
    patient, followed = own_record(info.context.caller), measure(measure_id)
    settings, treatments = await asyncio.gather(
        _settings(info, patient), services.treatments.list_for(patient)
    )
    first, last = buckets.checked_range(by, from_, to, _today(info, settings))
    values = await services.measures.by_day(patient, followed, first, last)
    return Trend(
        measure=measure_types.measure(followed, settings.language),
        by=by,
        from_=first,
        to=last,
        points=[trend_point(point) for point in buckets.points(by, values, treatments)],
    )


async def my_cycles(
    info: Info,
    measure_id: Annotated[strawberry.ID, strawberry.argument(name="measure")],
    last: int = 4,
) -> Cycles:
    services = info.context.services
    patient, item = own_record(info.context.caller), rated(measure_id)
    settings, treatments = await asyncio.gather(
        _settings(info, patient), services.treatments.list_for(patient)
    )
    own = await own_cycles(
        services.measures,
        patient,
        treatments,
        item,
        today=_today(info, settings),
        last=last,
    )
    return trend_types.cycles(own, measure_types.measure(item, settings.language))


async def my_measures(info: Info, language: InstrumentLanguage = InstrumentLanguage.EN) -> list[OwnMeasure]:
    services = info.context.services
    patient = own_record(info.context.caller)
    tomorrow = info.context.now.date() + timedelta(days=1)  # today has begun there where the day begins first
    found, published = await asyncio.gather(
        services.measures.all(patient, tomorrow - LONGEST_RANGE, tomorrow), services.instruments.published()
    )
    return [own_measure(one, values, published, language) for one, values in found]


async def _settings(info: Info, patient: PatientId) -> Settings:
    # access: not asked, the callers above have asked for this patient.
    profile = await info.context.services.enrolments.profile(patient)
    return profile.settings if profile else default_settings(Language.EN)


def _today(info: Info, settings: Settings) -> date:
    return open_day(info.context.now, ZoneInfo(settings.time_zone))


@strawberry.type
class TrendsQuery:
    my_trend: Trend = strawberry.field(
        resolver=my_trend,
        description="One measure of one's own diary over time: a rated item, or a score by its id. Without "
        "`from` and `to` it ends today; at most 800 days.",
    )
    my_measures: list[OwnMeasure] = strawberry.field(
        resolver=my_measures,
        description="Every measure of which this person has values, with those of the last 800 days: what "
        "myTrend can show.",
    )
    my_cycles: Cycles = strawberry.field(
        resolver=my_cycles,
        description="One's last injection cycles, 1 to 8, side by side as one measure shows them.",
    )
