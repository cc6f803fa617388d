from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from diary.check_ins import Channel, CheckIn
from diary.checking_in import chain
from diary.instruments.catalogue import daily
from diary.prompting.adherence import Adherence, Fate, adherence
from tests.diary.examples import PATIENT, check_in
from tests.diary.test_fading import DAY, START, sent

TODAY = START + 27 * DAY
COUNTS = (
    "days", "answered", "by_text", "on_web", "late", "unprompted", "prompted", "delivered", "lost",
)  # fmt: skip


def kept(number: int, channel: Channel = Channel.SMS, *, late: bool = False) -> CheckIn:
    """An entry about the day of this number, of its evening or of the next one."""
    about = START + number * DAY
    entry = replace(check_in(about=about, channel=channel), client_at=None)
    at = sent(about + DAY if late else about).sent_at
    return chain.opened(PATIENT, entry, daily(), chain.recording(entry, tuple(entry.answers), PATIENT, at))


def counts(found: Adherence) -> dict[str, int]:
    return {name: getattr(found, name) for name in COUNTS}


def test_every_day_has_its_place() -> None:
    """Answers by text and on the web, late and unasked ones, and texts that did not arrive are told apart."""
    prompts = [sent(START + number * DAY) for number in range(27)]
    fates = {prompt.id: Fate.DELIVERED for prompt in prompts} | {
        prompts[3].id: Fate.LOST,
        prompts[4].id: Fate.LOST,
    }
    del fates[prompts[5].id]
    entries = [kept(number) for number in range(20)]
    entries += [kept(20, Channel.WEB), kept(21, Channel.WEB, late=True)]
    entries += [kept(27, Channel.WEB)]
    found = adherence(prompts, fates, entries, since=START, today=TODAY)
    assert counts(found) == {
        "days": 28, "answered": 23, "by_text": 20, "on_web": 3, "late": 1, "unprompted": 1,
        "prompted": 27, "delivered": 24, "lost": 2,
    }  # fmt: skip


def test_today_counts_only_once_it_is_answered() -> None:
    """A day that is not over is not a gap, and its text is not one without an answer."""
    prompts = [sent(TODAY - DAY), sent(TODAY)]
    found = adherence(prompts, {}, [], since=TODAY - DAY, today=TODAY)
    assert (found.until, found.days, found.answered, found.prompted) == (TODAY - DAY, 1, 0, 1)
    answered = adherence(prompts, {}, [kept(27)], since=TODAY - DAY, today=TODAY)
    assert (answered.until, answered.days, answered.answered, answered.prompted) == (TODAY, 2, 1, 2)


def test_the_first_day_of_all_is_no_gap() -> None:
    """Who enrolled today has no days yet, rather than a day without an answer."""
    assert counts(adherence([], {}, [], since=TODAY, today=TODAY)) == dict.fromkeys(COUNTS, 0)


@given(
    asked=st.sets(st.integers(0, 27)), answered=st.sets(st.integers(0, 27)), lost=st.sets(st.integers(0, 27))
)
def test_no_count_exceeds_its_whole(asked: set[int], answered: set[int], lost: set[int]) -> None:
    """Answered days are days, by one road each; delivered and lost texts are texts that were sent."""
    prompts = [sent(START + number * DAY) for number in asked]
    fates = {prompts[0].id: Fate.DELIVERED} if prompts else {}
    fates |= {prompt.id: Fate.LOST for prompt in prompts if (prompt.about - START).days in lost}
    found = adherence(prompts, fates, [kept(number) for number in answered], since=START, today=TODAY)
    assert found.answered == len(answered) <= found.days
    assert found.by_text + found.on_web == found.answered
    assert found.delivered + found.lost <= found.prompted <= found.days
    assert found.unprompted == len(answered - asked)
