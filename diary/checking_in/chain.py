"""How a check-in grows: pure rules over the chain of revisions.

Every id that a client sends is accepted once and leaves a receipt that keeps what it said. How the entry
stands is a function of the set of receipts: each item has the answer that was said last (`said_at`, then the
id), and a withdrawal clears what was said before it. Messages may therefore arrive in any order, and again.

Revisions are numbered as they arrive and never change. There is one for each message that changed how the
entry stands, that was overtaken by what was said after it, or that gave a reason; a message that says what
stands there already leaves its receipt only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, NewCheckIn, Receipt, Revision, Timeliness
from diary.checking_in import saying
from diary.checking_in.answering import digest, in_order
from diary.errors import EntryConflict, FieldFault, InvalidAnswers
from diary.ids import EntryId, PatientId
from diary.instruments.catalogue import Instrument
from diary.scores import ScoreRow
from diary.scoring import rules as scoring

MOST_RECEIPTS = 200


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one client's id says: answers to lay over the entry, or (`answers` is None) its withdrawal.

    `at` is when it was received, `said_at` when the person said it. `timeliness` and `prompted_at` are there
    where it records: a correction does not move an entry in time.
    """

    key: str
    content: bytes
    answers: tuple[Answer, ...] | None
    author: str
    role: AuthorRole
    channel: Channel
    at: datetime
    said_at: datetime
    reason: str | None = None
    timeliness: Timeliness | None = None
    prompted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What accepting a contribution adds: a receipt, and where something is new a revision with its scores.

    `timeliness` and `prompted_at` are the entry's from then on.
    """

    receipt: Receipt
    revision: Revision | None
    timeliness: Timeliness
    prompted_at: datetime | None
    scores: ScoreRow | None = None


@dataclass(frozen=True, slots=True)
class View:
    """How an entry stands; `withdrawn` where nothing was said since a withdrawal."""

    answers: tuple[Answer, ...]
    withdrawn: bool


def recording(entry: NewCheckIn, answers: tuple[Answer, ...], author: str, at: datetime) -> Contribution:
    """What a new check-in with these checked answers says; its zone has been checked too.

    Raises:
        FutureCheckIn: the day has not begun.
    """
    said_at, timeliness = saying.said_about(
        entry.about, ZoneInfo(entry.zone), at, entry.client_at, entry.builds_on
    )
    return Contribution(
        key=entry.id,
        content=digest("record", entry.instrument, entry.about.isoformat(), answers=answers),
        answers=answers,
        author=author,
        role=entry.role,
        channel=entry.channel,
        at=at,
        said_at=said_at,
        timeliness=timeliness,
        prompted_at=entry.prompted_at,
    )


def opened(patient: PatientId, entry: NewCheckIn, instrument: Instrument, said: Contribution) -> CheckIn:
    """A new entry whose first revision is this contribution, which `recording` made of it."""
    if said.timeliness is None:
        raise ValueError("a correction opens no entry")
    view = standing([_receipt(said, 1)], instrument)
    return CheckIn(
        id=EntryId(said.key),
        patient=patient,
        instrument=instrument.id,
        instrument_version=instrument.version,
        about=entry.about,
        zone=entry.zone,
        timeliness=said.timeliness,
        prompted_at=said.prompted_at,
        received_at=said.at,
        client_at=entry.client_at,
        revisions=(_revision(1, said, view),),
        receipts=(_receipt(said, 1),),
        score_rows=(scoring.row(instrument, 1, view.answers, said.at),),
    )


def standing(receipts: Iterable[Receipt], instrument: Instrument) -> View:
    """How an entry with these receipts stands, in whatever order they are given."""
    answers: dict[str, Answer] = {}
    withdrawn = False
    for receipt in sorted(receipts, key=lambda receipt: receipt.place):
        withdrawn = receipt.said is None
        if receipt.said is None:
            answers.clear()
        else:
            answers.update((answer.item, answer) for answer in receipt.said)
    return View(in_order(instrument, answers.values()), withdrawn)


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


def require_room(check_in: CheckIn) -> None:
    """Raises InvalidAnswers where an entry was changed 200 times, which nobody does: it ends somewhere."""
    if len(check_in.receipts) >= MOST_RECEIPTS:
        message = "This check-in was changed very often. Please leave it as it is."
        raise InvalidAnswers([FieldFault("answers", message)])


def addition(check_in: CheckIn, said: Contribution, instrument: Instrument) -> Addition:
    """What accepting the contribution, whose id is new to this entry, adds to it."""
    before = View(check_in.answers, check_in.withdrawn)
    number = check_in.current.number + 1
    after = standing([*check_in.receipts, _receipt(said, number)], instrument)
    new = after != before or _overtaken(said, after) or said.reason is not None
    prompts = [at for at in (check_in.prompted_at, said.prompted_at) if at is not None]
    return Addition(
        receipt=_receipt(said, number if new else check_in.current.number),
        revision=_revision(number, said, after) if new else None,
        timeliness=min(check_in.timeliness, said.timeliness or check_in.timeliness, key=_LATER.index),
        prompted_at=min(prompts, default=None),
        scores=scoring.row(instrument, number, after.answers, said.at) if new and after.answers else None,
    )


def with_addition(check_in: CheckIn, added: Addition) -> CheckIn:
    return replace(
        check_in,
        revisions=(*check_in.revisions, added.revision) if added.revision else check_in.revisions,
        receipts=(*check_in.receipts, added.receipt),
        timeliness=added.timeliness,
        prompted_at=added.prompted_at,
        score_rows=(*check_in.score_rows, added.scores) if added.scores else check_in.score_rows,
    )


def rescored(check_in: CheckIn, instrument: Instrument, at: datetime) -> ScoreRow | None:
    """The scores of what stands by this version's rules.

    None where they are there, nothing stands, or answers meant something else then.
    """
    if not instrument.understands(check_in.instrument_version):
        return None
    number = check_in.current.number
    there = any((row.revision, row.version) == (number, instrument.version) for row in check_in.score_rows)
    return None if there or not check_in.answers else scoring.row(instrument, number, check_in.answers, at)


_LATER = tuple(Timeliness)


def _overtaken(said: Contribution, after: View) -> bool:
    """Whether something of it does not stand, because something else was said after it."""
    if said.answers is None:
        return not after.withdrawn
    return not set(said.answers).issubset(after.answers)


def _receipt(said: Contribution, revision: int) -> Receipt:
    return Receipt(
        key=said.key,
        content=said.content,
        revision=revision,
        said=said.answers,
        said_at=said.said_at,
        author=said.author,
        role=said.role,
        channel=said.channel,
    )


def _revision(number: int, said: Contribution, view: View) -> Revision:
    return Revision(
        number=number,
        said=said.answers,
        answers=view.answers,
        author=said.author,
        role=said.role,
        channel=said.channel,
        said_at=said.said_at,
        at=said.at,
        key=said.key,
        reason=said.reason,
        withdrawal=view.withdrawn,
    )
