"""The enrolment form as it is sent, and the rules that it must keep. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from diary.days import zone_names
from diary.errors import FieldFault, InvalidCoreItems
from diary.forms import Form
from diary.instruments.catalogue import daily
from diary.partial_dates import PartialDate
from diary.planning.plans import PlanChange
from diary.treatments import Treatment
from registry_api.enrolment import places
from registry_api.enrolment.errors import InvalidEnrolment
from registry_api.enrolment.profile import Distribution, FormWithOnset, Residence, Settings, Sex, YesNoUnknown
from registry_api.identity.languages import Language

ADULT_YEARS = 18
OLDEST_YEARS = 120
LONGEST_NAME = 100
MOST_TREATMENTS = 100
_UNWRITTEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = {0x200C: None, 0x200D: None}  # Persian and Indian scripts write with them
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentForm:
    """What a person sends. `birth_month` is YYYY-MM, `time_zone` an IANA name, `prompt_time` HH:MM.

    `core_items` are the two symptoms to follow; empty for pulling and pain. `forms` is complete: an empty one
    is of somebody unaffected.
    """

    name: str = field(repr=False)
    birth_month: PartialDate
    sex: Sex
    forms: Sequence[FormWithOnset]
    country: str
    time_zone: str
    language: Language
    distribution: Distribution = Distribution.UNKNOWN
    isolated: YesNoUnknown = YesNoUnknown.UNKNOWN
    toxin_ever: YesNoUnknown = YesNoUnknown.UNKNOWN
    dbs: YesNoUnknown = YesNoUnknown.UNKNOWN
    postal_code: str | None = field(default=None, repr=False)
    prompt_time: str | None = None
    core_items: Sequence[str] = ()
    treatments: Sequence[Treatment] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedForm:
    """A form that can be stored; `today` is the day on the person's own calendar."""

    form: EnrolmentForm
    today: date
    name: str = field(repr=False)
    postal_code: str | None = field(repr=False)
    residence: Residence
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """What is None stays as it is; `no_prompt` turns the daily prompt off and cannot go with a time.

    `plans` names only the questionnaires whose plan is to be another one. `daily_prompts_again` brings the
    daily prompt back where it had become rarer, because nobody answered.
    """

    language: Language | None = None
    time_zone: str | None = None
    prompt_time: str | None = None
    no_prompt: bool = False
    core_items: Sequence[str] | None = None
    plans: Sequence[PlanChange] = ()
    daily_prompts_again: bool = False


def checked_form(form: EnrolmentForm, now: datetime) -> CheckedForm:
    """Checks everything but the treatments, which the diary checks; `now` is aware.

    Raises:
        InvalidEnrolment: with a fault for each field that cannot be right.
    """
    faults: list[FieldFault] = []
    zone = _zone(form.time_zone, faults)
    today = now.astimezone(zone).date()
    country = form.country.strip().upper()
    name = _name(form.name, faults)
    birth_faults = list(_birth_faults(form.birth_month, today))
    faults += birth_faults
    faults += _form_faults(form.forms, None if birth_faults else form.birth_month, today)
    if len(form.treatments) > MOST_TREATMENTS:
        faults.append(FieldFault("treatments", f"Add at most {MOST_TREATMENTS} treatments at once."))
    postal_code = None
    if country not in places.countries():
        faults.append(FieldFault("country", "Choose a country from the list."))
    else:
        postal_code = _postal_code(country, form.postal_code or "", faults)
    settings = Settings(
        language=form.language,
        time_zone=form.time_zone,
        prompt_time=_time(form.prompt_time, faults),
        core_items=_core_items(form.core_items, faults),
    )
    if faults:
        raise InvalidEnrolment(faults)
    residence = Residence(
        country, places.area_of(country, postal_code), places.place_of(country, postal_code)
    )
    return CheckedForm(
        form=form, today=today, name=name, postal_code=postal_code, residence=residence, settings=settings
    )


