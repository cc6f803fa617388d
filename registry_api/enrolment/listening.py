"""What every free text of a person is held to, wherever it is written: words of danger are heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from diary.ids import PatientId


@dataclass(frozen=True, slots=True)
class FixedReply:
    """What a person in danger is told at once, in words that people wrote; `call` is a number to dial."""

    message: str = field(repr=False)
    call: str | None = field(repr=False, default=None)


class Listener(Protocol):
    """Screens a text before anything else looks at it."""

    async def hear(self, patient: PatientId, text: str, record: str, now: datetime) -> FixedReply | None:
        """The reply to words of danger, once staff are told of them; None without any.

        Staff are told whether or not the text can be kept afterwards. `record` is our id of what the text
        belongs to; the flag has it, and never the text.
        """
        ...
