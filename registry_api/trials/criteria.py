"""The machine-readable criteria of a trial: AND, OR and NOT over facts, as a coordinator states them.

The JSON form is `{"all": [C, …]}`, `{"any": [C, …]}`, `{"not": C}` or a leaf, `{"age": {"min": 18}}`, which
may also be written `{"fact": "age", "min": 18}`. `symptom_months` without `of` means any form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from diary.forms import Form
from registry_api.trials.errors import Fault, InvalidCriteria

MAX_DEPTH = 12
MAX_LEAVES = 200
_MAX_LISTED = 300


class Fact(StrEnum):
    """What a leaf asks about; the name of the leaf."""

    FORM = "form"
    ISOLATED = "isolated"
    DBS = "dbs"
    DISTRIBUTION = "distribution"
    SEX = "sex"
    COUNTRY = "country"
    LANGUAGE = "language"
    AGE = "age"
    SYMPTOM_MONTHS = "symptom_months"
    WEEKS_SINCE_TOXIN = "weeks_since_toxin"
    TOXIN_NAIVE = "toxin_naive"
    PRIOR_INJECTIONS = "prior_injections"
    LAST_TOXIN_RESPONSE = "last_toxin_response"
    MEDICINE_STABLE_DAYS = "medicine_stable_days"
    DISTANCE_KM = "distance_km"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question about a person; of the parameters, only those of its fact are set.

    `values` are upper-case names (lower-case for languages), `of` the forms whose onset counts, `answer` what
    a yes-or-no fact must be; `minimum` and `maximum` are inclusive: years, months, weeks, injections, days or
    kilometres, as the fact says.
    """

    fact: Fact
    values: frozenset[str] = frozenset()
    of: frozenset[Form] = frozenset()
    answer: bool | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 `Any` is taken by typing
    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Criterion


Criterion = All | Any_ | Not | Leaf

_FORMS = frozenset(form.value for form in Form)
_DISTRIBUTIONS = frozenset({"FOCAL", "SEGMENTAL", "MULTIFOCAL", "GENERALISED", "HEMIDYSTONIA"})
_SEXES = frozenset({"FEMALE", "MALE", "OTHER"})
_RESPONSES = frozenset({"GOOD", "PARTIAL", "POOR"})
_BOOLS: Mapping[Any, bool] = {True: True, False: False, "yes": True, "no": False}


def parse_criteria(raw: Any) -> Criterion:
    """Reads the JSON form.

    Raises:
        InvalidCriteria: it has another form, an unknown fact or value, or is too deep or too long.
    """
    reader = _Reader()
    criterion = reader.criterion(raw, "", MAX_DEPTH)
    if reader.leaves > MAX_LEAVES:
        reader.faults.append(Fault("", f"has more than {MAX_LEAVES} criteria"))
    if reader.faults or criterion is None:
        raise InvalidCriteria(tuple(reader.faults))
    return criterion


def to_json(criterion: Criterion) -> dict[str, Any]:
    """The one JSON form of a tree; reading it again gives an equal tree."""
    if isinstance(criterion, All):
        return {"all": [to_json(part) for part in criterion.parts]}
    if isinstance(criterion, Any_):
        return {"any": [to_json(part) for part in criterion.parts]}
    if isinstance(criterion, Not):
        return {"not": to_json(criterion.part)}
    parameters: dict[str, Any] = {}
    if criterion.values:
        parameters["in"] = sorted(criterion.values)
    if criterion.of:
        parameters["of"] = sorted(form.value for form in criterion.of)
    if criterion.answer is not None:
        parameters["is"] = criterion.answer
    for name, bound in (("min", criterion.minimum), ("max", criterion.maximum)):
        if bound is not None:
            parameters[name] = int(bound) if bound == int(bound) else bound
    return {criterion.fact.value: parameters}


class _Refused(Exception):
    def __init__(self, path: str, message: str) -> None:
        super().__init__(path)
        self.fault = Fault(path, message)


class _Reader:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.leaves = 0

    def criterion(self, raw: Any, path: str, depth: int) -> Criterion | None:
        try:
            return self._criterion(raw, path, depth)
        except _Refused as refused:
            self.faults.append(refused.fault)
            return None

    def _criterion(self, raw: Any, path: str, depth: int) -> Criterion | None:
        if not isinstance(raw, Mapping):
            raise _Refused(path, "must be an object with one criterion")
        if depth == 0:
            raise _Refused(path, f"is nested deeper than {MAX_DEPTH} levels")
        if "fact" in raw:
            return self._leaf(raw["fact"], {key: raw[key] for key in raw if key != "fact"}, path)
        if len(raw) != 1:
            raise _Refused(path, "must have exactly one field")
        (name, inner), *_ = raw.items()
        here = _join(path, name)
        if name == "not":
            part = self.criterion(inner, here, depth - 1)
            return Not(part) if part is not None else None
        if name in {"all", "any"}:
            parts = self._parts(inner, here, depth - 1)
            return All(parts) if name == "all" else Any_(parts)
        return self._leaf(name, inner, here)

    def _parts(self, raw: Any, path: str, depth: int) -> tuple[Criterion, ...]:
        if not isinstance(raw, (list, tuple)) or not raw or len(raw) > MAX_LEAVES:
            raise _Refused(path, f"must be a list of 1 to {MAX_LEAVES} criteria")
        parts = [self.criterion(part, f"{path}[{place}]", depth) for place, part in enumerate(raw)]
        return tuple(part for part in parts if part is not None)

    def _leaf(self, name: Any, raw: Any, path: str) -> Leaf | None:
        self.leaves += 1
        if name not in Fact.__members__.values():
            raise _Refused(path, "is no criterion that we know")
        if not isinstance(raw, Mapping):
            raise _Refused(path, "must be an object")
        fact = Fact(name)
        read: dict[str, Any] = {}
        faults = [
            Fault(_join(path, key), "is not a field of this criterion")
            for key in raw
            if key not in _PARAMETERS[fact]
        ]
        for key, reader in _PARAMETERS[fact].items():
            value, message = reader(raw[key]) if raw.get(key) is not None else (None, "is missing")
            if raw.get(key) is None and key in _OPTIONAL.get(fact, ()):
                continue
            read[_FIELDS[key]] = value
            if message:
                faults.append(Fault(_join(path, key), message))
        self.faults += faults
        return None if faults else _consistent(Leaf(fact, **read), path)


