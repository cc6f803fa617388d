from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn
from diary.checking_in import chain
from diary.checking_in.answering import digest
from diary.checking_in.chain import Contribution
from diary.errors import EntryConflict, InvalidAnswers
from diary.instruments.catalogue import daily
from tests.diary.examples import NOON, PATIENT, check_in, core
from tests.diary.test_answering import ANSWER_LISTS

CONTRIBUTIONS = st.lists(st.one_of(ANSWER_LISTS, st.none()), max_size=8)
MINUTES = st.integers(-3, 8)


def said(
    key: str, answers: Sequence[Answer] | None, minute: int = 0, reason: str | None = None
) -> Contribution:
    """What was said a number of minutes after noon, and received an hour later."""
    return Contribution(
        key=key,
        content=digest("any", answers=answers or ()),
        answers=tuple(answers) if answers is not None else None,
        author=PATIENT,
        role=AuthorRole.PATIENT,
        channel=Channel.WEB,
        at=NOON + timedelta(hours=1),
        said_at=NOON + timedelta(minutes=minute),
        reason=reason,
    )


def started() -> CheckIn:
    entry = check_in()
    return chain.opened(PATIENT, entry, daily(), chain.recording(entry, core(6, 4, 2), PATIENT, NOON))


def received(check_in: CheckIn, *contributions: Contribution) -> CheckIn:
    """What the store does with each contribution, without the database."""
    for contribution in contributions:
        if chain.receipt_of(check_in, contribution.key):
            chain.refuse_other_content(check_in, contribution)
        else:
            check_in = chain.with_addition(check_in, chain.addition(check_in, contribution, daily()))
    return check_in


@given(contributions=CONTRIBUTIONS, data=st.data())
def test_resends_anywhere_change_nothing(
    contributions: list[list[Answer] | None], data: st.DataObject
) -> None:
    """Whatever is sent again, however often and wherever it falls, the entry ends the same."""
    start = started()
    messages = [said(f"key-{number}", answers, number) for number, answers in enumerate(contributions)]
    straight = received(start, *messages)
    muddled, sent = start, list[Contribution]()
    for message in messages:
        muddled = received(muddled, message)
        sent.append(message)
        for again in data.draw(st.lists(st.sampled_from(sent), max_size=3)):
            late = replace(again, at=NOON + timedelta(days=1), said_at=NOON + timedelta(hours=2))
            muddled = received(muddled, late)
    assert muddled == straight


@given(contributions=CONTRIBUTIONS, data=st.data())
def test_order_of_arrival_does_not_matter(
    contributions: list[list[Answer] | None], data: st.DataObject
) -> None:
    """One set of messages ends in one view, whenever each was said and in whatever order they arrive."""
    messages = [said(f"key-{each}", one, data.draw(MINUTES)) for each, one in enumerate(contributions)]
    start = started()
    straight = received(start, *messages)
    shuffled = received(start, *data.draw(st.permutations(messages)))
    for entry in (straight, shuffled):
        assert (entry.answers, entry.withdrawn, entry.said_at) == (
            straight.answers,
            straight.withdrawn,
            straight.said_at,
        )
        assert {receipt.key: receipt.said for receipt in entry.receipts} == {start.id: core(6, 4, 2)} | {
            message.key: message.answers for message in messages
        }


@given(contributions=CONTRIBUTIONS)
def test_view_is_the_last_word_on_each_item(contributions: list[list[Answer] | None]) -> None:
    """The current view is each item's latest answer since the last withdrawal; earlier links never change."""
    entry, expected = started(), {answer.item: answer for answer in core(6, 4, 2)}
    for number, answers in enumerate(contributions, start=1):
        before = entry
        entry = received(entry, said(f"key-{number}", answers, number))
        expected = {} if answers is None else expected | {answer.item: answer for answer in answers}
        assert {answer.item: answer for answer in entry.answers} == expected
        assert entry.revisions[: len(before.revisions)] == before.revisions
        assert len(entry.receipts) == len(before.receipts) + 1
    assert [one.number for one in entry.revisions] == list(range(1, len(entry.revisions) + 1))
    neighbours = zip(entry.revisions, entry.revisions[1:], strict=False)
    assert all((one.answers, one.withdrawal) != (two.answers, two.withdrawal) for one, two in neighbours)


def test_what_was_overtaken_is_a_link_that_changes_nothing() -> None:
    """An answer that waited on a phone comes into the chain, and what was said after it still stands."""
    later = [Answer.rated("pain", 9)]
    entry = received(
        started(),
        said("text", later, 30),
        said("phone", [Answer.rated("pain", 1), Answer.said("avoided", yes=True)], 20),
        said("alike", later, 10),
    )
    assert [one.key for one in entry.revisions[1:]] == ["text", "phone"]
    assert entry.revisions[2].said == (Answer.rated("pain", 1), Answer.said("avoided", yes=True))
    assert entry.answers == (*core(6, 9, 2), Answer.said("avoided", yes=True))
    assert entry.said_at == NOON + timedelta(minutes=30)


def test_a_withdrawal_clears_what_was_said_before_it() -> None:
    """It does so for what arrives later too; what was said after it stands, whichever came first."""
    withdrawal, before = said("gone", None, 20), said("before", core(1, 1, 1), 10)
    after = said("after", [Answer.rated("pain", 3)], 30)
    gone = received(started(), withdrawal, before)
    assert (gone.withdrawn, gone.answers, len(gone.revisions)) == (True, (), 3)
    for order in ((withdrawal, before, after), (after, before, withdrawal)):
        entry = received(started(), *order)
        assert (entry.withdrawn, entry.answers) == (False, (Answer.rated("pain", 3),))


def test_a_reason_is_something_new() -> None:
    """A correction that changes no answer but says why is a link of its own."""
    entry = received(started(), said("why", core(6, 4, 2), 5, "It was the new chair"))
    assert [one.reason for one in entry.revisions] == [None, "It was the new chair"]


def test_another_content_under_a_known_id_is_refused() -> None:
    """An id that was accepted is never taken for something else."""
    entry = received(started(), said("one", core(1, 1, 1), 1))
    with pytest.raises(EntryConflict) as conflict:
        received(entry, said("one", core(1, 1, 2), 2))
    assert conflict.value.existing == entry


def test_an_entry_ends_somewhere() -> None:
    """A client in a loop cannot make it grow without end."""
    receipts = started().receipts * chain.MOST_RECEIPTS
    chain.require_room(replace(started(), receipts=receipts[1:]))
    with pytest.raises(InvalidAnswers):
        chain.require_room(replace(started(), receipts=receipts))


def test_a_correction_opens_no_entry() -> None:
    """Only what names a day and a zone can be the first that is said about it."""
    with pytest.raises(ValueError, match="opens no entry"):
        chain.opened(PATIENT, check_in(), daily(), said("one", core(1, 1, 1)))
