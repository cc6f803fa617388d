from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from diary.ids import PatientId
from registry_api.enrolment import documents
from registry_api.enrolment.consents import Decision, How, Purpose
from registry_api.enrolment.participation import Axis, Change, ParticipationEvent
from registry_api.enrolment.uses import (
    NEEDS,
    PAUSABLE,
    REACHES_OUT,
    Use,
    Uses,
    decide,
    may,
    may_in_time,
    obstacle,
)
from tests.registry_api.enrolment.people import GRANTED, NOW, REFUSED, signed

REGISTRY, TEXTS, TRIALS = Purpose.REGISTRY, Purpose.TEXTS, Purpose.TRIAL_CONTACT
OF_THE_REGISTRY = {Use.KEEP_DIARY, Use.COUNT}
OF_TRIALS = {Use.MATCH_TRIALS, Use.ALERT_TRIALS, Use.INTRODUCE}
EVERYTHING = [(purpose, GRANTED) for purpose in Purpose]


def _changed(*changes: Change, days: int = 14) -> list[ParticipationEvent]:
    """Changes a minute apart, the last one now; a pause is one of 14 days."""
    first = NOW - timedelta(minutes=len(changes) - 1)
    return [
        ParticipationEvent(
            patient=PatientId("p"),
            number=number + 1,
            change=change,
            how=How.WEB,
            at=first + timedelta(minutes=number),
            until=NOW + timedelta(days=days) if change is Change.PAUSED else None,
        )
        for number, change in enumerate(changes)
    ]


def _now(uses: Uses) -> set[Use]:
    return {use for use in Use if may(uses, use)}


@pytest.mark.parametrize(
    ("decisions", "permitted"),
    [
        ([], set()),
        ([(REGISTRY, GRANTED)], OF_THE_REGISTRY),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED)], {*OF_THE_REGISTRY, Use.TEXT_PROMPTS}),
        ([(TEXTS, GRANTED), (REGISTRY, GRANTED)], {*OF_THE_REGISTRY, Use.TEXT_PROMPTS}),
        ([(TEXTS, GRANTED)], set()),
        ([(TEXTS, GRANTED), (REGISTRY, REFUSED)], set()),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED), (TEXTS, REFUSED)], OF_THE_REGISTRY),
        ([(REGISTRY, GRANTED), (TEXTS, GRANTED), (REGISTRY, REFUSED)], set()),
        (
            [(REGISTRY, GRANTED), (TEXTS, GRANTED), (REGISTRY, REFUSED), (REGISTRY, GRANTED)],
            {*OF_THE_REGISTRY, Use.TEXT_PROMPTS},
        ),
        ([(REGISTRY, GRANTED), (TRIALS, REFUSED), (TRIALS, GRANTED)], OF_THE_REGISTRY | OF_TRIALS),
        ([(REGISTRY, GRANTED), (Purpose.RECONTACT, GRANTED)], {*OF_THE_REGISTRY, Use.RECONTACT}),
        (
            [(REGISTRY, GRANTED), (Purpose.BIOSPECIMEN_LINK, GRANTED)],
            {*OF_THE_REGISTRY, Use.LINK_BIOSPECIMEN},
        ),
        (
            [(REGISTRY, GRANTED), (Purpose.RESEARCH_SHARING, GRANTED)],
            {*OF_THE_REGISTRY, Use.SHARE_RESEARCH},
        ),
        (EVERYTHING, set(Use)),
    ],
)
def test_the_newest_decision_counts_while_the_registry_is_permitted(
    decisions: list[tuple[Purpose, Decision]], permitted: set[Use]
) -> None:
    """Each purpose stands alone, and all rest on the registry."""
    assert _now(decide(reversed(signed(*decisions)), (), NOW)) == permitted


def test_a_no_on_record_counts_whatever_the_clock_says() -> None:
    """A worker whose clock is a minute behind does not go on with what was withdrawn."""
    signatures = signed((REGISTRY, GRANTED), (REGISTRY, REFUSED))
    assert _now(decide(signatures, (), NOW - timedelta(minutes=1))) == set()


