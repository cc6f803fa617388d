"""What is asked of a person, and how often, as clients see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

import strawberry

from diary.days import closes_at, moment, zone_named
from diary.instruments.catalogue import Instrument
from diary.planning import plans
from diary.planning.dues import Why, next_asked
from diary.planning.plans import Rhythm, Weekday, rhythms_for
from diary.prompting import adherence as adhering
from diary.prompting.fading import Fading, Pace
from diary.prompts import Schedule
from diary.treatments import Treatment
from registry_api.enrolment.profile import Profile, planned
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.identity.languages import Language
from registry_api.prompting.asking import Asked


@strawberry.type(description="A questionnaire that is asked now, answered or not.")
class Due:
    instrument_id: strawberry.ID
    why: Why
    week: int | None = strawberry.field(
        description="For WEEKS_FROM_INJECTION: 1 is the week that begins 1 to 7 days after the injection."
    )
    about: date = strawberry.field(
        description="The day for which an answer is sent: today, or that of the answer that is there."
    )
    since: date
    until: date = strawberry.field(description="The last day on which it is asked.")
    closes_at: datetime = strawberry.field(description="When that day ends, at 03:00 next morning.")
    answered: bool
    check_in_id: strawberry.ID | None = strawberry.field(description="The entry that answers it.")
    instrument: strawberry.Private[Instrument]

    @strawberry.field
    def title(self, language: Language = Language.EN) -> str:
        return self.instrument.title.in_language(language)


@strawberry.type(description="How often a questionnaire is asked of this person.")
class Plan:
    instrument_id: strawberry.ID
    rhythm: Rhythm
    rhythms: list[Rhythm] = strawberry.field(description="Those that may be chosen for it.")
    weekday: Weekday = strawberry.field(description="On which day its weeks begin.")
    every_weeks: int = strawberry.field(
        description="Of EVERY_N_WEEKS; of FROM_INJECTION once its weeks are over."
    )
    weeks_from_injection: int
    usual: bool = strawberry.field(description="True where this person has chosen none.")
    next_on: date | None = strawberry.field(
        description="The first day after today on which it is asked anew, as things stand."
    )
    instrument: strawberry.Private[Instrument]

    @strawberry.field
    def title(self, language: Language = Language.EN) -> str:
        return self.instrument.title.in_language(language)


@strawberry.type(description="The daily text as it comes at present: whom nobody hears of is texted less.")
class DailyPrompt:
    pace: Pace
    unanswered: int = strawberry.field(
        description="How many in a row had no answer: 7 make it weekly; after 3 more one asks about a pause."
    )
    next_at: datetime | None = strawberry.field(
        description="When the next one is sent; null for RESTING, until this person answers."
    )


@strawberry.type(description="How some days were kept. A day that was skipped on purpose is answered.")
class Adherence:
    since: date
    until: date
    days: int = strawberry.field(
        description="Days that could be kept: none before enrolment, today only once it is answered."
    )
    answered: int
    by_text: int
    on_web: int
    late: int = strawberry.field(description="Answered days whose answer came on a later day.")
    unprompted: int = strawberry.field(description="Answered days on which no text had asked.")
    prompted: int = strawberry.field(description="Days on which a text asked.")
    delivered: int = strawberry.field(description="Texts of these days that reached the phone.")
    lost: int = strawberry.field(description="Texts of these days that did not reach the phone.")


@strawberry.input(description="Without a rhythm, what is usual holds again; what is left out is as usual.")
class PlanInput:
    instrument_id: strawberry.ID
    rhythm: Rhythm | None = None
    weekday: Weekday | None = None
    every_weeks: int | None = strawberry.field(default=None, description="1 to 26.")
    weeks_from_injection: int | None = strawberry.field(default=None, description="1 to 26.")

    def to_domain(self) -> plans.PlanChange:
        return plans.PlanChange(
            self.instrument_id, self.rhythm, self.weekday, self.every_weeks, self.weeks_from_injection
        )


def dues_of(asked: Asked) -> list[Due]:
    return [
        Due(
            instrument_id=strawberry.ID(each.instrument),
            why=each.why,
            week=each.week,
            about=each.answered.about if each.answered else asked.today,
            since=each.since,
            until=each.until,
            closes_at=closes_at(each.until, asked.zone),
            answered=each.answered is not None,
            check_in_id=strawberry.ID(each.answered.entry) if each.answered else None,
            instrument=asked.published[each.instrument],
        )
        for each in asked.dues
    ]


def adherence_of(kept: adhering.Adherence) -> Adherence:
    return Adherence(**asdict(kept))


def daily_prompt(schedule: Schedule, fading: Fading) -> DailyPrompt:
    zone = zone_named(schedule.zone)
    day = fading.next_on(schedule.next_at.astimezone(zone).date())
    return DailyPrompt(
        pace=fading.pace,
        unanswered=fading.unanswered,
        next_at=moment(day, schedule.local_time, zone) if day else None,
    )


def plans_as_of(
    profile: Profile, published: Mapping[str, Instrument], treatments: Sequence[Treatment], today: date
) -> list[Plan]:
    """The plans of this person; `today` is their day that is open."""
    chosen = {plan.instrument for plan in profile.settings.plans}
    return [
        Plan(
            instrument_id=strawberry.ID(plan.instrument),
            rhythm=plan.rhythm,
            rhythms=list(rhythms_for(published[plan.instrument])),
            instrument=published[plan.instrument],
            weekday=plan.weekday,
            every_weeks=plan.every_weeks,
            weeks_from_injection=plan.weeks,
            usual=plan.instrument not in chosen,
            next_on=next_asked(plan, treatments, today),
        )
        for plan in planned(profile, published.values())
    ]
