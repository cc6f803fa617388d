"""When each criterion is met for a person, as far as is known: one function a fact."""

from __future__ import annotations

from collections.abc import Callable

from registry_api.trials.criteria import Fact, Leaf
from registry_api.trials.days import ANY_DAY, Span, add_days, add_months
from registry_api.trials.facts import Known, Stated, last_injections, onset
from registry_api.trials.places import RecruitingSites
from registry_api.trials.steps import ALWAYS, Steps, Truth, both, from_day, until_day

_MET, _NOT_MET, _UNKNOWN = ALWAYS[Truth.MET], ALWAYS[Truth.NOT_MET], ALWAYS[Truth.UNKNOWN]
_SAYS_NOTHING = {None, "UNKNOWN", "UNDISCLOSED"}

Judge = Callable[[Known], Steps]


def judge(leaf: Leaf, sites: RecruitingSites) -> Judge:
    """How a leaf is answered: a function from what is known to steps over all days."""
    if leaf.fact is Fact.DISTANCE_KM:
        return lambda known: _distance_km(leaf, known, sites)
    rule = _RULES[leaf.fact]
    return lambda known: rule(leaf, known)


def _certain(truth: bool) -> Steps:  # noqa: FBT001 the sentence reads so
    return _MET if truth else _NOT_MET


def _form(leaf: Leaf, known: Known) -> Steps:
    if known.forms is None:
        return _UNKNOWN
    return _certain(any(each.form.value in leaf.values for each in known.forms))


def _yes_or_no(leaf: Leaf, stated: Stated | None) -> Steps:
    value = stated.value if stated else None
    if value in _SAYS_NOTHING:
        return _UNKNOWN
    return _certain(value == ("YES" if leaf.answer else "NO"))


def _one_of(leaf: Leaf, value: str | None) -> Steps:
    return _UNKNOWN if value in _SAYS_NOTHING else _certain(value in leaf.values)


def _distribution(leaf: Leaf, known: Known) -> Steps:
    return _one_of(leaf, known.distribution.value if known.distribution else None)


def _country(leaf: Leaf, known: Known) -> Steps:
    return _one_of(leaf, known.residence.country if known.residence else None)


def _language(leaf: Leaf, known: Known) -> Steps:
    spoken = known.spoken.languages if known.spoken else ()
    return _certain(not leaf.values.isdisjoint(spoken)) if spoken else _UNKNOWN


def _age(leaf: Leaf, known: Known) -> Steps:
    birth = Span.of(known.person.birth) if known.person.birth else ANY_DAY
    start = None if leaf.minimum is None else _months_after(birth, round(leaf.minimum * 12))
    end = None if leaf.maximum is None else _months_after(birth, round((leaf.maximum + 1) * 12))
    return _between(start, end)


def _symptom_months(leaf: Leaf, known: Known) -> Steps:
    if known.forms is None:
        return _UNKNOWN
    onsets = [onset(each) for each in known.forms if each.form in leaf.of]
    if not onsets:
        return _NOT_MET
    earliest = Span(min(each.first for each in onsets), min(each.last for each in onsets))
    return from_day(_months_after(earliest, int(leaf.minimum or 0)))


def _weeks_since_toxin(leaf: Leaf, known: Known) -> Steps:
    if known.ever_injected is False:
        return _certain(leaf.maximum is None)
    last = known.last_injection
    if last is None:
        return _UNKNOWN
    start = None if leaf.minimum is None else _days_after(last, int(leaf.minimum) * 7)
    end = None if leaf.maximum is None else _days_after(last, int(leaf.maximum) * 7 + 1)
    return _between(start, end)


def _toxin_naive(leaf: Leaf, known: Known) -> Steps:
    ever = known.ever_injected
    return _UNKNOWN if ever is None else _certain(leaf.answer is not ever)


def _prior_injections(leaf: Leaf, known: Known) -> Steps:
    wanted, listed, ever = leaf.minimum or 0, len(known.injections), known.ever_injected
    if ever is False or (listed and known.statement and known.statement.list_complete):
        return _certain(listed >= wanted)
    at_least = max(1, listed) if ever else 0
    return _MET if at_least >= wanted else _UNKNOWN


def _last_toxin_response(leaf: Leaf, known: Known) -> Steps:
    if known.ever_injected is False:
        return _NOT_MET
    answers = {_one_of(leaf, each.response) for each in last_injections(known)}
    return answers.pop() if len(answers) == 1 else _UNKNOWN


def _medicine_stable_days(leaf: Leaf, known: Known) -> Steps:
    taking = known.medicine.taking if known.medicine else "UNKNOWN"
    if taking == "NONE":
        return _MET
    if taking != "SOME" or known.medicine is None or known.medicine.unchanged_since is None:
        return _UNKNOWN
    return from_day(_days_after(Span.of(known.medicine.unchanged_since), int(leaf.minimum or 0)))


def _distance_km(leaf: Leaf, known: Known, sites: RecruitingSites) -> Steps:
    if not sites.any:
        return _NOT_MET
    home = known.residence
    if home is None or home.lat is None or home.lon is None:
        return _UNKNOWN
    if sites.is_within(leaf.maximum or 0, home.lat, home.lon):
        return _MET
    return _NOT_MET if sites.all_placed else _UNKNOWN


def _months_after(span: Span, months: int) -> Span:
    return Span(add_months(span.first, months), add_months(span.last, months))


def _days_after(span: Span, days: int) -> Span:
    return Span(add_days(span.first, days), add_days(span.last, days))


def _between(start: Span | None, end: Span | None) -> Steps:
    steps = from_day(start) if start else _MET
    return both(steps, until_day(end)) if end else steps


_RULES: dict[Fact, Callable[[Leaf, Known], Steps]] = {
    Fact.FORM: _form,
    Fact.ISOLATED: lambda leaf, known: _yes_or_no(leaf, known.isolated),
    Fact.DBS: lambda leaf, known: _yes_or_no(leaf, known.dbs),
    Fact.DISTRIBUTION: _distribution,
    Fact.SEX: lambda leaf, known: _one_of(leaf, known.person.sex),
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
