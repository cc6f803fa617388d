"""How prompts that nobody answers become fewer, and end in silence. Pure.

A run is what was sent since the person was last heard of: by any answer, late ones and those on the web too,
by any other text of theirs, or by a change of the prompt itself. Seven in a run, and the next comes a week
after the last; three of these, and a week later one asks whether to pause; then there is silence until they
are heard of. Nothing is stored of it: one answer brings the daily prompt back, whatever happened in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from diary.planning.dues import Due
from diary.prompts import Ask, Prompt

UNANSWERED_DAYS = 7
UNANSWERED_WEEKS = 3
LONGEST_RUN = UNANSWERED_DAYS + UNANSWERED_WEEKS + 1
"""How many prompts, counted from the newest, say everything."""

_WEEK = timedelta(days=7)


class Pace(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    RESTING = "RESTING"


@dataclass(frozen=True, slots=True)
class Fading:
    """How many prompts in a row had no answer, the last of them about which day, and what follows."""

    unanswered: int
    last: date | None

    @property
    def pace(self) -> Pace:
        if self.unanswered < UNANSWERED_DAYS:
            return Pace.DAILY
        return Pace.WEEKLY if self.unanswered < LONGEST_RUN else Pace.RESTING

    def ask_on(self, day: date) -> Ask | None:
        """What a prompt about this day asks; None for no prompt."""
        if self.next_on(day) != day:
            return None
        return Ask.WHETHER_TO_PAUSE if self.unanswered == LONGEST_RUN - 1 else Ask.DAY

    def next_on(self, day: date) -> date | None:
        """The first day from this one on that may have a prompt; None while there is silence."""
        if self.last is None or self.pace is Pace.DAILY:
            return day
        return None if self.pace is Pace.RESTING else max(day, self.last + _WEEK)


def fading(newest: Iterable[Prompt], heard_at: datetime | None) -> Fading:
    """How it stands after a person's newest prompts, LONGEST_RUN of them or more, in any order.

    `heard_at` is when they were last heard of otherwise than by the answer to a prompt.
    """
    prompts = list(newest)
    signs = [at for at in (heard_at, *(prompt.answered_at for prompt in prompts)) if at is not None]
    heard = max(signs, default=None)
    run = [prompt.about for prompt in prompts if heard is None or prompt.sent_at > heard]
    return Fading(len(run), max(run, default=None))


def to_offer(dues: Iterable[Due], newest: Iterable[Prompt]) -> tuple[str, ...]:
    """The questionnaires that wait for an answer and that no prompt has offered since they became due.

    Once each, and all in one prompt: a day has never more than one thing besides its own question.
    """
    before = list(newest)
    return tuple(
        each.instrument
        for each in dues
        if each.answered is None
        and not any(prompt.about >= each.since and each.instrument in prompt.offered for prompt in before)
    )
