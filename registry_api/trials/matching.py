"""Judges a person against the criteria of a trial on a day. Pure: no clock, no database.

Truth is Kleene's: met, not met, unknown; the negation of unknown is unknown. The study's own status plays
no part. Later days are judged by what is known on the day asked about, as if only time passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from diary.partial_dates import PartialDate
from registry_api.trials.criteria import All, Criterion, Fact, Leaf, Not
from registry_api.trials.ctgov import Site
from registry_api.trials.facts import Known, Person, known_on
from registry_api.trials.leaves import Judge, judge
from registry_api.trials.places import RecruitingSites
from registry_api.trials.reasons import because
from registry_api.trials.steps import (
    Steps,
    Truth,
    changes_after,
    conjunction,
    disjunction,
    negated,
    negation,
    truth_on,
)
from registry_api.trials.wording import DEFAULT_LANGUAGE, Wording, wording


class MatchState(StrEnum):
    """Whether a person may fit a trial."""

    MATCH = "match"
    UNKNOWN = "unknown"
    NO = "no"


_STATES = {Truth.MET: MatchState.MATCH, Truth.UNKNOWN: MatchState.UNKNOWN, Truth.NOT_MET: MatchState.NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one criterion stands: `criterion` and `because` are sentences for the person, in their language.

    `next_change_on` is the first later day on which `state` differs if only time passes.
    """

    fact: Fact
    state: Truth
    criterion: str
    because: str
    fact_date: PartialDate | None
    next_change_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a person may fit, why, and when that will change.

    `blocking`: facts that fail or are unknown where they stand in the way, in the order of the criteria.
    `missing`: unknown facts whose answer decides; a single one is the question to ask.
    `next_change_on`: the first later day on which the state is another if only time passes, to
    `next_state`.
    """

    state: MatchState
    findings: tuple[Finding, ...]
    blocking: tuple[Fact, ...]
    missing: tuple[Fact, ...]
    next_change_on: date | None
    next_state: MatchState | None

    @property
    def possible_from(self) -> date | None:
        """The day from which the person may fit, where only time stands between."""
        return self.next_change_on if self.next_state is MatchState.MATCH else None

    @property
    def ask_for(self) -> Fact | None:
        """The one fact that decides once it is known."""
        return self.missing[0] if len(self.missing) == 1 else None


class Matcher:
    """The criteria of one trial and its sites, prepared for judging many people."""

    def __init__(self, criteria: Criterion, sites: Sequence[Site]) -> None:
        self.sites = RecruitingSites(sites)
        self._tree = _prepare(criteria, self.sites, negate=False)

    def state(self, person: Person, as_of: date) -> MatchState:
        """The state alone: the quick way, for all patients."""
        return _STATES[_truth(self._tree, known_on(person, as_of), as_of)]

    def state_later(self, known: Known, day: date) -> MatchState:
        """The state on another day by what is known now, as if only time passed."""
        return _STATES[_truth(self._tree, known, day)]

    def judge(self, person: Person, as_of: date, language: str = DEFAULT_LANGUAGE) -> Judgement:
        """The state, why, and when it will change."""
        known = known_on(person, as_of)
        answers = _Answers(self._tree, known)
        truth = answers.truth(self._tree, as_of)
        next_day = answers.next_change(self._tree, as_of)
        words = wording(language)
        return Judgement(
            state=_STATES[truth],
            findings=tuple(self._finding(each, answers.steps[each], known, words) for each in answers.steps),
            blocking=_facts(answers.blocking(self._tree, as_of)) if truth is not Truth.MET else (),
            missing=_facts(answers.missing(self._tree, as_of)),
            next_change_on=next_day,
            next_state=_STATES[answers.truth(self._tree, next_day)] if next_day else None,
        )

    def _finding(self, literal: _Literal, steps: Steps, known: Known, words: Wording) -> Finding:
        reason = because(literal.leaf, known, self.sites)
        return Finding(
            fact=literal.leaf.fact,
            state=truth_on(steps, known.on),
            criterion=words.criterion(Not(literal.leaf) if literal.negated else literal.leaf),
            because=words.reason(reason),
            fact_date=reason.fact_date,
            next_change_on=next(changes_after(steps, known.on), None),
        )


def evaluate(
    criteria: Criterion,
    person: Person,
    sites: Sequence[Site],
    as_of: date,
    *,
    language: str = DEFAULT_LANGUAGE,
) -> Judgement:
    """Judges one person against one trial on one day."""
    return Matcher(criteria, sites).judge(person, as_of, language)


@dataclass(frozen=True, slots=True, eq=False)
class _Literal:
    leaf: Leaf
    negated: bool
    judge: Judge

    def steps(self, known: Known) -> Steps:
        steps = self.judge(known)
        return negated(steps) if self.negated else steps


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    every: bool
    parts: tuple[_Node, ...]


_Node = _Literal | _Group


def _prepare(criteria: Criterion, sites: RecruitingSites, *, negate: bool) -> _Node:
    """Carries every negation down to the leaves (De Morgan's laws hold in Kleene's logic)."""
    if isinstance(criteria, Leaf):
        return _Literal(criteria, negate, judge(criteria, sites))
    if isinstance(criteria, Not):
        return _prepare(criteria.part, sites, negate=not negate)
    parts = tuple(_prepare(part, sites, negate=negate) for part in criteria.parts)
    return _Group(isinstance(criteria, All) is not negate, parts)


def _truth(node: _Node, known: Known, day: date) -> Truth:
    if isinstance(node, _Literal):
        truth = truth_on(node.judge(known), day)
        return negation(truth) if node.negated else truth
    truths = (_truth(part, known, day) for part in node.parts)
    return conjunction(truths) if node.every else disjunction(truths)


class _Answers:
    """The steps of every leaf of a tree, and what follows from them."""

    def __init__(self, tree: _Node, known: Known) -> None:
        self.steps = {literal: literal.steps(known) for literal in _literals(tree)}

    def truth(self, node: _Node, day: date) -> Truth:
        if isinstance(node, _Literal):
            return truth_on(self.steps[node], day)
        truths = (self.truth(part, day) for part in node.parts)
        return conjunction(truths) if node.every else disjunction(truths)

    def next_change(self, tree: _Node, day: date) -> date | None:
        now = self.truth(tree, day)
        days = {change for steps in self.steps.values() for change in changes_after(steps, day)}
        return next((each for each in sorted(days) if self.truth(tree, each) is not now), None)

    def blocking(self, node: _Node, day: date) -> Iterator[_Literal]:
        if self.truth(node, day) is Truth.MET:
            return
        if isinstance(node, _Literal):
            yield node
            return
        for part in node.parts:
            yield from self.blocking(part, day)

    def missing(self, node: _Node, day: date) -> Iterator[_Literal]:
        if self.truth(node, day) is not Truth.UNKNOWN:
            return
        if isinstance(node, _Literal):
            yield node
            return
        for part in node.parts:
            yield from self.missing(part, day)


def _literals(node: _Node) -> Iterator[_Literal]:
    if isinstance(node, _Literal):
        yield node
        return
    for part in node.parts:
        yield from _literals(part)


def _facts(literals: Iterator[_Literal]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(literal.leaf.fact for literal in literals))
