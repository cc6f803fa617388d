import re
from datetime import datetime
from typing import NewType

from pydantic import BaseModel

PhoneId = NewType("PhoneId", str)

E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


class Phone(BaseModel):
    """A phone on the desk. `listed` ones were set up or added by hand; the others turned up by being texted.

    `stop_texted_at`: its person texted a stop word last, as everybody can see. `opted_out`: the carrier
    itself refuses messages to it, which happens only where the carrier answers stop words.
    """

    id: PhoneId
    name: str
    number: str
    listed: bool = True
    stop_texted_at: datetime | None = None
    opted_out: bool = False
    stamp: int = 0


class UnknownPhone(LookupError):
    def __init__(self) -> None:
        super().__init__("No such phone; GET /phones lists them.")


class NumberTaken(ValueError):
    def __init__(self, phone: PhoneId) -> None:
        super().__init__("This number is on the desk already.")
        self.phone = phone


class InvalidNumber(ValueError):
    def __init__(self) -> None:
        super().__init__("Write the number with + and country code, digits only, such as +12025550123.")


class PhoneBook:
    """The phones by id and by number; ids are p1, p2, … in the order in which phones came."""

    def __init__(self) -> None:
        self._by_id: dict[PhoneId, Phone] = {}
        self._by_number: dict[str, Phone] = {}

    def get(self, phone_id: str) -> Phone:
        """Raises UnknownPhone."""
        try:
            return self._by_id[PhoneId(phone_id)]
        except KeyError:
            raise UnknownPhone from None

    def find(self, number: str) -> Phone | None:
        return self._by_number.get(number)

    def put(self, phone: Phone) -> None:
        self._by_id[phone.id] = phone
        self._by_number[phone.number] = phone

    def make(self, name: str, number: str, *, listed: bool) -> Phone:
        """A new phone, in the book; raises InvalidNumber and NumberTaken."""
        if not E164.fullmatch(number):
            raise InvalidNumber
        if (known := self.find(number)) is not None:
            raise NumberTaken(known.id)
        phone = Phone(id=PhoneId(f"p{len(self._by_id) + 1}"), name=name, number=number, listed=listed)
        self.put(phone)
        return phone

    def all(self) -> list[Phone]:
        return list(self._by_id.values())
