"""Whether the trail is whole: nothing in it was altered, removed, reordered, made up or cut off."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from registry_api.audit import chain
from registry_api.audit.anchoring.store import Anchor, Anchors
from registry_api.audit.chain import EMPTY, GENESIS, Document, Head
from registry_api.audit.store import Audit

_AT_ONCE = 500
_MOST_KEPT = 100


class Fault(StrEnum):
    """What is wrong, by where it shows."""

    ALTERED = "an event does not carry the seal of what it says, or of its place"
    REMOVED = "an event is missing"
    CUT_OFF = "the newest events of a chain are missing"
    HEAD_WRONG = "the end of a chain is not the one on record"
    HEAD_MISSING = "a chain has no end on record"
    UNREADABLE = "something is no event"
    ANCHOR_ALTERED = "an anchor does not carry the seal of what it says, or of its place"
    ANCHOR_REMOVED = "an anchor is missing"
    NOT_AS_ANCHORED = "an event is not the one that was anchored"
    ANCHORS_CUT_OFF = "the newest anchors are missing, or are not those of the copy outside the database"


@dataclass(frozen=True, slots=True)
class Found:
    """A fault and where it is: the name of a link, a subject, or the number of an anchor."""

    fault: Fault
    where: str


@dataclass(slots=True)
class Verdict:
    """What a verification saw; `found` has the first hundred faults, `faults` counts all."""

    events: int = 0
    chains: int = 0
    anchors: int = 0
    compared_with_copy: bool = False
    faults: int = 0
    found: list[Found] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.faults

    def add(self, fault: Fault, where: str) -> None:
        self.faults += 1
        if len(self.found) < _MOST_KEPT:
            self.found.append(Found(fault, where))


class Verification:
    """Reads the whole trail once, in order, while others may add to it; holds no more than a page of it."""

    def __init__(self, trail: Audit, anchors: Anchors, key: bytes) -> None:
        self._trail = trail
        self._anchors = anchors
        self._key = key

    async def run(self) -> Verdict:
        verdict = Verdict()
        ends: dict[str, Head] = {}
        async for subject, end in self._chains(verdict):
            verdict.chains += 1
            ends[subject] = end
            if len(ends) == _AT_ONCE:
                await self._compare_heads(ends, verdict)
                ends.clear()
        await self._compare_heads(ends, verdict)
        await self._look_for_lost_chains(verdict)
        await self._check_anchors(verdict)
        return verdict

    async def _chains(self, verdict: Verdict) -> AsyncIterator[tuple[str, Head]]:
        """The end of each chain as its links have it."""
        subject, end = None, EMPTY
        async for link in self._trail.links():
            verdict.events += 1
            try:
                its_subject, number = chain.subject_and_number(str(link["_id"]))
            except ValueError:
                verdict.add(Fault.UNREADABLE, "a link without a name of ours")
                continue
            if its_subject != subject:
                if subject is not None:
                    yield subject, end
                subject, end = its_subject, EMPTY
            end = self._next(end, number, link, verdict)
        if subject is not None:
            yield subject, end

    def _next(self, end: Head, number: int, link: Document, verdict: Verdict) -> Head:
        name, sealed = str(link["_id"]), link.get("seal")
        if not isinstance(sealed, bytes):
            verdict.add(Fault.UNREADABLE, name)
            return Head(number, GENESIS)
        if number != end.number + 1:
            verdict.add(Fault.REMOVED, name)
        elif not hmac.compare_digest(chain.seal(self._key, name, end.seal, link), sealed):
            verdict.add(Fault.ALTERED, name)
        return Head(number, sealed)

    async def _compare_heads(self, ends: dict[str, Head], verdict: Verdict) -> None:
        heads = await self._trail.heads_of(list(ends))
        for subject, end in ends.items():
            head, last = heads.get(subject), end
            if head is None:
                verdict.add(Fault.HEAD_MISSING, subject)
                continue
            if head.number > last.number:  # added to since its links were read, or cut off
                for link in await self._trail.links_after(subject, last.number):
                    number = chain.subject_and_number(str(link["_id"]))[1]
                    if number <= head.number:
                        last = self._next(last, number, link, verdict)
            if head.number > last.number:
                verdict.add(Fault.CUT_OFF, subject)
            elif head != last:
                verdict.add(Fault.HEAD_WRONG, subject)

    async def _look_for_lost_chains(self, verdict: Verdict) -> None:
        """A chain of which nothing but its end is left."""
        subjects: list[str] = []
        async for subject in self._trail.subjects():
            subjects.append(subject)
            if len(subjects) == _AT_ONCE:
                await self._look_for_first_links(subjects, verdict)
                subjects.clear()
        await self._look_for_first_links(subjects, verdict)

    async def _look_for_first_links(self, subjects: list[str], verdict: Verdict) -> None:
        there = await self._trail.seals_of([chain.link_id(subject, 1) for subject in subjects])
        for subject in subjects:
            if chain.link_id(subject, 1) not in there:
                verdict.add(Fault.REMOVED, chain.link_id(subject, 1))

    async def _check_anchors(self, verdict: Verdict) -> None:
        copy, previous, number = self._anchors.copy(), GENESIS, 0
        agrees = copy is None
        async for anchor in self._anchors.all():
            verdict.anchors += 1
            if anchor.number != number + 1:
                verdict.add(Fault.ANCHOR_REMOVED, f"anchor {number + 1}")
            elif self._anchors.seal(anchor.number, anchor.at, anchor.heads, previous) != anchor.seal:
                verdict.add(Fault.ANCHOR_ALTERED, f"anchor {anchor.number}")
            await self._compare_with_anchor(anchor, verdict)
            agrees = agrees or (copy is not None and (anchor.number, anchor.seal) == (copy.number, copy.seal))
            number, previous = anchor.number, anchor.seal
        verdict.compared_with_copy = copy is not None
        if not agrees:
            verdict.add(Fault.ANCHORS_CUT_OFF, f"anchor {copy.number if copy else 0}")

    async def _compare_with_anchor(self, anchor: Anchor, verdict: Verdict) -> None:
        names = {chain.link_id(subject, head.number): head.seal for subject, head in anchor.heads.items()}
        there = await self._trail.seals_of(names)
        for name, sealed in names.items():
            if there.get(name) != sealed:
                verdict.add(Fault.NOT_AS_ANCHORED, name)


def lines(verdict: Verdict) -> Iterable[str]:
    """The verdict in plain words; it names subjects by their ids, which are pseudonyms."""
    yield f"{verdict.events} events in {verdict.chains} chains, {verdict.anchors} anchors."
    if not verdict.compared_with_copy:
        yield "There is no copy of an anchor on this machine to compare with."
    for each in verdict.found:
        yield f"{each.where}: {each.fault}."
    if verdict.faults > len(verdict.found):
        yield f"… and {verdict.faults - len(verdict.found)} more."
    yield "The trail is whole." if verdict.whole else f"The trail is NOT whole: {verdict.faults} faults."
