"""A request to be erased, and how far it has come. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from diary.ids import PatientId
from notifications.ids import AddressKey
from registry_api.enrolment.participation import Axis

ErasureId = NewType("ErasureId", str)

GRACE = timedelta(days=7)
"""How long somebody can change their mind."""

SECOND_LOOK = timedelta(minutes=5)
"""After the key is destroyed, what was being written at that very moment is looked for once more."""


class ErasureState(StrEnum):
    """ASKED, then CANCELLED, or ERASED when the key is destroyed and CLEARED when the rows are gone too."""

    ASKED = "ASKED"
    CANCELLED = "CANCELLED"
    ERASED = "ERASED"
    CLEARED = "CLEARED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """`ended` are the axes of participation that the request ended, to be resumed by a change of mind.

    Once it is done, `master_key` is the number of the newest master key that may have wrapped the person's
    key: with it, and the ones before, copies of the database could still be read. `number` names the phone
    number that they had.
    """

    id: ErasureId
    patient: PatientId
    state: ErasureState
    asked_at: datetime
    erases_at: datetime
    ended: tuple[Axis, ...] = ()
    erased_at: datetime | None = None
    master_key: int | None = None
    number: AddressKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureCounts:
    """How many people asked, how many are erased but for copies that can be read still, how many wholly."""

    asked: int = 0
    waiting: int = 0
    complete: int = 0


def counted(done: Iterable[tuple[int, int]], asked: int, unreadable_up_to: int) -> ErasureCounts:
    """The counts, given how many were done while each master key was in use, by the key's number.

    An erasure is complete when every master key up to that one is destroyed.
    """
    complete = waiting = 0
    for master_key, people in done:
        if master_key <= unreadable_up_to:
            complete += people
        else:
            waiting += people
    return ErasureCounts(asked=asked, waiting=waiting, complete=complete)
