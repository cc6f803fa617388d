"""A visit sheet in words, as the template takes it: its fields are the names that `visit_sheet.typ` reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Labelled:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`runs` are pieces without gaps, each of points (x, y); `style` 0 is drawn strongest."""

    style: int
    label: str
    details: tuple[str, ...]
    runs: tuple[tuple[tuple[float, float], ...], ...]
    ends: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Drawn from `first` to `last` across and from 0 to 10 along; `told` says the same in words."""

    title: str
    told: tuple[str, ...]
    first: float = 0
    last: float = 1
    none: str = ""
    worst: str = ""
    across: str = ""
    ticks: tuple[Tick, ...] = ()
    lines: tuple[Line, ...] = ()
    own_line: Tick | None = None
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CycleRow:
    """`style` is that of the cycle's line; None where it has none."""

    style: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleTable:
    """`columns` are the shares of their widths; `title` is for readers who do not see the chart above."""

    title: str
    columns: tuple[int, ...]
    head: tuple[str, ...]
    rows: tuple[CycleRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """`now_at` and `before_at` are the numbers again, for the picture."""

    label: str
    now: str
    now_of: str
    before: str
    before_of: str
    now_at: float | None = None
    before_at: float | None = None
    pictured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekTable:
    title: str
    head: tuple[str, ...]
    rows: tuple[WeekRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """Each row has what was answered, what it added up to, and the day."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    title: str
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSheet:
    """`paper` is a name of Typst; `lang` a code of ISO 639-1."""

    title: str = field(repr=False)
    made_on: date
    lang: str
    paper: str
    kicker: str
    name: str = field(repr=False)
    about: tuple[str, ...] = field(repr=False)
    made: tuple[Labelled, ...]
    short: str
    chart: Chart
    cycles: CycleTable
    weeks: WeekTable
    scores: ScoreTable
    treatments: Lines
    side_effects: Lines
    questions: Lines
    no_questions: str
    foot: tuple[str, ...]
