from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from notifications.carrier_standin.faults import Fault, FaultKind
from notifications.carrier_standin.messages import Message
from notifications.carrier_standin.phones import Phone
from notifications.carrier_standin.refusals import FAILURES


def phone_view(phone: Phone, messages: Sequence[Message], faults: Sequence[Fault]) -> dict[str, Any]:
    """A phone as the page and automation see it, with the given messages."""
    barred = any(fault.kind is FaultKind.OPTED_OUT and fault.phone in {phone.id, None} for fault in faults)
    return {
        "id": phone.id,
        "name": phone.name,
        "number": phone.number,
        "listed": phone.listed,
        "stopped_at": _iso(phone.stop_texted_at),
        "blocked": phone.opted_out or barred,
        "stamp": phone.stamp,
        "messages": [message_view(message) for message in messages],
    }


def message_view(message: Message) -> dict[str, Any]:
    from_phone = message.direction == "inbound"
    return {
        "sid": message.sid,
        "way": "from_phone" if from_phone else "to_phone",
        "service_number": message.recipient if from_phone else message.sender,
        "text": message.body,
        "status": message.status.value,
        "error_code": message.error_code,
        "error": FAILURES.get(message.error_code) if message.error_code else None,
        "encoding": message.encoding,
        "units": message.units,
        "segments": message.segments,
        "at": _iso(message.created_at),
        "sent_at": _iso(message.sent_at),
        "webhook": message.webhook,
        "stamp": message.stamp,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds") if moment else None
