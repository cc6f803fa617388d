"""A copy of the trail for review: one event a line, with the seal that ties it to the one before."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import orjson

from registry_api.audit.events import SERVICE, Action, AuditEvent, command_actor
from registry_api.audit.store import Audit


async def copy_trail(trail: Audit, target: BinaryIO, subject: str | None, now: datetime) -> int:
    """Writes the whole trail, or that of one record, as JSON Lines; how many events that were.

    That it was copied is recorded first, so that the copy holds it as well.
    """
    event = AuditEvent(
        actor=command_actor(), action=Action.TRAIL_COPIED, subject=subject or SERVICE, reason="review", at=now
    )
    await trail.record_looks([event])
    copied = 0
    async for link in trail.links(subject):
        plain = {**link, "seal": link["seal"].hex()} if isinstance(link.get("seal"), bytes) else link
        target.write(orjson.dumps(plain, default=str, option=orjson.OPT_APPEND_NEWLINE))
        copied += 1
    return copied