def changed_settings(settings: Settings, change: SettingsChange) -> Settings:
    """The settings after a change, but for the plans.

    Raises:
        InvalidEnrolment: with a fault for each field that cannot be right.
    """
    faults: list[FieldFault] = []
    time_zone = settings.time_zone
    if change.time_zone is not None:
        time_zone = change.time_zone
        _zone(time_zone, faults)
    prompt_time = settings.prompt_time if change.prompt_time is None else _time(change.prompt_time, faults)
    if change.no_prompt:
        if change.prompt_time is not None:
            faults.append(FieldFault("no_prompt", "Choose a time or no prompt, not both."))
        prompt_time = None
    core_items = settings.core_items
    if change.core_items is not None:
        core_items = _core_items(change.core_items, faults)
    if faults:
        raise InvalidEnrolment(faults)
    return replace(
        settings,
        language=change.language or settings.language,
        time_zone=time_zone,
        prompt_time=prompt_time,
        core_items=core_items,
    )


def default_settings(language: Language) -> Settings:
    """What holds until somebody has enrolled: no prompt, the usual symptoms, no place assumed."""
    return Settings(language=language, time_zone="UTC", prompt_time=None, core_items=_core_items((), []))


def _zone(name: str, faults: list[FieldFault]) -> ZoneInfo:
    if name in zone_names():
        return ZoneInfo(name)
    faults.append(FieldFault("time_zone", "Choose a time zone from the list, such as America/New_York."))
    return ZoneInfo("UTC")


def _time(text: str | None, faults: list[FieldFault]) -> time | None:
    if text is None:
        return None
    written = _TIME.fullmatch(text)
    if written is None:
        faults.append(
            FieldFault("prompt_time", "Write the time as hours and minutes, such as 09:30 or 18:00.")
        )
        return None
    return time(int(written[1]), int(written[2]))


def _core_items(chosen: Sequence[str], faults: list[FieldFault]) -> tuple[str, ...]:
    try:
        core = daily().core(chosen)
    except InvalidCoreItems as invalid:
        faults += invalid.fields
        return ()
    return tuple(item.id for item in core if item.id not in daily().fixed_core)


def _name(raw: str, faults: list[FieldFault]) -> str:
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        faults.append(FieldFault("name", "Write your name."))
    elif len(name) > LONGEST_NAME:
        faults.append(FieldFault("name", f"Write at most {LONGEST_NAME} characters."))
    elif not _is_written(name):
        faults.append(FieldFault("name", "Write your name with letters only."))
    return name


def _is_written(name: str) -> bool:
    """Whether a name has a letter, and nothing that hides or turns around what stands beside it."""
    joined = name.translate(_JOINERS)
    categories = {unicodedata.category(character) for character in joined}
    return any(each.startswith("L") for each in categories) and not categories & _UNWRITTEN


def _birth_faults(birth: PartialDate, today: date) -> Iterator[FieldFault]:
    if birth.month is None or birth.is_day:
        yield FieldFault("birth_month", "Give the year and the month, and no day.")
    elif birth.first_day > today:
        yield FieldFault("birth_month", "This month is in the future.")
    elif birth.year < today.year - OLDEST_YEARS:
        yield FieldFault("birth_month", f"Check the year: it is more than {OLDEST_YEARS} years ago.")
    elif today < _certainly_adult_on(birth):
        yield FieldFault("birth_month", f"The registry is for people of {ADULT_YEARS} or older.")


def _certainly_adult_on(birth: PartialDate) -> date:
    last = birth.last_day
    try:
        return last.replace(year=last.year + ADULT_YEARS)
    except ValueError:  # born on 29 February: in some countries of age on 1 March
        return date(last.year + ADULT_YEARS, 3, 1)


def _form_faults(
    forms: Sequence[FormWithOnset], birth: PartialDate | None, today: date
) -> Iterator[FieldFault]:
    if len(forms) > len(Form):
        yield FieldFault("forms", "List each form once.")
        return
    seen = set()
    for number, stated in enumerate(forms):
        if stated.form in seen:
            yield FieldFault(f"forms[{number}].form", "This form is listed twice.")
        seen.add(stated.form)
        if stated.onset is None:
            continue
        if stated.onset.first_day > today:
            yield FieldFault(f"forms[{number}].onset", "The start cannot be in the future.")
        elif birth is not None and stated.onset.last_day < birth.first_day:
            yield FieldFault(f"forms[{number}].onset", "The start cannot be before birth.")


def _postal_code(country: str, raw: str, faults: list[FieldFault]) -> str | None:
    try:
        return places.normalised_postal_code(country, raw)
    except places.UnknownPostalCode as unknown:
        faults.append(FieldFault("postal_code", str(unknown)))
        return None
