"""How a treatment grows: pure rules over the chain of what was said of it.

As with check-ins, every id that a client sends is accepted once and leaves a receipt, and it makes a revision
where it says something new. An amendment is laid over what stands: a field that it does not name stays.
Taking a treatment out is a revision too, and so is bringing it back; amending brings it back as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from diary.check_ins import AuthorRole, Channel
from diary.errors import FieldFault, InvalidTreatment, TreatmentConflict
from diary.ids import PatientId, TreatmentId
from diary.treating.rules import checked
from diary.treatments import Treatment

AMENDABLE = frozenset(Treatment.__dataclass_fields__) - {"id", "kind", "recorded_at"}


@dataclass(frozen=True, slots=True)
class TreatmentRevision:
    """One link of the chain: the whole treatment as it stood from then on."""

    number: int
    treatment: Treatment
    author: str
    at: datetime
    key: str
    withdrawal: bool = False
    role: AuthorRole = AuthorRole.PATIENT
    channel: Channel = Channel.WEB


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The receipt of a client's id, with a digest of its wish, and the revision that stood then."""

    key: str
    content: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class TreatmentChain:
    """A treatment with all that was ever said of it."""

    patient: PatientId
    revisions: tuple[TreatmentRevision, ...]
    receipts: tuple[Acceptance, ...]

    @property
    def id(self) -> TreatmentId:
        return self.treatment.id

    @property
    def treatment(self) -> Treatment:
        """The treatment as it stands, or as it stood when it was taken out."""
        return self.revisions[-1].treatment

    @property
    def withdrawn(self) -> bool:
        return self.revisions[-1].withdrawal


@dataclass(frozen=True, slots=True)
class ChangedTreatment:
    """The chain as it stands; `already` where nothing new had to be written."""

    chain: TreatmentChain
    already: bool

    @property
    def treatment(self) -> Treatment:
        return self.chain.treatment


def opened(patient: PatientId, treatment: Treatment, at: datetime) -> TreatmentChain:
    """A new chain whose first revision is this treatment, which was checked."""
    kept = replace(treatment, recorded_at=treatment.recorded_at or at)
    first = TreatmentRevision(1, kept, patient, at, kept.id)
    return TreatmentChain(patient, (first,), (Acceptance(kept.id, digest(_facts(kept)), 1),))


def again(chain: TreatmentChain, treatment: Treatment) -> None:
    """Passes where this is the treatment that the chain began with.

    Raises:
        TreatmentConflict: it is another.
    """
    if chain.receipts[0].content != digest(_facts(treatment)):
        raise TreatmentConflict(chain.treatment)


def amended(chain: TreatmentChain, key: str, changes: Mapping[str, Any], now: datetime) -> TreatmentChain:
    """The chain after an amendment; `changes` are fields of `AMENDABLE` and their new values.

    Raises:
        InvalidTreatment: the treatment cannot be like that, or the id was used for something else.
    """
    if not AMENDABLE.issuperset(changes):
        raise ValueError("a field that cannot be amended")
    content = digest({"amend": _plain(dict(changes))})
    if _accepted(chain, key, content, "amendment_id"):
        return chain
    treatment = checked(replace(chain.treatment, **changes), now)
    return _added(chain, key, content, treatment, now, withdrawal=False)


def withdrawn(chain: TreatmentChain, key: str, now: datetime) -> TreatmentChain:
    """The chain after the treatment was taken out; raises InvalidTreatment as `amended` does."""
    content = digest("withdraw")
    if _accepted(chain, key, content, "withdrawal_id"):
        return chain
    return _added(chain, key, content, chain.treatment, now, withdrawal=True)


def restored(chain: TreatmentChain, key: str, now: datetime) -> TreatmentChain:
    """The chain after the treatment was brought back as it was; raises as `withdrawn` does."""
    content = digest("restore")
    if _accepted(chain, key, content, "restoration_id"):
        return chain
    return _added(chain, key, content, chain.treatment, now, withdrawal=False)


def digest(said: object) -> bytes:
    """Tells whether two requests say the same; it holds nothing readable."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()[:16]


def _accepted(chain: TreatmentChain, key: str, content: bytes, path: str) -> bool:
    receipt = next((receipt for receipt in chain.receipts if receipt.key == key), None)
    if receipt is not None and receipt.content != content:
        message = "This id was used for something else. Please make a new one."
        raise InvalidTreatment([FieldFault(path, message)])
    return receipt is not None


def _added(
    chain: TreatmentChain, key: str, content: bytes, treatment: Treatment, now: datetime, *, withdrawal: bool
) -> TreatmentChain:
    unchanged = treatment == chain.treatment and withdrawal == chain.withdrawn
    number = len(chain.revisions) + (not unchanged)
    revision = TreatmentRevision(number, treatment, chain.patient, now, key, withdrawal)
    return replace(
        chain,
        revisions=chain.revisions if unchanged else (*chain.revisions, revision),
        receipts=(*chain.receipts, Acceptance(key, content, number)),
    )


def _facts(treatment: Treatment) -> Any:
    """All that a client says of a treatment, without what it leaves open: new fields change no old digest."""
    fields = (*AMENDABLE, "id", "kind")
    said = {field: getattr(treatment, field) for field in fields}
    return _plain({field: value for field, value in said.items() if value not in (None, ())})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, (bool, int, float)) or value is None else str(value)
