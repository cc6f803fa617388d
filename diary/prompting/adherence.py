"""How some days were kept, told without blame: what was asked, what arrived, what was answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from diary.check_ins import Channel, CheckIn, Timeliness
from diary.ids import PromptId
from diary.instruments.catalogue import DAILY
from diary.prompts import Prompt

LONGEST_DAYS = 90
_DAY = timedelta(days=1)


class Fate(StrEnum):
    """Whether the text of a prompt reached the phone, as far as the carrier says."""

    DELIVERED = "DELIVERED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Adherence:
    """Counts of days, but for the last two, which count texts.

    `days` are those that could be kept: none before enrolment, and today only once it has its answer. `late`
    are answered days whose answer came on a later one; `unprompted` are answered days on which no text asked.
    `delivered` and `lost` count texts of these days; what the carrier has not told of is in neither.
    """

    since: date
    until: date
    days: int
    answered: int
    by_text: int
    on_web: int
    late: int
    unprompted: int
    prompted: int
    delivered: int
    lost: int


def adherence(
    prompts: Iterable[Prompt],
    fates: Mapping[PromptId, Fate],
    check_ins: Iterable[CheckIn],
    *,
    since: date,
    today: date,
) -> Adherence:
    """How the days from `since` to `today` were kept.

    A day counts as answered by a check-in that stands, of whatever was skipped in it too: whoever says that
    they skip has answered.
    """
    entries = {
        entry.about: entry
        for entry in check_ins
        if entry.instrument == DAILY and not entry.withdrawn and since <= entry.about <= today
    }
    until = today if today in entries else today - _DAY
    asked = {prompt.about: prompt for prompt in prompts if since <= prompt.about <= until}
    told = [fates.get(prompt.id) for prompt in asked.values()]
    channels = [entry.revisions[0].channel for entry in entries.values()]
    return Adherence(
        since=since,
        until=until,
        days=max(0, (until - since).days + 1),
        answered=len(entries),
        by_text=channels.count(Channel.SMS),
        on_web=channels.count(Channel.WEB),
        late=sum(entry.timeliness is not Timeliness.ON_THE_DAY for entry in entries.values()),
        unprompted=len(entries.keys() - asked.keys()),
        prompted=len(asked),
        delivered=told.count(Fate.DELIVERED),
        lost=told.count(Fate.LOST),
    )