@pytest.mark.parametrize(
    ("changes", "permitted"),
    [
        ([], set(Use)),
        ([Change.CONTACT_ENDED], set(Use) - REACHES_OUT),
        ([Change.CONTACT_ENDED, Change.CONTACT_RESUMED], set(Use)),
        ([Change.DATA_USE_ENDED], set()),
        ([Change.CONTACT_ENDED, Change.DATA_USE_ENDED], set()),
        ([Change.CONTACT_ENDED, Change.DATA_USE_ENDED, Change.CONTACT_RESUMED], set()),
        ([Change.CONTACT_ENDED, Change.DATA_USE_ENDED, Change.DATA_USE_RESUMED], set(Use) - REACHES_OUT),
        ([Change.PAUSED], set(Use) - PAUSABLE),
        ([Change.PAUSED, Change.RESUMED], set(Use)),
        ([Change.PAUSED, Change.CONTACT_ENDED], set(Use) - REACHES_OUT),
    ],
)
def test_axes_end_what_signatures_permit(changes: Sequence[Change], permitted: set[Use]) -> None:
    """Without data use nothing is done, without contact nothing reaches out, a pause leaves introductions."""
    uses = decide(signed(*EVERYTHING), reversed(_changed(*changes)), NOW)
    assert _now(uses) == permitted


def test_a_pause_ends_by_itself() -> None:
    """What waits may be done in time, and may be done again from the very moment at which the pause ends."""
    signatures, paused = signed(*EVERYTHING), _changed(Change.PAUSED)
    until = NOW + timedelta(days=14)
    almost, over = (decide(signatures, paused, until - timedelta(seconds=s)) for s in (1, 0))
    assert (almost.paused_until, over.paused_until) == (until, None)
    for use in PAUSABLE:
        assert (may(almost, use), may_in_time(almost, use), may(over, use)) == (False, True, True)


@pytest.mark.parametrize("use", Use)
def test_what_stands_in_the_way_is_named(use: Use) -> None:
    """The first purpose without a yes; where an axis was ended, that comes first."""
    for missing in NEEDS[use]:
        given = [(purpose, GRANTED) for purpose in Purpose if purpose is not missing]
        assert obstacle(decide(signed(*given), (), NOW), use) is missing
    ended = decide([], _changed(Change.DATA_USE_ENDED), NOW)
    assert obstacle(ended, use) is Axis.DATA_USE
    assert obstacle(decide(signed(*EVERYTHING), (), NOW), use) is None


def test_an_older_text_permits_what_it_covers_and_no_more() -> None:
    """Version 1 freezes to its scope; a yes to version 2 adds what came with it, a no ends the purpose."""
    wider = {**NEEDS, Use.SHARE_RESEARCH: {REGISTRY: 1, Purpose.RESEARCH_SHARING: 2}}
    first = signed(*EVERYTHING)
    frozen = decide(first, (), NOW, wider)
    assert _now(frozen) == set(Use) - {Use.SHARE_RESEARCH}
    assert obstacle(frozen, Use.SHARE_RESEARCH, wider) is Purpose.RESEARCH_SHARING
    answered = {
        decision: decide(signed(*EVERYTHING, (Purpose.RESEARCH_SHARING, decision)), (), NOW, wider)
        for decision in Decision
    }
    assert answered[GRANTED].scopes[Purpose.RESEARCH_SHARING] == 2
    assert _now(answered[GRANTED]) == set(Use)
    assert _now(answered[REFUSED]) == set(Use) - {Use.SHARE_RESEARCH}


def test_every_use_says_what_it_needs() -> None:
    """Each rests on the registry, and on versions that were published; each purpose is for something."""
    assert set(NEEDS) == set(Use)
    assert all(REGISTRY in needed for needed in NEEDS.values())
    assert {purpose for needed in NEEDS.values() for purpose in needed} == set(Purpose)
    for purpose, since in {pair for needed in NEEDS.values() for pair in needed.items()}:
        assert 1 <= since <= int(documents.published().current_version(purpose))


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("use", Use)
def test_nothing_is_permitted_without_a_signature(use: Use, change: Change) -> None:
    """No change of participation makes up for a missing yes."""
    assert not may_in_time(decide([], _changed(change), NOW), use)
