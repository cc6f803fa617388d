"""Which questionnaires the caller is asked."""

from __future__ import annotations

import asyncio

import strawberry

from diary.instruments import catalogue
from diary.instruments.catalogue import DAILY, Kind
from registry_api.graph.context import Info
from registry_api.graph.instrument_types import Instrument, InstrumentLanguage, instrument
from registry_api.identity.access import coordinator_or_none, patient_or_none


async def instruments(info: Info, language: InstrumentLanguage = InstrumentLanguage.EN) -> list[Instrument]:
    services = info.context.services
    patient = patient_or_none(info.context.caller)
    if patient is None:
        shown = list(catalogue.instruments().values())
        if coordinator_or_none(info.context.caller):
            shown += [one for one in catalogue.definitions().values() if one.kind is Kind.TYPED_IN]
        return [instrument(one, language, (), ()) for one in sorted(shown, key=_place)]
    profile, published = await asyncio.gather(
        services.enrolments.profile(patient.patient_id), services.instruments.published()
    )
    forms = [each.form for each in profile.current_forms] if profile else []
    core = profile.settings.core_items if profile else ()
    asked = [one for one in published.values() if one.applies_to(forms)]
    return [instrument(one, language, forms, core) for one in sorted(asked, key=_place)]


def _place(one: catalogue.Instrument) -> tuple[bool, str]:
    """The daily questionnaire first."""
    return one.id != DAILY, one.id


@strawberry.type
class InstrumentQuery:
    instruments: list[Instrument] = strawberry.field(
        resolver=instruments,
        description="The questionnaires that apply to the caller, in the language asked for: a patient's own "
        "with those that were loaded and licensed; for coordinators also the totals that they may type in.",
    )
