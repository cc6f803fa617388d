import asyncio
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from notifications.carrier_standin import stop_words
from notifications.carrier_standin.config import StandinConfig
from notifications.carrier_standin.delivery import Delivery
from notifications.carrier_standin.faults import FaultBoard, FaultKind
from notifications.carrier_standin.ledger import Ledger
from notifications.carrier_standin.messages import Message, Status, write
from notifications.carrier_standin.phones import E164, Phone, PhoneId
from notifications.carrier_standin.refusals import Refusal
from notifications.carrier_standin.tasks import Tasks
from notifications.carrier_standin.webhooks import Webhooks

# Numbers that Twilio documents for tests: what each of them always answers.
_MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_MAGIC_SENDER = "+15005550006"
_MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_LONGEST_BODY = 1600
_QUIRKS = (FaultKind.DUPLICATE_CALLBACKS, FaultKind.SHUFFLED_CALLBACKS, FaultKind.LOST_CALLBACKS)
_CALLBACK_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What the service asks the carrier to send; blank means not given."""

    to: str = ""
    sender: str = ""
    messaging_service_sid: str = ""
    body: str = ""
    status_callback: str = ""


class Switchboard:
    """Takes texts from the service and from the phones, by the carrier's rules."""

    def __init__(
        self,
        config: StandinConfig,
        ledger: Ledger,
        faults: FaultBoard,
        webhooks: Webhooks,
        tasks: Tasks,
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._faults = faults
        self._webhooks = webhooks
        self._tasks = tasks
        self._delivery = Delivery(ledger, webhooks, tasks, config.pace)
        self._lines: dict[PhoneId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def resume(self) -> None:
        """Goes on with everything that was under way when the journal ended."""
        for message in self._ledger.messages():
            if message.direction == "inbound":
                if message.status is Status.RECEIVING:
                    self._tasks.start(self._hand_over(message, times=1))
            elif not message.final:
                self._delivery.begin(message)

    def accept(self, outgoing: Outgoing) -> Message:
        """Queues a text for a phone; raises Refusal with Twilio's code."""
        sender = self._sender(outgoing)
        phone = self._ledger.phone_for(outgoing.to)
        if phone.opted_out or self._faults.take(FaultKind.OPTED_OUT, phone.id):
            raise Refusal(21610)
        message = write(
            phone=phone.id,
            direction="outbound-api",
            sender=sender,
            recipient=phone.number,
            body=outgoing.body,
            status=Status.ACCEPTED if outgoing.messaging_service_sid else Status.QUEUED,
            now=self._ledger.clock(),
        )
        message.messaging_service_sid = outgoing.messaging_service_sid or None
        message.status_callback = outgoing.status_callback or None
        message.quirks = tuple(fault.kind for fault in self._faults.take_any(_QUIRKS, phone.id))
        self._decide_ending(message, phone)
        self._ledger.keep(message)
        self._delivery.begin(message)
        return message

    def reply(self, phone: Phone, text: str, to: str | None = None) -> Message:
        """A person texts the service: its number of the last text, else the first number."""
        kind = stop_words.kind_of(text)
        message = write(
            phone=phone.id,
            direction="inbound",
            sender=phone.number,
            recipient=to or self._number_that_texted(phone),
            body=text,
            status=Status.RECEIVING,
            now=self._ledger.clock(),
        )
        if kind in {"STOP", "START"}:
            phone.stop_texted_at = message.created_at if kind == "STOP" else None
            if self._config.carrier_handles_stop:
                phone.opted_out = kind == "STOP"
            self._ledger.keep_phone(phone)
        if self._config.carrier_handles_stop:
            message.opt_out_type = kind
        self._ledger.keep(message)
        times = 2 if self._faults.take(FaultKind.DUPLICATE_INBOUND, phone.id) else 1
        self._tasks.start(self._hand_over(message, times))
        if self._config.carrier_handles_stop and kind is not None:
            self._answer_itself(message, stop_words.answer_to(kind))
        return message

    def _sender(self, outgoing: Outgoing) -> str:
        """The number that the text will come from; raises Refusal where the real service does."""
        _check_given(outgoing)
        slots = {"to": outgoing.to, "from": outgoing.sender}
        if outgoing.messaging_service_sid not in {"", self._config.messaging_service_sid}:
            raise Refusal(21701)
        if not E164.fullmatch(outgoing.to):
            raise Refusal(21211, **slots)
        sender = outgoing.sender or self._config.service_numbers[0]
        if sender in _MAGIC_SENDERS:
            raise Refusal(_MAGIC_SENDERS[sender], **slots)
        if not E164.fullmatch(sender):
            raise Refusal(21212, **slots)
        if sender not in self._config.service_numbers and sender != _MAGIC_SENDER:
            raise Refusal(21606, **slots)
        if sender == outgoing.to:
            raise Refusal(21266)
        if outgoing.to in _MAGIC_RECIPIENTS:
            raise Refusal(_MAGIC_RECIPIENTS[outgoing.to], **slots)
        return sender

    def _decide_ending(self, message: Message, phone: Phone) -> None:
        for kind, ending in ((FaultKind.UNDELIVERED, Status.UNDELIVERED), (FaultKind.FAILED, Status.FAILED)):
            fault = self._faults.take(kind, phone.id)
            if fault is not None:
                message.ending, message.error_code_at_end = ending, fault.code
                return

    def _number_that_texted(self, phone: Phone) -> str:
        for message in reversed(self._ledger.of_phone(phone.id)):
            if message.direction != "inbound":
                return message.sender
        return self._config.service_numbers[0]

    def _answer_itself(self, asked: Message, text: str) -> None:
        answer = write(
            phone=PhoneId(asked.phone),
            direction="outbound-reply",
            sender=asked.recipient,
            recipient=asked.sender,
            body=text,
            status=Status.QUEUED,
            now=self._ledger.clock(),
        )
        self._ledger.keep(answer)
        self._delivery.begin(answer)

    async def _hand_over(self, message: Message, times: int) -> None:
        """Posts a person's text to our webhook, one after the other for each phone."""
        async with self._lines[PhoneId(message.phone)]:
            form = self._webhooks.inbound_form(message)
            answers = [await self._webhooks.post(self._config.inbound_url, form) for _ in range(times)]
        message.webhook = answers[-1]
        message.status = Status.RECEIVED
        message.sent_at = message.updated_at = self._ledger.clock()
        self._ledger.keep(message)


def _check_given(outgoing: Outgoing) -> None:
    if not outgoing.to:
        raise Refusal(21604)
    if not outgoing.sender and not outgoing.messaging_service_sid:
        raise Refusal(21603)
    if not outgoing.body:
        raise Refusal(21602)
    if len(outgoing.body) > _LONGEST_BODY:
        raise Refusal(21617)
    if outgoing.status_callback and not _is_url(outgoing.status_callback):
        raise Refusal(21609)


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _CALLBACK_SCHEMES and bool(parts.hostname)
