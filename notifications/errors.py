"""What can be wrong with a message or with the carrier.

NotificationError
 +-- TemplateUnknown          no wording of that name
 +-- SlotsWrong               a slot is missing, or one too many
 +-- LeaseLost                somebody else has taken over the work meanwhile
 +-- CarrierError             one attempt with the carrier did not succeed
      +-- Rejected            the carrier certainly did not take it, and says why
      +-- Throttled           the carrier certainly did not take it: later
      +-- Unreachable         the carrier certainly did not get it
      +-- OutcomeUnknown      the carrier may have taken it
"""

from __future__ import annotations


class NotificationError(Exception):
    """Anything that this package raises on purpose."""


class TemplateUnknown(NotificationError):
    def __init__(self, template: str) -> None:
        self.template = template
        super().__init__(f"There is no message template called {template}: add its wording in each language.")


class SlotsWrong(NotificationError):
    def __init__(self, template: str, missing: frozenset[str], unexpected: frozenset[str]) -> None:
        self.template = template
        self.missing = missing
        self.unexpected = unexpected
        super().__init__(
            f"The template {template} lacks the slots {sorted(missing)}"
            f" and has no place for {sorted(unexpected)}: pass exactly the slots that it names."
        )


class LeaseLost(NotificationError):
    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(
            f"The work on {record} took longer than its lease; whoever holds it now will finish."
        )


class CarrierError(NotificationError):
    """One attempt with the carrier did not succeed."""


class Rejected(CarrierError):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"The carrier refused the message with error {code}.")


class Throttled(CarrierError):
    def __init__(self) -> None:
        super().__init__("The carrier asks to slow down: try again later.")


class Unreachable(CarrierError):
    def __init__(self) -> None:
        super().__init__("The carrier cannot be reached: try again later.")


class OutcomeUnknown(CarrierError):
    def __init__(self) -> None:
        super().__init__("The carrier's answer was lost: ask it before sending again.")
