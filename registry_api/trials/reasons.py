"""Which fact about a person answered a criterion: a key of the wording and what to fill in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from diary.partial_dates import PartialDate
from registry_api.trials.criteria import Fact, Leaf
from registry_api.trials.days import add_months
from registry_api.trials.facts import Injection, Known, Stated, last_injections, onset
from registry_api.trials.places import RecruitingSites


@dataclass(frozen=True, slots=True)
class Named:
    """Codes that the wording has names for, such as `form` and CERVICAL."""

    kind: str
    codes: tuple[str, ...]


Slot = str | int | PartialDate | Named


@dataclass(frozen=True, slots=True)
class Reason:
    key: str
    slots: dict[str, Slot]
    fact_date: PartialDate | None = None


def because(leaf: Leaf, known: Known, sites: RecruitingSites) -> Reason:
    """The fact behind an answer; it holds the fact that was asked about and nothing else of the person."""
    if leaf.fact is Fact.DISTANCE_KM:
        return _distance(known, sites)
    return _REASONS[leaf.fact](leaf, known)


def _named(kind: str, codes: Iterable[str]) -> dict[str, Slot]:
    return {"value": Named(kind, tuple(dict.fromkeys(codes)))}


def _day(day: date | None) -> PartialDate | None:
    return PartialDate.of_day(day) if day and day != date.min else None


def _stated(name: str, kind: str, stated: Stated | None) -> Reason:
    if stated is None or stated.value in {None, "UNKNOWN", "UNDISCLOSED"}:
        return Reason(f"{name}_unknown", {}, _day(stated.since) if stated else None)
    return Reason(name, _named(kind, [str(stated.value)]), _day(stated.since))


def _yes_or_no(name: str, stated: Stated | None) -> Reason:
    value = (stated.value if stated else None) or "UNKNOWN"
    return Reason(f"{name}_{value.lower()}", {}, _day(stated.since) if stated else None)


def _form(_: Leaf, known: Known) -> Reason:
    if known.forms is None:
        return Reason("form_unknown", {})
    if not known.forms:
        return Reason("form_none", {}, _day(known.person.forms_stated_on))
    newest = max(each.since for each in known.forms)
    return Reason("form", _named("form", [each.form.value for each in known.forms]), _day(newest))


def _sex(_: Leaf, known: Known) -> Reason:
    return _stated("sex", "sex", Stated(date.min, known.person.sex))


def _country(_: Leaf, known: Known) -> Reason:
    home = known.residence
    return _stated("country", "country", Stated(home.since, home.country) if home else None)


def _language(_: Leaf, known: Known) -> Reason:
    if known.spoken is None or not known.spoken.languages:
        return Reason("language_unknown", {})
    return Reason("language", _named("language", known.spoken.languages), _day(known.spoken.since))


def _age(_: Leaf, known: Known) -> Reason:
    birth = known.person.birth
    if birth is None:
        return Reason("age_unknown", {})
    oldest, youngest = (_years(day, known.on) for day in (birth.first_day, birth.last_day))
    if oldest == youngest:
        return Reason("age", {"years": oldest, "day": PartialDate.of_day(known.on)})
    return Reason("age_between", {"low": youngest, "high": oldest, "day": PartialDate.of_day(known.on)})


def _years(birth: date, day: date) -> int:
    years = day.year - birth.year
    return years if add_months(birth, 12 * years) <= day else years - 1


def _symptom_months(leaf: Leaf, known: Known) -> Reason:
    asked = _named("form", sorted(form.value for form in leaf.of))
    if known.forms is None:
        return Reason("form_unknown", {})
    having = [each for each in known.forms if each.form in leaf.of]
    if not having:
        return Reason("onset_no_form", asked)
    earliest = min(having, key=lambda each: (onset(each).last, onset(each).first))
    if earliest.onset is None:
        return Reason("onset_unknown", _named("form", [earliest.form.value]))
    slots = _named("form", [earliest.form.value]) | {"date": earliest.onset}
    return Reason("onset", slots, earliest.onset)


def _history(known: Known) -> Reason | None:
    """What answers every question about injections where none is listed."""
    said = known.statement
    since = _day(said.since) if said else None
    if known.ever_injected is None:
        return Reason("toxin_unknown", {}, since)
    return Reason("toxin_never", {}, since) if known.ever_injected is False else None


def _last(known: Known) -> Injection | None:
    dated = [each for each in last_injections(known) if each.on]
    return max(dated, key=lambda each: each.on.last_day if each.on else date.min, default=None)


def _weeks_since_toxin(_: Leaf, known: Known) -> Reason:
    last = _last(known)
    if last is None or last.on is None:
        return _history(known) or Reason("toxin_no_date", {})
    if not last.on.is_day:
        return Reason("toxin_last_about", {"date": last.on}, last.on)
    weeks, days = divmod((known.on - last.on.first_day).days, 7)
    slots: dict[str, Slot] = {
        "date": last.on,
        "weeks": weeks,
        "days": days,
        "day": PartialDate.of_day(known.on),
    }
    return Reason("toxin_last", slots, last.on)


def _toxin_naive(_: Leaf, known: Known) -> Reason:
    history = _history(known)
    if history:
        return history
    first = min((each.on for each in known.injections if each.on), key=lambda on: on.first_day, default=None)
    said = known.statement
    return Reason("toxin_ever", {}, first or (_day(said.since) if said else None))


def _prior_injections(_: Leaf, known: Known) -> Reason:
    history = _history(known)
    if history:
        return history
    last = _last(known)
    complete = known.injections and known.statement and known.statement.list_complete
    key = "injections" if complete else "injections_at_least"
    return Reason(key, {"number": max(1, len(known.injections))}, last.on if last else None)


def _last_toxin_response(_: Leaf, known: Known) -> Reason:
    last = _last(known)
    if last is None:
        return _history(known) or Reason("response_unknown", {})
    if last.response in {None, "UNKNOWN"}:
        return Reason("response_unknown", {}, last.on)
    return Reason("response", _named("response", [str(last.response)]), last.on)


def _medicine_stable_days(_: Leaf, known: Known) -> Reason:
    medicine = known.medicine
    if medicine is None or medicine.taking not in {"NONE", "SOME"}:
        return Reason("medicine_unknown", {})
    if medicine.taking == "NONE":
        return Reason("medicine_none", {}, _day(medicine.since))
    if medicine.unchanged_since is None:
        return Reason("medicine_no_date", {}, _day(medicine.since))
    return Reason("medicine", {"date": medicine.unchanged_since}, medicine.unchanged_since)


def _distance(known: Known, sites: RecruitingSites) -> Reason:
    if not sites.any:
        return Reason("distance_no_site", {})
    home = known.residence
    if home is None or home.lat is None or home.lon is None:
        return Reason("distance_no_place", {})
    nearest = sites.nearest(home.lat, home.lon)
    if nearest is None:
        return Reason("distance_no_site_place", {}, _day(home.since))
    city = nearest.site.city or nearest.site.facility or nearest.site.country or "?"
    return Reason("distance", {"city": city, "km": round(nearest.km)}, _day(home.since))


_REASONS: dict[Fact, Callable[[Leaf, Known], Reason]] = {
    Fact.FORM: _form,
    Fact.ISOLATED: lambda _, known: _yes_or_no("isolated", known.isolated),
    Fact.DBS: lambda _, known: _yes_or_no("dbs", known.dbs),
    Fact.DISTRIBUTION: lambda _, known: _stated("distribution", "distribution", known.distribution),
    Fact.SEX: _sex,
    Fact.COUNTRY: _country,
    Fact.LANGUAGE: _language,
    Fact.AGE: _age,
    Fact.SYMPTOM_MONTHS: _symptom_months,
    Fact.WEEKS_SINCE_TOXIN: _weeks_since_toxin,
    Fact.TOXIN_NAIVE: _toxin_naive,
    Fact.PRIOR_INJECTIONS: _prior_injections,
    Fact.LAST_TOXIN_RESPONSE: _last_toxin_response,
    Fact.MEDICINE_STABLE_DAYS: _medicine_stable_days,
}
