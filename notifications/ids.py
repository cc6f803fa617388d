from __future__ import annotations

from typing import NewType

RecipientId = NewType("RecipientId", str)
"""A patient's or a staff member's id, or "<scheme>:<rest>" for somebody who has no account yet."""

MessageId = NewType("MessageId", str)
"""Names one outbox record; part of its status callback's address, so it says nothing about anybody."""

AddressKey = NewType("AddressKey", str)
"""The name of a phone number, which says nothing about it: a number has one as long as it is known at all."""

CarrierSid = NewType("CarrierSid", str)
"""The carrier's own name for one message."""

PASSING_OWNER = "passing"


def key_owner(recipient: RecipientId) -> str:
    """Under whose encryption key a message's words are sealed.

    A recipient with a scheme ("challenge:…") has no record of its own, so the key for what passes is used.
    """
    return PASSING_OWNER if ":" in recipient else recipient
