import asyncio

from notifications.carrier_standin.faults import FaultKind
from notifications.carrier_standin.ledger import Ledger
from notifications.carrier_standin.messages import Message, Status
from notifications.carrier_standin.tasks import Tasks
from notifications.carrier_standin.webhooks import Webhooks

_ROADS: dict[Status, tuple[Status, ...]] = {
    Status.DELIVERED: (Status.ACCEPTED, Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED),
    Status.UNDELIVERED: (Status.ACCEPTED, Status.QUEUED, Status.SENDING, Status.SENT, Status.UNDELIVERED),
    Status.FAILED: (Status.ACCEPTED, Status.QUEUED, Status.SENDING, Status.FAILED),
}
_LEFT_THE_HOUSE = frozenset({Status.SENT, Status.FAILED})

_Form = dict[str, str]


class Delivery:
    """Walks each message to its end at the carrier's pace and reports every step, in order per message."""

    def __init__(self, ledger: Ledger, webhooks: Webhooks, tasks: Tasks, pace: float) -> None:
        self._ledger = ledger
        self._webhooks = webhooks
        self._tasks = tasks
        self._pace = pace

    def begin(self, message: Message) -> None:
        self._tasks.start(self._walk(message))

    async def _walk(self, message: Message) -> None:
        reports: asyncio.Queue[_Form | None] = asyncio.Queue()
        if message.status_callback and FaultKind.LOST_CALLBACKS not in message.quirks:
            self._tasks.start(self._report(message, message.status_callback, reports))
        road = _ROADS[message.ending]
        self._note(message, reports)
        for status in road[road.index(message.status) + 1 :]:
            await asyncio.sleep(self._pace)
            if message.final or self._ledger.find(message.sid) is None:
                break
            self._step(message, status)
            self._note(message, reports)
        reports.put_nowait(None)

    def _step(self, message: Message, status: Status) -> None:
        now = self._ledger.clock()
        message.status, message.updated_at = status, now
        if status in _LEFT_THE_HOUSE:
            message.sent_at = now
        if status is message.ending:
            message.error_code = message.error_code_at_end
        self._ledger.keep(message)

    def _note(self, message: Message, reports: asyncio.Queue[_Form | None]) -> None:
        reports.put_nowait(self._webhooks.status_form(message, self._ledger.clock()))

    async def _report(self, message: Message, url: str, reports: asyncio.Queue[_Form | None]) -> None:
        late: list[_Form] = []
        while (form := await reports.get()) is not None:
            if FaultKind.SHUFFLED_CALLBACKS in message.quirks:
                late.append(form)
            else:
                await self._post(message, url, form)
        for form in reversed(late):
            await self._post(message, url, form)

    async def _post(self, message: Message, url: str, form: _Form) -> None:
        times = 2 if FaultKind.DUPLICATE_CALLBACKS in message.quirks else 1
        for _ in range(times):
            answer = await self._webhooks.post(url, form)
            if answer != message.webhook and self._ledger.find(message.sid) is not None:
                message.webhook = answer
                self._ledger.keep(message)
