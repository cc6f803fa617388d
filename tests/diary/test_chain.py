from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from diary import chain
from diary.answering import digest
from diary.chain import Contribution
from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, Timeliness
from diary.instruments.catalogue import daily
from tests.diary.examples import NOON, PATIENT, check_in, core
from tests.diary.test_answering import ANSWER_LISTS

CONTRIBUTIONS = st.lists(st.one_of(ANSWER_LISTS, st.none()), max_size=8)


def said(key: str, answers: list[Answer] | None) -> Contribution:
    given_answers = tuple(answers) if answers is not None else None
    return Contribution(
        key=key,
        content=digest("any", answers=answers or ()),
        answers=given_answers,
        author=PATIENT,
        role=AuthorRole.PATIENT,
        channel=Channel.WEB,
        at=NOON,
    )


def started() -> CheckIn:
    entry = check_in()
    first = chain.recording(entry, core(6, 4, 2), PATIENT, NOON)
    return chain.opened(PATIENT, entry, daily(), first, Timeliness.ON_THE_DAY)


def received(check_in: CheckIn, contribution: Contribution) -> CheckIn:
    """What the store does with each contribution, without the database."""
    if chain.receipt_of(check_in, contribution.key):
        chain.refuse_other_content(check_in, contribution)
        return check_in
    return chain.with_addition(check_in, chain.addition(check_in, contribution, daily()))


@given(contributions=CONTRIBUTIONS, data=st.data())
def test_resends_anywhere_change_nothing(
    contributions: list[list[Answer] | None], data: st.DataObject
) -> None:
    """Whatever is sent again, however often and wherever it falls, the entry ends the same."""
    start = started()
    messages = [said(f"key-{number}", answers) for number, answers in enumerate(contributions)]
    straight = start
    for message in messages:
        straight = received(straight, message)
    muddled, sent = start, list[Contribution]()
    for message in messages:
        muddled = received(muddled, message)
        sent.append(message)
        for again in data.draw(st.lists(st.sampled_from(sent), max_size=3)):
            late = replace(again, at=NOON + timedelta(hours=1))
            muddled = received(muddled, late)
    assert muddled == straight


@given(contributions=CONTRIBUTIONS)
def test_view_is_the_last_word_on_each_item(contributions: list[list[Answer] | None]) -> None:
    """The current view is each item's latest answer since the last withdrawal; earlier links never change."""
    entry, expected = started(), {answer.item: answer for answer in core(6, 4, 2)}
    for number, answers in enumerate(contributions):
        before = entry
        entry = received(entry, said(f"key-{number}", answers))
        expected = {} if answers is None else expected | {answer.item: answer for answer in answers}
        assert {answer.item: answer for answer in entry.answers} == expected
        assert entry.revisions[: len(before.revisions)] == before.revisions
        assert len(entry.receipts) == len(before.receipts) + 1
    assert [one.number for one in entry.revisions] == list(range(1, len(entry.revisions) + 1))
    neighbours = zip(entry.revisions, entry.revisions[1:], strict=False)
    assert all((one.answers, one.withdrawal) != (two.answers, two.withdrawal) for one, two in neighbours)


@given(parts=st.lists(ANSWER_LISTS, min_size=1, max_size=4), data=st.data())
def test_corrections_of_different_items_commute(parts: list[list[Answer]], data: st.DataObject) -> None:
    """Corrections that name different items end in one view, in whatever order they arrive."""
    taken: set[str] = set()
    messages = []
    for number, part in enumerate(parts):
        own = [answer for answer in part if answer.item not in taken]
        taken |= {answer.item for answer in own}
        if own:
            messages.append(said(f"key-{number}", own))
    views = []
    for order in (messages, data.draw(st.permutations(messages))):
        entry = started()
        for message in order:
            entry = received(entry, message)
        views.append(entry.answers)
    assert views[0] == views[1]
