from collections.abc import Callable, Collection
from enum import StrEnum
from itertools import count

from pydantic import BaseModel, ConfigDict


class FaultKind(StrEnum):
    """What can be made to go wrong; the page lists them in this order."""

    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_ERROR = "server_error"
    TIMEOUT_BEFORE_ACCEPT = "timeout_before_accept"
    TIMEOUT_AFTER_ACCEPT = "timeout_after_accept"
    OPTED_OUT = "opted_out"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DUPLICATE_CALLBACKS = "duplicate_callbacks"
    SHUFFLED_CALLBACKS = "shuffled_callbacks"
    LOST_CALLBACKS = "lost_callbacks"
    DUPLICATE_INBOUND = "duplicate_inbound"


CODES: dict[FaultKind, tuple[int, ...]] = {
    FaultKind.UNDELIVERED: (30003, 30005, 30006, 30004, 30007, 30008),
    FaultKind.FAILED: (30008, 30001, 30002, 30006),
}


class UnknownFaultCode(ValueError):
    def __init__(self, kind: FaultKind) -> None:
        self.allowed = CODES.get(kind, ())
        wanted = ", ".join(map(str, self.allowed)) or "no code"
        super().__init__(f"A fault of kind {kind} takes {wanted}.")


class Fault(BaseModel):
    """A switch that is on: for one phone or (None) for all, for one message or until it is taken away."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: FaultKind
    phone: str | None
    code: int | None
    once: bool


class FaultBoard:
    """The faults that are on; one of a kind per phone, the phone's own before the one for all."""

    def __init__(self, changed: Callable[[str | None], None]) -> None:
        """`changed` is told whose faults are others now: a phone's, or (None) those for all."""
        self._changed = changed
        self._faults: dict[tuple[FaultKind, str | None], Fault] = {}
        self._ids = count(1)

    def switch_on(self, kind: FaultKind, *, phone: str | None, code: int | None, once: bool) -> Fault:
        """Adds or replaces a fault; without a code the kind's first is used; raises UnknownFaultCode."""
        allowed = CODES.get(kind, ())
        if code is None and allowed:
            code = allowed[0]
        if code is not None and code not in allowed:
            raise UnknownFaultCode(kind)
        fault = Fault(id=f"f{next(self._ids)}", kind=kind, phone=phone, code=code, once=once)
        self._faults[kind, phone] = fault
        self._changed(phone)
        return fault

    def switch_off(self, fault_id: str) -> bool:
        for key, fault in self._faults.items():
            if fault.id == fault_id:
                del self._faults[key]
                self._changed(fault.phone)
                return True
        return False

    def clear(self, phone: str | None) -> None:
        self._faults = {key: fault for key, fault in self._faults.items() if fault.phone != phone}
        self._changed(phone)

    def take(self, kind: FaultKind, phone: str | None) -> Fault | None:
        """The fault that strikes now, if any; a fault for one message is gone after that."""
        for owner in (phone, None):
            fault = self._faults.get((kind, owner))
            if fault is not None:
                if fault.once:
                    del self._faults[kind, owner]
                    self._changed(owner)
                return fault
        return None

    def take_any(self, kinds: Collection[FaultKind], phone: str | None) -> list[Fault]:
        return [fault for kind in kinds if (fault := self.take(kind, phone))]

    def shown(self) -> list[Fault]:
        return list(self._faults.values())
