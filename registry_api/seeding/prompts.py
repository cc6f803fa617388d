"""The daily texts that people made up were sent before today, answered or not. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from diary.days import moment, open_day
from diary.ids import PromptId
from diary.instruments.catalogue import daily
from diary.keys import own_key
from diary.prompts import Prompt, prompt_for
from registry_api.seeding.diaries import diary
from registry_api.seeding.person import Person

_LAST_DAYS = 30


def asked(seed: int, person: Person, days: int, anchor: datetime) -> Iterator[Prompt]:
    """The prompts of the last 30 days of somebody who may be texted; none where they chose no time.

    Nobody is asked on days on which they are away: they had asked for a pause.
    """
    if person.prompt_time is None:
        return
    zone = ZoneInfo(person.zone)
    today, joined = open_day(anchor, zone), open_day(person.enrolled_at, zone)
    items = tuple(item.id for item in daily().core(person.core_items))
    entries = {entry.about: entry for entry in diary(seed, person, days, anchor)}
    for ago in range(min(days, _LAST_DAYS), 0, -1):
        about = today - timedelta(days=ago)
        if about <= joined or ago in person.course.away:
            continue
        prompt = prompt_for(
            PromptId(own_key(person.patient, about.isoformat())),
            person.patient,
            zone,
            items,
            moment(about, person.prompt_time, zone),
        )
        entry = entries.get(about)
        answered_at = max(entry.received_at, prompt.sent_at) if entry else None
        yield replace(prompt, answered_entry=entry.id if entry else None, answered_at=answered_at)
