"""Reads a person from JSON, in the form that evaluation sets use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from diary.forms import Form
from diary.ids import PatientId
from diary.partial_dates import PartialDate
from registry_api.trials.errors import Fault, InvalidPerson
from registry_api.trials.facts import (
    FormOnset,
    Injection,
    Medicine,
    Person,
    Residence,
    Spoken,
    Stated,
    ToxinStatement,
)


def read_person(raw: Any) -> Person:
    """Reads one person; keys that are not known are ignored.

    Raises:
        InvalidPerson: a value has another form, or the person has no id or no date of birth.
    """
    path = ""
    try:
        path, ident = "id", str(raw["id"])
        path, birth = "birth_date", PartialDate.parse(raw["birth_date"])
        path = "residence"
        homes = [
            Residence(
                _since(each), _upper(each.get("country")), _number(each.get("lat")), _number(each.get("lon"))
            )
            for each in raw.get("residence") or ()
        ]
        path = "languages"
        spoken = [
            Spoken(_since(each), tuple(str(one).lower() for one in each.get("value") or ()))
            for each in raw.get("languages") or ()
        ]
        path = "forms"
        forms = [
            FormOnset(_since(each, "recorded_on"), Form(each["form"].upper()), _partial(each.get("onset")))
            for each in raw.get("forms") or ()
        ]
        path = "toxin"
        toxin = raw.get("toxin") or {}
        statements = [
            ToxinStatement(_since(each), _yes_no(each.get("ever")), bool(each.get("list_complete")))
            for each in toxin.get("statements") or ()
        ]
        injections = [
            Injection(_partial(each.get("date")), _upper(each.get("response")))
            for each in toxin.get("injections") or ()
        ]
        path = "medicines"
        medicines = [
            Medicine(_since(each), _yes_no(each.get("taking")), _partial(each.get("unchanged_since")))
            for each in raw.get("medicines") or ()
        ]
        path = "forms_stated_on"
        stated_on = _day(raw.get("forms_stated_on"))
        path = "distribution, isolated or dbs"
        stated = {name: _stated(raw.get(name)) for name in ("distribution", "isolated", "dbs")}
        path = "contact"
        contact = raw.get("contact") or {}
        language = str(contact.get("language") or "en").lower() if isinstance(contact, Mapping) else "en"
        path = "sex"
        sex = _upper(raw.get("sex"))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InvalidPerson((Fault(path, "cannot be read"),)) from fault
    return Person(
        id=PatientId(ident),
        birth=birth,
        sex=sex,
        residences=homes,
        languages=spoken,
        forms_stated_on=stated_on,
        forms=forms,
        distribution=stated["distribution"],
        isolated=stated["isolated"],
        dbs=stated["dbs"],
        toxin=statements,
        injections=injections,
        medicines=medicines,
        text_language=language,
    )


def _since(raw: Mapping[str, Any], key: str = "from") -> date:
    return _day(raw.get(key)) or date.min


def _day(raw: Any) -> date | None:
    return None if raw is None else date.fromisoformat(raw)


def _partial(raw: Any) -> PartialDate | None:
    return None if raw is None else PartialDate.parse(raw)


def _upper(raw: Any) -> str | None:
    return None if raw is None else str(raw).upper()


def _yes_no(raw: Any) -> str:
    if isinstance(raw, bool):
        return "YES" if raw else "NO"
    return _upper(raw) or "UNKNOWN"


def _number(raw: Any) -> float | None:
    return None if raw is None else float(raw)


def _stated(raw: Any) -> list[Stated]:
    return [
        Stated(
            _since(each), _yes_no(each["value"]) if isinstance(each["value"], bool) else _upper(each["value"])
        )
        for each in raw or ()
    ]
