"""People made up: as different from each other as registrants are, and the same for the same seed. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from diary.check_ins import Channel
from diary.days import moment
from diary.forms import Form
from diary.ids import PatientId
from diary.instruments.catalogue import daily
from diary.partial_dates import PartialDate
from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.profile import Distribution, FormWithOnset, Sex, YesNoUnknown
from registry_api.identity.languages import Language
from registry_api.seeding import traits
from registry_api.seeding.care import injection_days, oral_medicine, stimulator, toxin_treatments
from registry_api.seeding.chance import dice, happens, identifier, weighted
from registry_api.seeding.numbers import fictional_number
from registry_api.seeding.person import Course, Person
from registry_api.seeding.remarks import with_remarks

# Only so many are texted every day, spread over it, so that a big seed does not keep the carrier busy.
PROMPTED = 200
_GRANTED = {
    Purpose.TEXTS: 0.80,
    Purpose.TRIAL_CONTACT: 0.70,
    Purpose.BIOSPECIMEN_LINK: 0.35,
    Purpose.RECONTACT: 0.75,
    Purpose.RESEARCH_SHARING: 0.60,
}
_REFUSED = 0.6  # of those who did not grant; the others were never asked
_BY_TEXT = 0.35
_YOUNGEST, _OLDEST = 19, 89
_YEAR = 365.25


def made_up(seed: int, index: int, days: int, anchor: datetime) -> Person:
    """The person with this index; `anchor` is the moment that their history leads up to."""
    chance, key = dice(seed, "person", index), str(index)
    country = weighted(chance, {country: country.share for country in traits.countries()})
    home = weighted(chance, {home: home.share for home in country.homes})
    language = Language.ES if happens(chance, country.spanish) else Language.EN
    zone = ZoneInfo(home.zone)
    today = anchor.astimezone(zone).date()
    forms = _forms(chance)
    sex = _sex(chance, forms)
    joined = _joined(chance, days, today)
    age, onsets = _ages(chance, forms)
    born = joined - timedelta(days=round(age * _YEAR))
    stated = tuple(
        FormWithOnset(form, _onset(chance, born + timedelta(days=round(onset * _YEAR)), joined))
        for form, onset in zip(forms, onsets, strict=True)
    )
    consents = _consents(chance)
    channel = Channel.SMS if _texts(consents) and happens(chance, _BY_TEXT) else Channel.WEB
    injections = injection_days(chance, forms, today)
    response, depth, treatments = toxin_treatments(chance, seed, key, injections)
    implanted = stimulator(chance, seed, key, forms, today)
    treatments += implanted + oral_medicine(chance, seed, key, forms, today)
    severity = min(9.0, max(2.5, chance.gauss(6.0, 1.3))) if forms else 0.0
    patient = PatientId(identifier(seed, "patient", key).hex)
    return Person(
        key=key,
        patient=patient,
        phone=fictional_number(country.code, index),
        name=_name(chance, language, sex),
        language=language,
        country=country.code,
        zone=home.zone,
        postal_code=chance.choice(home.postal_codes) if home.postal_codes and happens(chance, 0.8) else None,
        birth_month=PartialDate(born.year, born.month),
        sex=sex,
        forms=stated,
        distribution=_distribution(chance, forms),
        isolated=weighted(chance, {YesNoUnknown.YES: 85, YesNoUnknown.NO: 5, YesNoUnknown.UNKNOWN: 10}),
        toxin_ever=_ever(chance, treated=bool(response)),
        dbs=YesNoUnknown.YES if implanted else YesNoUnknown.NO,
        enrolled_at=moment(joined, time(chance.randrange(8, 22), chance.randrange(60)), zone),
        consents=consents,
        prompt_time=_prompt_time(chance) if channel is Channel.SMS and index < PROMPTED else None,
        core_items=_core_items(chance, forms),
        treatments=with_remarks(seed, key, treatments, forms, today),
        course=Course(
            severity=severity,
            pain=_share(forms, "pain") * chance.uniform(0.6, 1.3),
            looked_at=max(0.0, chance.gauss(_share(forms, "looked_at"), 1.8)),
            depth=depth,
            injections=injections,
            adherence=min(0.995, max(0.5, chance.gauss(_adherence(forms), 0.05))),
            away=_away(chance, days),
            channel=channel,
        ),
    )


def _forms(chance: Random) -> tuple[Form, ...]:
    if happens(chance, traits.unaffected()):
        return ()
    known = traits.by_form()
    first = weighted(chance, {form: known[form].share for form in Form})
    return (first, *(form for form, likely in known[first].then.items() if happens(chance, likely)))


def _sex(chance: Random, forms: tuple[Form, ...]) -> Sex:
    if happens(chance, 0.02):
        return chance.choice((Sex.OTHER, Sex.UNDISCLOSED))
    return Sex.FEMALE if happens(chance, _share(forms, "female") or 0.5) else Sex.MALE


def _ages(chance: Random, forms: tuple[Form, ...]) -> tuple[float, list[float]]:
    """The age on joining, and the age at which each form began; years."""
    if not forms:
        return chance.uniform(22, 65), []
    mean, deviation = traits.by_form()[forms[0]].onset
    first = min(80.0, max(5.0, chance.gauss(mean, deviation)))
    age = min(_OLDEST, max(_YOUNGEST, first + 0.5 + chance.expovariate(1 / 10)))
    first = min(first, age - 0.4)
    return age, [first, *(chance.uniform(first, age - 0.2) for _ in forms[1:])]


def _onset(chance: Random, day: date, today: date) -> PartialDate | None:
    """People remember the year, the month, nothing, or, when it was lately, the day."""
    known = {"year": 41, "month": 47, "day": 8, "nothing": 4}
    match weighted(chance, known):
        case "nothing":
            return None
        case "year":
            return PartialDate(day.year)
        case "day" if (today - day).days < 3 * _YEAR:
            return PartialDate.of_day(day)
        case _:
            return PartialDate(day.year, day.month)


def _distribution(chance: Random, forms: tuple[Form, ...]) -> Distribution:
    if not forms:
        return Distribution.UNKNOWN
    if Form.OTHER in forms:
        return weighted(chance, {Distribution.GENERALISED: 75, Distribution.HEMIDYSTONIA: 25})
    if len(forms) > 1:
        return weighted(chance, {Distribution.SEGMENTAL: 75, Distribution.MULTIFOCAL: 25})
    return weighted(chance, {Distribution.FOCAL: 84, Distribution.SEGMENTAL: 10, Distribution.UNKNOWN: 6})


def _joined(chance: Random, days: int, today: date) -> date:
    """Most were there before the first day of the diaries; a fifth joined since."""
    if happens(chance, 0.2):
        return today - timedelta(days=chance.randint(1, max(1, days - 1)))
    return today - timedelta(days=days + chance.randint(1, 400))


def _consents(chance: Random) -> dict[Purpose, Decision]:
    consents = {Purpose.REGISTRY: Decision.GRANTED}
    for purpose, likely in _GRANTED.items():
        if happens(chance, likely):
            consents[purpose] = Decision.GRANTED
        elif happens(chance, _REFUSED):
            consents[purpose] = Decision.REFUSED
    return consents


def _texts(consents: dict[Purpose, Decision]) -> bool:
    return consents.get(Purpose.TEXTS) is Decision.GRANTED


def _ever(chance: Random, *, treated: bool) -> YesNoUnknown:
    if treated:
        return YesNoUnknown.YES
    return YesNoUnknown.UNKNOWN if happens(chance, 0.05) else YesNoUnknown.NO


def _prompt_time(chance: Random) -> time:
    return time(chance.randrange(8, 21), chance.randrange(60))


def _core_items(chance: Random, forms: tuple[Form, ...]) -> tuple[str, ...]:
    """The two symptoms to follow: the usual ones, or what these forms trouble most, and pain."""
    usual = daily().default_core
    own = [item.id for item in daily().symptoms_for(forms) if item.forms]
    return (chance.choice(own), "pain") if own and happens(chance, 0.5) else usual


def _adherence(forms: tuple[Form, ...]) -> float:
    return 0.80 if Form.BLEPHAROSPASM in forms else 0.94


def _away(chance: Random, days: int) -> range:
    """Days ago without any entry: one in ten was on a journey."""
    if not happens(chance, 0.1):
        return range(0)
    start = chance.randrange(1, max(2, days))
    return range(start, start + chance.randint(5, 12))


def _name(chance: Random, language: Language, sex: Sex) -> str:
    names = traits.names(language)
    family = [chance.choice(names.family)]
    if language is Language.ES:
        family.append(chance.choice(names.family))
    return " ".join((chance.choice(names.given(sex)), *family))


def _share(forms: tuple[Form, ...], trait: str) -> float:
    """The highest value of a trait among the forms."""
    return max((float(getattr(traits.by_form()[form], trait)) for form in forms), default=0.3)
