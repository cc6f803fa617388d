"""One's own trends and injection cycles: a fixed number of round trips, however long the range."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

from diary.days import open_day
from diary.ids import PatientId
from diary.trending import buckets
from diary.trending.buckets import By
from diary.trending.measures import measure
from diary.trending.reading import own_cycles
from registry_api.enrolment.form import default_settings
from registry_api.enrolment.profile import Settings
from registry_api.graph import trend_types
from registry_api.graph.context import Info
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
    patient, item = own_record(info.context.caller), measure(measure_id)
    settings, treatments = await asyncio.gather(
        _settings(info, patient), services.treatments.list_for(patient)
    )
    first, last = buckets.checked_range(by, from_, to, _today(info, settings))
    ratings = await services.ratings.by_day(patient, item.id, first, last)
    return Trend(
        measure=trend_types.measure(item, settings.language),
        by=by,
        from_=first,
        to=last,
        points=[trend_point(point) for point in buckets.points(by, ratings, treatments)],
    )


async def my_cycles(
    info: Info,
    measure_id: Annotated[strawberry.ID, strawberry.argument(name="measure")],
    last: int = 4,
) -> Cycles:
    services = info.context.services
    patient, item = own_record(info.context.caller), measure(measure_id)
    settings, treatments = await asyncio.gather(
        _settings(info, patient), services.treatments.list_for(patient)
    )
    own = await own_cycles(
        services.ratings,
        patient,
        treatments,
        item.id,
        today=_today(info, settings),
        last=last,
    )
    return trend_types.cycles(own, trend_types.measure(item, settings.language))


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
        description="One measure of one's own diary over time. Without `from` and `to` it ends today; "
        "at most 800 days.",
    )
    my_cycles: Cycles = strawberry.field(
        resolver=my_cycles,
        description="One's last injection cycles, 1 to 8, side by side as one measure shows them.",
    )
