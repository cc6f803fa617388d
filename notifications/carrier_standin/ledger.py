import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from notifications.carrier_standin.journal import Journal
from notifications.carrier_standin.messages import Message
from notifications.carrier_standin.phones import Phone, PhoneBook, PhoneId

Clock = Callable[[], datetime]


class Ledger:
    """All that the carrier knows: phones and messages, stamped so that a reader can ask for what is new.

    Stamps begin at the start's time in microseconds, so that a reader of an earlier run gets everything.
    """

    def __init__(self, clock: Clock, journal: Journal | None) -> None:
        self.clock = clock
        self.phones = PhoneBook()
        self.stamp = int(clock().timestamp() * 1_000_000)
        self._journal = journal
        self._messages: dict[str, Message] = {}
        self._by_number: dict[str, list[Message]] = defaultdict(list)
        self._changed = asyncio.Event()

    def open(self, phones: tuple[tuple[str, str], ...]) -> None:
        """Takes up what the journal holds, adds the phones that it lacks and goes on writing."""
        if self._journal is not None:
            for line in self._journal.read():
                self._recall(line)
        for name, number in phones:
            known = self.phones.find(number)
            if known is None:
                known = self.phones.make(name, number, listed=True)
            known.name, known.listed = name, True
        for phone in self.phones.all():
            phone.stamp = self._next_stamp()
        for message in self.messages():
            message.stamp = self._next_stamp()
        if self._journal is not None:
            self._journal.start(
                [{"phone": phone.model_dump(mode="json")} for phone in self.phones.all()]
                + [{"message": message.model_dump(mode="json")} for message in self.messages()],
            )

    def close(self) -> None:
        """Wakes all who wait and closes the journal."""
        self.wake()
        if self._journal is not None:
            self._journal.close()

    def add_phone(self, name: str, number: str, *, listed: bool) -> Phone:
        """Raises InvalidNumber and NumberTaken."""
        phone = self.phones.make(name, number, listed=listed)
        self.keep_phone(phone)
        return phone

    def phone_for(self, number: str) -> Phone:
        """The phone with this number; one that nobody set up turns up unlisted."""
        return self.phones.find(number) or self.add_phone("", number, listed=False)

    def keep_phone(self, phone: Phone) -> None:
        phone.stamp = self._next_stamp()
        self._write({"phone": phone.model_dump(mode="json")})
        self.wake()

    def keep(self, message: Message) -> None:
        """Stores a new or changed message and tells those who wait."""
        message.stamp = self._next_stamp()
        if message.sid not in self._messages:
            self._file(message)
        self._write({"message": message.model_dump(mode="json")})
        self.wake()

    def forget(self, message: Message) -> None:
        del self._messages[message.sid]
        self._by_number[message.sender].remove(message)
        self._by_number[message.recipient].remove(message)
        self._write({"deleted": message.sid})
        self._next_stamp()
        self.wake()

    def note_faults(self, phone_id: str | None) -> None:
        """The faults of a phone, or (None) those for all, are others now."""
        phones = self.phones.all() if phone_id is None else [self.phones.get(phone_id)]
        for phone in phones:
            phone.stamp = self._next_stamp()
        self._next_stamp()
        self.wake()

    def wake(self) -> None:
        """Lets all who wait look again, although nothing changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    def find(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def messages(self) -> list[Message]:
        """Oldest first."""
        return list(self._messages.values())

    def messages_with(self, number: str) -> list[Message]:
        """Sent from or to this number, oldest first."""
        return list(self._by_number.get(number, ()))

    def of_phone(self, phone_id: PhoneId, after: int = 0) -> list[Message]:
        """A phone's messages that changed after a stamp, oldest first."""
        number = self.phones.get(phone_id).number
        return [
            message
            for message in self._by_number.get(number, ())
            if message.phone == phone_id and message.stamp > after
        ]

    async def wait_for_change(self, seconds: float) -> None:
        """Returns at the next change, or when the seconds have passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    def _recall(self, line: dict[str, object]) -> None:
        if "phone" in line:
            self.phones.put(Phone.model_validate(line["phone"]))
        elif "message" in line:
            message = Message.model_validate(line["message"])
            known = self._messages.get(message.sid)
            if known is None:
                self._file(message)
            else:
                for name in Message.model_fields:
                    setattr(known, name, getattr(message, name))
        elif (deleted := self._messages.get(str(line.get("deleted")))) is not None:
            self.forget(deleted)

    def _file(self, message: Message) -> None:
        self._messages[message.sid] = message
        self._by_number[message.sender].append(message)
        self._by_number[message.recipient].append(message)

    def _write(self, line: dict[str, object]) -> None:
        if self._journal is not None:
            self._journal.append(line)

    def _next_stamp(self) -> int:
        self.stamp += 1
        return self.stamp
