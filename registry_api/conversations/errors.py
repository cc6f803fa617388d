"""What can be wrong with somebody's own words.

ConversationError
└── NoteNotKept              carries the reply to words of danger, which is given all the same
"""

from __future__ import annotations

from registry_api.enrolment.listening import FixedReply


class ConversationError(Exception):
    """The root; its text says what to do and holds no personal data."""


class NoteNotKept(ConversationError):
    """A note that speaks of danger was refused for another reason, which is its cause; show `reply` first."""

    def __init__(self, reply: FixedReply, refusal: Exception) -> None:
        self.reply = reply
        super().__init__(str(refusal))
