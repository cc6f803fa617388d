"""Schedules and prompts as documents of the database, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from diary.ids import EntryId, PatientId, PromptId
from diary.keys import Document
from diary.prompts import Ask, Prompt, Schedule

FREE = datetime(1970, 1, 1, tzinfo=UTC)
"""The end of a lease that nobody holds."""


def schedule_to_document(schedule: Schedule) -> Document:
    return {
        "_id": schedule.patient,
        "zone": schedule.zone,
        "local_time": schedule.local_time.strftime("%H:%M"),
        "core_items": list(schedule.core_items),
        "next_at": schedule.next_at,
        "heard_at": schedule.heard_at,
        "lease_until": FREE,
        "claim": None,
    }


def schedule_from_document(document: Mapping[str, Any]) -> Schedule:
    return Schedule(
        patient=PatientId(document["_id"]),
        zone=document["zone"],
        local_time=time.fromisoformat(document["local_time"]),
        core_items=tuple(document["core_items"]),
        next_at=document["next_at"],
        heard_at=document.get("heard_at"),
    )


def prompt_to_document(prompt: Prompt) -> Document:
    return {
        "patient": prompt.patient,
        "about": prompt.about.isoformat(),
        "zone": prompt.zone,
        "items": list(prompt.items),
        "sent_at": prompt.sent_at,
        "expires_at": prompt.expires_at,
        "answerable_until": prompt.answerable_until,
        "answered_entry": prompt.answered_entry,
        "answered_at": prompt.answered_at,
        "ask": prompt.ask.value,
        "offered": list(prompt.offered),
    }


def prompt_from_document(document: Mapping[str, Any]) -> Prompt:
    return Prompt(
        id=PromptId(document["_id"]),
        patient=PatientId(document["patient"]),
        about=date.fromisoformat(document["about"]),
        zone=document["zone"],
        items=tuple(document["items"]),
        sent_at=document["sent_at"],
        expires_at=document["expires_at"],
        answerable_until=document["answerable_until"],
        answered_entry=EntryId(document["answered_entry"]) if document["answered_entry"] else None,
        answered_at=document["answered_at"],
        ask=Ask(document.get("ask", Ask.DAY)),
        offered=tuple(document.get("offered", ())),
    )
