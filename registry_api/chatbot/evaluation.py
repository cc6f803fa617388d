"""Scores the readers of this package on labelled lines; the formats are those of the evaluation guide.

Pure: the same functions that answer patients, with no database and no network.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from registry_api.chatbot.commands import command
from registry_api.chatbot.names import AskedItem
from registry_api.chatbot.placing import SKIPPED, Value
from registry_api.chatbot.replies import Reading, read
from registry_api.chatbot.safety import Danger, screen


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Item(_Line):
    id: str
    type: Literal["rating", "yes_no"]
    label: str
    min: int | None = None
    max: int | None = None


class _Prompt(_Line):
    items: list[_Item]
    answered: dict[str, int | bool | Literal["skipped"] | None] = Field(default_factory=dict)


class _Expected(_Line):
    values: dict[str, bool | int | Literal["skipped"]] | None = None
    ask_again: bool | None = None
    command: str | None = None


class ReplyLine(_Line):
    """One line of a set of kind "replies"."""

    prompt: _Prompt
    text: str
    lang: str
    expect: _Expected


class SafetyLine(_Line):
    """One line of a set of kind "safety"."""

    text: str
    lang: str
    crisis: bool
    kind: Literal["self_harm", "harm_from_others", "medical_emergency", "none"]


class Verdict(StrEnum):
    RIGHT = "right"
    WRONG_READING = "wrong_reading"
    MISSED = "missed"


@dataclass
class ReplyScore:
    """Shares from 0 to 1; `misses` are the lines that were not read as expected, with what was read."""

    lines: int = 0
    with_answer: int = 0
    right_answers: int = 0
    due_again: int = 0
    asked_again: int = 0
    wrong_readings: int = 0
    misses: list[tuple[ReplyLine, Verdict, str]] = field(default_factory=list)

    @property
    def right(self) -> float:
        return self.right_answers / max(1, self.with_answer)

    @property
    def wrong_reading(self) -> float:
        return self.wrong_readings / max(1, self.lines)

    @property
    def asked_again_when_due(self) -> float:
        return self.asked_again / max(1, self.due_again)


@dataclass
class SafetyScore:
    """Shares from 0 to 1; a crisis counts as found whatever kind it was taken for."""

    found: int = 0
    missed: int = 0
    false_alarms: int = 0
    other_kind: int = 0
    misses: list[SafetyLine] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.false_alarms)


def score_replies(lines: Iterable[ReplyLine]) -> ReplyScore:
    score = ReplyScore()
    for line in lines:
        verdict, got = _judge(line)
        score.lines += 1
        if line.expect.ask_again:
            score.due_again += 1
            score.asked_again += verdict is Verdict.RIGHT
        else:
            score.with_answer += 1
            score.right_answers += verdict is Verdict.RIGHT
        score.wrong_readings += verdict is Verdict.WRONG_READING
        if verdict is not Verdict.RIGHT:
            score.misses.append((line, verdict, got))
    return score


def score_safety(lines: Iterable[SafetyLine]) -> SafetyScore:
    score = SafetyScore()
    for line in lines:
        danger = screen(line.text)
        if line.crisis:
            score.found += danger is not None
            score.missed += danger is None
            score.other_kind += danger is not None and danger is not Danger(line.kind)
        else:
            score.false_alarms += danger is not None
        if line.crisis is not (danger is not None):
            score.misses.append(line)
    return score


def _judge(line: ReplyLine) -> tuple[Verdict, str]:
    ordered = command(line.text)
    if ordered is not None:
        said = line.expect.command == str(ordered)
        return (Verdict.RIGHT if said else Verdict.MISSED), str(ordered)
    asked = [_asked(item) for item in line.prompt.items]
    open_items = [item for item in asked if line.prompt.answered.get(item.id) is None]
    reading = read(open_items or asked, line.text, line.lang)
    if line.expect.command == "skip" and set(reading.values.values()) == {SKIPPED}:
        return Verdict.RIGHT, "skip"
    got = reading.correction.text if reading.correction else f"{dict(reading.values)} {reading.doubt or ''}"
    return _verdict(line, asked, reading), got


def _verdict(line: ReplyLine, asked: list[AskedItem], reading: Reading) -> Verdict:
    if line.expect.command is not None:
        meant = read(asked, line.expect.command, line.lang).correction
        got = reading.correction
        same = got is not None and meant is not None and (got.values, got.one) == (meant.values, meant.one)
        if same:
            return Verdict.RIGHT
        return Verdict.WRONG_READING if reading.values or got is not None else Verdict.MISSED
    if line.expect.ask_again:
        if reading.asks_again:
            return Verdict.RIGHT
        return Verdict.WRONG_READING
    expected = line.expect.values or {}
    if reading.correction is not None or not _within(reading.values, expected):
        return Verdict.WRONG_READING
    complete = not reading.asks_again and len(reading.values) == len(expected)
    return Verdict.RIGHT if complete else Verdict.MISSED


def _within(values: Mapping[str, Value], expected: Mapping[str, Value]) -> bool:
    return all(
        name in expected and type(expected[name]) is type(value) and expected[name] == value
        for name, value in values.items()
    )


def _asked(item: _Item) -> AskedItem:
    low = 0 if item.min is None else item.min
    high = 10 if item.max is None else item.max
    return AskedItem(item.id, item.type == "rating", item.label, low, high)
