"""What may be done with somebody's data now, and for which purpose. Pure, and the only place that says so.

A use rests on signatures: each purpose that it needs has a yes as its newest signature, given to a text whose
scope covers the use. Who signed an older text goes on permitting what that text covers, and nothing that came
later, until they decide on the newer one. A use also rests on participation: without data use there is none,
and without contact there is none that reaches out to the person.

Every signature that is on record counts, whatever clocks say: one process's clock may be behind another's,
and a no must not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from registry_api.enrolment.consents import Answering, Decision, Purpose, newest
from registry_api.enrolment.participation import Axis, Participation, ParticipationEvent, participation


class Use(StrEnum):
    """Something that the service does with a person's data, or a way in which it reaches out to them."""

    KEEP_DIARY = "KEEP_DIARY"
    TEXT_PROMPTS = "TEXT_PROMPTS"
    MATCH_TRIALS = "MATCH_TRIALS"
    ALERT_TRIALS = "ALERT_TRIALS"
    INTRODUCE = "INTRODUCE"
    COUNT = "COUNT"
    SHARE_RESEARCH = "SHARE_RESEARCH"
    RECONTACT = "RECONTACT"
    LINK_BIOSPECIMEN = "LINK_BIOSPECIMEN"


Needs = Mapping[Use, Mapping[Purpose, int]]

NEEDS: Needs = {
    Use.KEEP_DIARY: {Purpose.REGISTRY: 1},
    Use.TEXT_PROMPTS: {Purpose.REGISTRY: 1, Purpose.TEXTS: 1},
    Use.MATCH_TRIALS: {Purpose.REGISTRY: 1, Purpose.TRIAL_CONTACT: 1},
    Use.ALERT_TRIALS: {Purpose.REGISTRY: 1, Purpose.TRIAL_CONTACT: 1},
    Use.INTRODUCE: {Purpose.REGISTRY: 1, Purpose.TRIAL_CONTACT: 1},
    Use.COUNT: {Purpose.REGISTRY: 1},
    Use.SHARE_RESEARCH: {Purpose.REGISTRY: 1, Purpose.RESEARCH_SHARING: 1},
    Use.RECONTACT: {Purpose.REGISTRY: 1, Purpose.RECONTACT: 1},
    Use.LINK_BIOSPECIMEN: {Purpose.REGISTRY: 1, Purpose.BIOSPECIMEN_LINK: 1},
}
"""For each use, the purposes that it needs, each with the first version of the text that covers it.

Code that does more than a text has said so far needs a new version of that text, and says so here.
"""

REACHES_OUT = frozenset({Use.TEXT_PROMPTS, Use.ALERT_TRIALS, Use.INTRODUCE, Use.RECONTACT})
"""What ends with contact."""

PAUSABLE = REACHES_OUT - {Use.INTRODUCE}
"""What waits during a pause; an introduction was asked for by the person and does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """The answer for one person. `scopes` has the version signed of each purpose that has a yes."""

    scopes: Mapping[Purpose, int]
    participation: Participation
    permitted: frozenset[Use]

    @property
    def paused_until(self) -> datetime | None:
        return self.participation.paused_until


def decide(
    signatures: Iterable[Answering],
    events: Iterable[ParticipationEvent],
    now: datetime,
    needs: Needs = NEEDS,
) -> Uses:
    """What one person's signatures and changes of participation, in any order, permit at `now`."""
    scopes = {
        purpose: int(signature.version)
        for purpose, signature in newest(signatures).items()
        if signature.decision is Decision.GRANTED
    }
    takes_part = participation(events, now)
    permitted = (
        use for use in needs if _ended_axis(takes_part, use) is None and _missing(scopes, needs[use]) is None
    )
    return Uses(scopes=scopes, participation=takes_part, permitted=frozenset(permitted))


def may(uses: Uses, use: Use) -> bool:
    """The one question that everything downstream asks: may this be done now?"""
    return use in uses.permitted and not (uses.paused_until and use in PAUSABLE)


def may_in_time(uses: Uses, use: Use) -> bool:
    """Whether it may be done now or, where contact is paused, as soon as the pause ends."""
    return use in uses.permitted


def obstacle(uses: Uses, use: Use, needs: Needs = NEEDS) -> Axis | Purpose | None:
    """What stands in the way of a use, but for a pause.

    An axis that was ended; else the first purpose without a yes to a text that covers the use.
    """
    return _ended_axis(uses.participation, use) or _missing(uses.scopes, needs[use])


def _ended_axis(takes_part: Participation, use: Use) -> Axis | None:
    if takes_part.data_use_ended_at is not None:
        return Axis.DATA_USE
    if takes_part.contact_ended_at is not None and use in REACHES_OUT:
        return Axis.CONTACT
    return None


def _missing(scopes: Mapping[Purpose, int], needed: Mapping[Purpose, int]) -> Purpose | None:
    return next((purpose for purpose, since in needed.items() if scopes.get(purpose, 0) < since), None)
