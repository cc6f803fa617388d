"""What is shown to somebody whose own words speak of danger."""

from __future__ import annotations

from typing import Protocol

import strawberry

SAFETY = "Null unless the words speak of danger. Show it at once, before anything else."


@strawberry.type(description="Fixed words for somebody who may be in danger. Show them before anything else.")
class SafetyReply:
    message: str
    call: str | None = strawberry.field(description="A number to dial, where there is one for the country.")


class Said(Protocol):
    """Fixed words, whichever part of the service found the danger."""

    @property
    def message(self) -> str: ...

    @property
    def call(self) -> str | None: ...


def safety_reply(reply: Said) -> SafetyReply:
    return SafetyReply(message=reply.message, call=reply.call)


def safety_reply_or_none(reply: Said | None) -> SafetyReply | None:
    return safety_reply(reply) if reply else None