def _consistent(leaf: Leaf, path: str) -> Leaf:
    if leaf.fact is Fact.SYMPTOM_MONTHS and not leaf.of:
        return replace(leaf, of=frozenset(Form))
    if leaf.fact in _OPTIONAL and leaf.minimum is None and leaf.maximum is None:
        raise _Refused(path, "must have min, max or both")
    if leaf.minimum is not None and leaf.maximum is not None and leaf.minimum > leaf.maximum:
        raise _Refused(path, "has a min above its max")
    return leaf


def _join(path: str, step: Any) -> str:
    return f"{path}.{step}".removeprefix(".")


_Read = tuple[Any, str | None]


def _one_of(known: frozenset[str]) -> Callable[[Any], _Read]:
    def read(raw: Any) -> _Read:
        values, message = _texts(raw)
        values = frozenset(value.upper() for value in values)
        unknown = values - known
        return values, message or (f"may hold only {', '.join(sorted(known))}" if unknown else None)

    return read


def _texts(raw: Any) -> tuple[frozenset[str], str | None]:
    texts = [raw] if isinstance(raw, str) else raw
    good = isinstance(texts, (list, tuple)) and 0 < len(texts) <= _MAX_LISTED
    if not good or not all(isinstance(text, str) and text for text in texts):
        return frozenset(), "must be a list of values"
    return frozenset(texts), None


def _countries(raw: Any) -> _Read:
    values, message = _texts(raw)
    good = all(len(value) == 2 and value.isascii() and value.isalpha() for value in values)  # noqa: PLR2004
    return frozenset(value.upper() for value in values), message or (
        None if good else "must be two-letter country codes"
    )


def _languages(raw: Any) -> _Read:
    values, message = _texts(raw)
    good = all(len(value) in {2, 3} and value.isascii() and value.isalpha() for value in values)
    return frozenset(value.lower() for value in values), message or (
        None if good else "must be codes of languages, such as en"
    )


def _forms(raw: Any) -> _Read:
    values, message = _one_of(_FORMS)(raw)
    return (frozenset() if message else frozenset(Form(value) for value in values)), message


def _yes_or_no(raw: Any) -> _Read:
    if isinstance(raw, (bool, str)) and raw in _BOOLS:
        return _BOOLS[raw], None
    return None, "must be true or false"


def _number(raw: Any) -> _Read:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not math.isfinite(raw):
        return None, "must be a number"
    return raw, None if 0 <= raw <= 100_000 else "must be from 0 to 100000"  # noqa: PLR2004


def _whole(raw: Any) -> _Read:
    number, message = _number(raw)
    if message is None and number != int(number):
        message = "must be a whole number"
    return (None if message else int(number)), message


def _years(raw: Any) -> _Read:
    number, message = _number(raw)
    if message is None and (number > 150 or (number * 12) % 1):  # noqa: PLR2004
        message = "must be years up to 150, in steps of a month"
    return number, message


_FIELDS = {"in": "values", "of": "of", "is": "answer", "min": "minimum", "max": "maximum"}
_PARAMETERS: dict[Fact, dict[str, Callable[[Any], _Read]]] = {
    Fact.FORM: {"in": _one_of(_FORMS)},
    Fact.ISOLATED: {"is": _yes_or_no},
    Fact.DBS: {"is": _yes_or_no},
    Fact.DISTRIBUTION: {"in": _one_of(_DISTRIBUTIONS)},
    Fact.SEX: {"in": _one_of(_SEXES)},
    Fact.COUNTRY: {"in": _countries},
    Fact.LANGUAGE: {"in": _languages},
    Fact.AGE: {"min": _years, "max": _years},
    Fact.SYMPTOM_MONTHS: {"of": _forms, "min": _whole},
    Fact.WEEKS_SINCE_TOXIN: {"min": _whole, "max": _whole},
    Fact.TOXIN_NAIVE: {"is": _yes_or_no},
    Fact.PRIOR_INJECTIONS: {"min": _whole},
    Fact.LAST_TOXIN_RESPONSE: {"in": _one_of(_RESPONSES)},
    Fact.MEDICINE_STABLE_DAYS: {"min": _whole},
    Fact.DISTANCE_KM: {"max": _number},
}
_OPTIONAL: dict[Fact, tuple[str, ...]] = {
    Fact.AGE: ("min", "max"),
    Fact.WEEKS_SINCE_TOXIN: ("min", "max"),
    Fact.SYMPTOM_MONTHS: ("of",),
}
