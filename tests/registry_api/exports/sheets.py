"""People whose sheets are drawn up: one with three cycles, one with everything, one with nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from diary.check_ins import Answer, AuthorRole, Channel, CheckIn, Receipt, Revision, Timeliness
from diary.forms import Form
from diary.ids import EntryId, PatientId, TreatmentId
from diary.instruments.catalogue import definition
from diary.partial_dates import PartialDate
from diary.scores import NoScore, Score, ScoreRow
from diary.treatments import DoseUnit, SideEffect, StopReason, Treatment, TreatmentKind
from registry_api.enrolment.profile import FormWithOnset
from registry_api.exports.questions.question import (
    MOST_QUESTIONS,
    Question,
    QuestionId,
    SuggestionId,
)
from registry_api.exports.visit_sheet import Facts

TODAY = date(2031, 5, 14)
NOW = datetime(2031, 5, 14, 16, 30, 12, 345678, tzinfo=UTC)  # as clocks have it
PATIENT = PatientId("p" * 32)
NAME = "Amara Quispe"
CYCLE_DAYS = 84


def entry(about: date, *answers: Answer, timeliness: Timeliness = Timeliness.ON_THE_DAY) -> CheckIn:
    """A check-in of one revision."""
    at = datetime(about.year, about.month, about.day, 19, tzinfo=UTC)
    made = EntryId(f"entry-{about}")
    revision = Revision(
        number=1,
        said=answers,
        answers=answers,
        author=PATIENT,
        role=AuthorRole.PATIENT,
        channel=Channel.WEB,
        said_at=at,
        at=at,
        key=made,
    )
    receipt = Receipt(
        key=made,
        content=b"",
        revision=1,
        said=answers,
        said_at=at,
        author=PATIENT,
        role=AuthorRole.PATIENT,
        channel=Channel.WEB,
    )
    return CheckIn(
        id=made,
        patient=PATIENT,
        instrument="daily",
        instrument_version="1",
        about=about,
        zone="America/New_York",
        timeliness=timeliness,
        received_at=at,
        revisions=(revision,),
        receipts=(receipt,),
    )


def scored(about: date, instrument: str, *scores: Score) -> CheckIn:
    """A questionnaire with what it added up to."""
    made = entry(about, Answer.rated("item", 1))
    key = EntryId(f"{instrument}-{about}")
    row = ScoreRow(scores[0].version, 1, made.received_at, scores)
    return replace(made, id=key, instrument=instrument, instrument_version=row.version, score_rows=(row,))


def gad_7(ago: int, value: float | None = 11, band: str | None = "moderate") -> CheckIn:
    reason = NoScore.TOO_MANY_MISSING if value is None else None
    score = Score("total", "1.0.0", value, reason, band if value is not None else None)
    return scored(TODAY - timedelta(days=ago), "gad-7", score)


def weekly(ago: int) -> CheckIn:
    values = {"motor": 40.0, "pain": 35.5, "disability": 20.0, "psychiatric": 30.0}
    scores = [Score(scale, "1.0.0", value) for scale, value in values.items()]
    return scored(TODAY - timedelta(days=ago), "weekly", *scores)


def twstrs(ago: int) -> CheckIn:
    return scored(TODAY - timedelta(days=ago), "twstrs", Score("total", "1.0.0", 32.5))


def course(day: int) -> int:
    """Pulling on a day after an injection: 7, down to 2 in weeks 4 to 7, and back."""
    if day < 4:
        return 7
    if day < 28:
        return 7 - (day - 4) * 5 // 24
    return 2 if day < 49 else min(7, 2 + (day - 49) // 5)


def diary(
    days: int, *, pulling: Callable[[int], int] = lambda ago: course((CYCLE_DAYS * 9 + 60 - ago) % CYCLE_DAYS)
) -> list[CheckIn]:
    """An entry a day up to today; the last injection was 60 days ago."""
    return [
        entry(
            TODAY - timedelta(days=ago),
            Answer.rated("pulling", pulling(ago)),
            Answer.rated("pain", 4),
            Answer.rated("fear_of_being_looked_at", 3 if ago < 28 else 5),
            Answer.said("avoided", yes=ago % 4 == 0),
        )
        for ago in range(days)
    ]


def injection(ago: int, **changes: object) -> Treatment:
    made = Treatment(
        id=TreatmentId(f"injection-{ago}"),
        kind=TreatmentKind.TOXIN_INJECTION,
        started_on=PartialDate.of_day(TODAY - timedelta(days=ago)),
        product="onabotulinumtoxinA",
        dose=150.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def medicine(number: int, **changes: object) -> Treatment:
    made = Treatment(
        id=TreatmentId(f"medicine-{number}"),
        kind=TreatmentKind.ORAL_MEDICINE,
        started_on=PartialDate(2024, 1 + number),
        product="baclofen",
        dose=30.0,
        dose_unit=DoseUnit.MILLIGRAMS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def picked(name: str) -> Question:
    return Question(id=QuestionId(name), suggestion=SuggestionId(name))


def written(text: str) -> Question:
    return Question(id=QuestionId(str(len(text))), text=text)


def facts(**changes: object) -> Facts:
    """Three cycles of a year's diary, and a question."""
    made = Facts(
        name=NAME,
        birth_month=PartialDate(1984, 3),
        forms=(FormWithOnset(Form.CERVICAL, PartialDate(2019, 6)), FormWithOnset(Form.LIMB)),
        country="US",
        core_items=("pulling", "pain"),
        enrolled_on=date(2030, 1, 10),
        today=TODAY,
        treatments=[injection(60), injection(144), injection(228), medicine(1)],
        check_ins=diary(300),
        questions=[picked("earlier_injection"), written("May I swim after the injection?")],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def nothing() -> Facts:
    """Somebody who has enrolled today, and said nothing yet."""
    return facts(
        forms=(), country="ES", enrolled_on=TODAY, treatments=[], check_ins=[], questions=[], core_items=()
    )


def everything() -> Facts:
    """As much of everything, and as long, as there can be."""
    effects = tuple(SideEffect)
    injections = [
        injection(ago, dose=1234.5, product=product, side_effects=effects[3:9])
        for ago in (60, 144, 228)
        for product in ("onabotulinumtoxinA", "rimabotulinumtoxinB")
    ]
    injections = [replace(each, id=TreatmentId(f"{place}")) for place, each in enumerate(injections)]
    stopped = {"ended_on": PartialDate(2031, 4), "stop_reason": StopReason.STOPPED_HELPING}
    medicines = [
        medicine(place, product="vmat2_inhibitor", side_effects=effects[9:14], **stopped)
        for place in range(9)
    ]
    return facts(
        name="Maximiliana Wilhelmina " * 5,
        forms=tuple(FormWithOnset(form, PartialDate(2019, 9, 30)) for form in Form),
        treatments=[*injections, *medicines, *(medicine(place) for place in range(9))],
        check_ins=[*_long_diary(diary(300)), *_questionnaires()],
        questions=[written("w" + "mm m" * 34 + "?" * number) for number in range(MOST_QUESTIONS)],
    )


def _long_diary(entries: Iterable[CheckIn]) -> list[CheckIn]:
    """With the mood, which makes one row more, on too few days for a median."""
    return [
        entry(each.about, *each.answers, Answer.rated("distress", 2)) if number < 2 else each
        for number, each in enumerate(entries)
    ]


def _questionnaires() -> list[CheckIn]:
    names = ("sias", "vhi-10", "phq-8")
    totals = [scored(TODAY, each, Score("total", "1.0.0", 88.8, None, "at_cut")) for each in names]
    parts = [
        scored(TODAY, each, *(Score(scale.id, "2.0.0", 88) for scale in definition(each).scales))
        for each in ("cdip-58", "cdq-24")
    ]
    return [weekly(0), *parts, gad_7(2), twstrs(3), *totals]
