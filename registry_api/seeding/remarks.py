"""What somebody made up says of their treatments: doses, muscles, what they noticed, and why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from diary.forms import Form
from diary.partial_dates import PartialDate
from diary.treating.muscles import muscles
from diary.treatments import Change, DoseUnit, SideEffect, StopReason, Treatment, TreatmentKind
from registry_api.seeding.chance import dice, happens

# Usual doses for one session in units of each product, which are not those of another: for the neck, for the
# hand or foot, for the face, and for the voice.
_DOSES: dict[str, dict[Form, float]] = {
    "onabotulinumtoxinA": {Form.CERVICAL: 200, Form.LIMB: 60, Form.BLEPHAROSPASM: 40, Form.LARYNGEAL: 2.5},
    "abobotulinumtoxinA": {Form.CERVICAL: 500, Form.LIMB: 180, Form.BLEPHAROSPASM: 120, Form.LARYNGEAL: 7.5},
    "incobotulinumtoxinA": {Form.CERVICAL: 200, Form.LIMB: 60, Form.BLEPHAROSPASM: 50, Form.LARYNGEAL: 2.5},
    "daxibotulinumtoxinA": {Form.CERVICAL: 180, Form.LIMB: 60, Form.BLEPHAROSPASM: 40, Form.LARYNGEAL: 2.5},
}
_LIKE_THE_FACE = Form.BLEPHAROSPASM
_WEAK = (SideEffect.HEAD_DROP, SideEffect.MUSCLE_WEAKNESS, SideEffect.TROUBLE_SWALLOWING)
_EFFECTS: dict[Form, tuple[SideEffect, ...]] = {
    Form.CERVICAL: (*_WEAK, SideEffect.DRY_MOUTH, SideEffect.PAIN_OR_BRUISING, SideEffect.HEADACHE),
    Form.LIMB: (SideEffect.MUSCLE_WEAKNESS, SideEffect.PAIN_OR_BRUISING),
    Form.LARYNGEAL: (SideEffect.TROUBLE_SPEAKING, SideEffect.TROUBLE_SWALLOWING),
}
_OF_THE_FACE = (
    SideEffect.DROOPING_EYELID,
    SideEffect.DRY_OR_WATERING_EYES,
    SideEffect.DOUBLE_OR_BLURRED_VISION,
)
_OF_MEDICINES = (
    SideEffect.TIREDNESS,
    SideEffect.DRY_MOUTH,
    SideEffect.DIZZINESS,
    SideEffect.FORGETFULNESS,
    SideEffect.CONSTIPATION,
)
_DAILY_MILLIGRAMS = {"anticholinergic": 6, "baclofen": 40, "benzodiazepine": 1.5, "levodopa": 300}
_ROUGHLY_MILLIGRAMS = 50


def with_remarks(
    seed: int,
    key: str,
    treatments: Sequence[Treatment],
    forms: Sequence[Form],
    today: date,
    *,
    attentive: float = 0.5,
) -> tuple[Treatment, ...]:
    """The same treatments with all that may be said of them.

    `attentive` is the share of injections of which somebody says when they noticed benefit, and of those
    whose effect is over, when it wore off.
    """
    chance = dice(seed, "remarks", key)
    form = forms[0] if forms else Form.OTHER
    injections = [each for each in treatments if each.kind is TreatmentKind.TOXIN_INJECTION]
    others = [each for each in treatments if each.kind is not TreatmentKind.TOXIN_INJECTION]
    told = [_injection(chance, each, form, today, attentive) for each in injections]
    return (*_switched(chance, told), *(_other(chance, each, today) for each in others))


def _injection(chance: Random, given: Treatment, form: Form, today: date, attentive: float) -> Treatment:
    doses = _DOSES.get(given.product or "", {})
    usual = doses.get(form, doses.get(_LIKE_THE_FACE))
    day = given.started_on.first_day
    noticed = day + timedelta(days=chance.randint(3, 9)) if happens(chance, attentive) else None
    wore_off = day + timedelta(days=chance.randint(56, 74)) if happens(chance, attentive) else None
    named = muscles()[form]
    return replace(
        given,
        dose=_rounded(usual * chance.choice((0.8, 0.9, 1, 1, 1, 1.1, 1.25))) if usual else None,
        muscles=tuple(sorted(each.id for each in chance.sample(named, min(len(named), chance.randint(2, 4)))))
        if happens(chance, 0.5)
        else (),
        benefit_noticed_on=noticed if noticed is not None and noticed <= today else None,
        wore_off_on=wore_off if wore_off is not None and day < today - timedelta(days=80) else None,
        side_effects=(chance.choice(_EFFECTS.get(form, _OF_THE_FACE)),) if happens(chance, 0.25) else (),
    )


def _rounded(dose: float) -> float:
    return round(dose / 10) * 10 if dose >= 20 else round(dose * 4) / 4  # noqa: PLR2004 as syringes are read


def _switched(chance: Random, injections: list[Treatment]) -> list[Treatment]:
    """One in eight has had another product before, and says why they went over."""
    place = len(injections) // 2
    if place == 0 or not happens(chance, 0.12):
        return injections
    before = "abobotulinumtoxinA" if injections[0].product == "onabotulinumtoxinA" else "onabotulinumtoxinA"
    earlier = [replace(each, product=before, dose=None) for each in injections[:place]]
    reason = chance.choice((StopReason.SWITCHED, StopReason.STOPPED_HELPING, StopReason.COST_OR_COVER))
    earlier[-1] = replace(earlier[-1], stop_reason=reason)
    return [*earlier, *injections[place:]]


def _other(chance: Random, given: Treatment, today: date) -> Treatment:
    since = given.started_on.last_day
    until = min(given.ended_on.first_day if given.ended_on else today, today)
    span = (until - since).days
    changed = PartialDate.of_day(since + timedelta(days=chance.randint(0, max(0, span))))
    changes = span > 0 and happens(chance, 0.4)
    if given.kind is TreatmentKind.DBS:
        return replace(given, changes=(Change(changed),) if changes else ())
    dose = _DAILY_MILLIGRAMS.get(given.product or "", _ROUGHLY_MILLIGRAMS)
    return replace(
        given,
        dose=float(dose),
        dose_unit=DoseUnit.MILLIGRAMS,
        changes=(Change(changed, dose * 1.5),) if changes else (),
        side_effects=(chance.choice(_OF_MEDICINES),) if happens(chance, 0.35) else (),
        stop_reason=chance.choice((StopReason.SIDE_EFFECTS, StopReason.DID_NOT_HELP))
        if given.ended_on
        else None,
    )
