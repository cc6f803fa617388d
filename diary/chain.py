"""How a check-in grows: pure rules over the chain of revisions.

Every id that a client sends is accepted once and leaves a receipt. It makes a revision where it says
something new, and none where it says what stands there already. What it says is laid over what stands: an
item that it does not name keeps its answer. After a withdrawal nothing stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from diary.answering import digest, in_order
from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn, Receipt, Revision, Timeliness
from diary.errors import EntryConflict
from diary.ids import EntryId, PatientId
from diary.instruments.catalogue import Instrument


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one client's id says: answers to lay over the entry, or (`answers` is None) its withdrawal."""

    key: str
    content: bytes
    answers: tuple[Answer, ...] | None
    author: str
    role: AuthorRole
    channel: Channel
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What accepting a contribution adds to an entry: a receipt, and a revision where something is new."""

    receipt: Receipt
    revision: Revision | None


def recording(entry: NewCheckIn, answers: tuple[Answer, ...], author: str, at: datetime) -> Contribution:
    """What a new check-in with these checked answers says."""
    return Contribution(
        key=entry.id,
        content=digest("record", entry.instrument, entry.about.isoformat(), answers=answers),
        answers=answers,
        author=author,
        role=entry.role,
        channel=entry.channel,
        at=at,
    )


def opened(
    patient: PatientId,
    entry: NewCheckIn,
    instrument: Instrument,
    contribution: Contribution,
    timeliness: Timeliness,
) -> CheckIn:
    """A new entry whose first revision is this contribution."""
    return CheckIn(
        id=EntryId(contribution.key),
        patient=patient,
        instrument=instrument.id,
        instrument_version=instrument.version,
        about=entry.about,
        zone=entry.zone,
        timeliness=timeliness,
        prompted_at=entry.prompted_at,
        received_at=contribution.at,
        client_at=entry.client_at,
        revisions=(_revision(1, contribution, contribution.answers or ()),),
        receipts=(Receipt(contribution.key, contribution.content, 1),),
    )


def receipt_of(check_in: CheckIn, key: str) -> Receipt | None:
    return next((receipt for receipt in check_in.receipts if receipt.key == key), None)


def refuse_other_content(check_in: CheckIn, contribution: Contribution) -> None:
    """Passes where the entry has accepted this very contribution.

    Raises:
        EntryConflict: it accepted this id with other content.
    """
    receipt = receipt_of(check_in, contribution.key)
    if receipt is None or receipt.content != contribution.content:
        raise EntryConflict(check_in)


def addition(check_in: CheckIn, contribution: Contribution, instrument: Instrument) -> Addition:
    """What accepting the contribution, whose id is new to this entry, adds to it."""
    standing = {answer.item: answer for answer in check_in.answers}
    if contribution.answers is None:
        unchanged, after = check_in.withdrawn, tuple[Answer, ...]()
    else:
        laid_over = standing | {answer.item: answer for answer in contribution.answers}
        unchanged, after = laid_over == standing, in_order(instrument, laid_over.values())
    number = check_in.current.number + (not unchanged)
    return Addition(
        receipt=Receipt(contribution.key, contribution.content, number),
        revision=None if unchanged else _revision(number, contribution, after),
    )


def with_addition(check_in: CheckIn, added: Addition) -> CheckIn:
    revisions = (added.revision,) if added.revision else ()
    return replace(
        check_in,
        revisions=check_in.revisions + revisions,
        receipts=(*check_in.receipts, added.receipt),
    )


def _revision(number: int, contribution: Contribution, answers: tuple[Answer, ...]) -> Revision:
    return Revision(
        number=number,
        answers=answers,
        author=contribution.author,
        role=contribution.role,
        channel=contribution.channel,
        at=contribution.at,
        key=contribution.key,
        reason=contribution.reason,
        withdrawal=contribution.answers is None,
    )
