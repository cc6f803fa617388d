import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel

from notifications.carrier_standin.faults import FaultKind
from notifications.carrier_standin.refusals import FAILURES
from notifications.carrier_standin.segments import Encoding, cut

API_VERSION = "2010-04-01"


class Status(StrEnum):
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVING = "receiving"
    RECEIVED = "received"


FINAL = frozenset(
    {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.RECEIVED},
)
Direction = Literal["inbound", "outbound-api", "outbound-reply"]


class Message(BaseModel):
    """One text, whichever way it goes; `stamp` grows with every change to anything in the stand-in.

    `ending` and `error_code_at_end` say how the carrier has decided that it will end; `quirks` what its
    callbacks suffer; `webhook` how our side answered last (an HTTP status, or "unreachable").
    """

    sid: str
    phone: str
    direction: Direction
    sender: str
    recipient: str
    body: str
    status: Status
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    encoding: Encoding = "GSM-7"
    units: int = 0
    segments: int = 1
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    opt_out_type: str | None = None
    ending: Status = Status.DELIVERED
    error_code_at_end: int | None = None
    quirks: tuple[FaultKind, ...] = ()
    webhook: str | None = None
    stamp: int = 0

    @property
    def final(self) -> bool:
        return self.status in FINAL

    def sent_second(self) -> datetime | None:
        """When it was sent, to the second, which is all that the API tells."""
        return self.sent_at.replace(microsecond=0) if self.sent_at else None


def write(
    *,
    phone: str,
    direction: Direction,
    sender: str,
    recipient: str,
    body: str,
    status: Status,
    now: datetime,
) -> Message:
    """A new message with an id of its own and its segments counted."""
    pieces = cut(body)
    return Message(
        sid=f"SM{secrets.token_hex(16)}",
        phone=phone,
        direction=direction,
        sender=sender,
        recipient=recipient,
        body=body,
        status=status,
        created_at=now,
        updated_at=now,
        encoding=pieces.encoding,
        units=pieces.units,
        segments=pieces.segments,
    )


def resource(message: Message, account_sid: str) -> dict[str, Any]:
    """The Message resource as the REST API answers it."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": FAILURES.get(message.error_code) if message.error_code else None,
        "from": None if message.status is Status.ACCEPTED else message.sender,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": "0",
        "num_segments": "0" if message.status is Status.ACCEPTED else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def _rfc2822(moment: datetime | None) -> str | None:
    return format_datetime(moment.astimezone(UTC)) if moment else None
