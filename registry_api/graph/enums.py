"""The fields' standard terms as GraphQL enums: the domain's own, under the names that clients see."""

from __future__ import annotations

import strawberry

from diary.check_ins import Channel, NoAnswer, Timeliness
from diary.cycling.marks import Missing, Source
from diary.forms import Form
from diary.instruments.catalogue import Cadence, Kind
from diary.instruments.items import ItemKind
from diary.instruments.licences import LicenceStatus
from diary.instruments.scales import Direction, Domain
from diary.planning.dues import Why
from diary.planning.plans import Rhythm, Weekday
from diary.prompting.fading import Pace
from diary.scores import NoScore
from diary.treatments import DoseUnit, SideEffect, StopReason, ToxinResponse, TreatmentKind
from diary.trending.buckets import By
from registry_api.enrolment.consents import ConsentState, Decision, How, Purpose
from registry_api.enrolment.participation import Axis, Change
from registry_api.enrolment.profile import Distribution, Sex, YesNoUnknown
from registry_api.enrolment.uses import Use
from registry_api.identity.callers import Role, TokenScope
from registry_api.identity.languages import Language
from registry_api.trials.ctgov import StudyStatus
from registry_api.trials.steps import Truth

for _enum, _name in (
    (Channel, "Channel"),
    (NoAnswer, "NoAnswer"),
    (Timeliness, "Timeliness"),
    (Form, "Form"),
    (ItemKind, "ItemKind"),
    (Kind, "InstrumentKind"),
    (Cadence, "Cadence"),
    (LicenceStatus, "LicenceStatus"),
    (Direction, "Direction"),
    (Domain, "Domain"),
    (NoScore, "NoScoreReason"),
    (Why, "DueReason"),
    (Rhythm, "PlanRhythm"),
    (Weekday, "Weekday"),
    (Pace, "PromptPace"),
    (ToxinResponse, "ToxinResponse"),
    (TreatmentKind, "TreatmentKind"),
    (DoseUnit, "DoseUnit"),
    (SideEffect, "SideEffect"),
    (StopReason, "StopReason"),
    (Missing, "CycleMarkMissing"),
    (Source, "CycleMarkSource"),
    (By, "TrendBy"),
    (ConsentState, "ConsentState"),
    (Decision, "ConsentDecision"),
    (Purpose, "ConsentPurpose"),
    (Axis, "ParticipationAxis"),
    (Change, "ParticipationChange"),
    (How, "ConsentChannel"),
    (Use, "Use"),
    (Distribution, "Distribution"),
    (Sex, "Sex"),
    (YesNoUnknown, "YesNoUnknown"),
    (Role, "Role"),
    (TokenScope, "TokenScope"),
    (Language, "Language"),
    (StudyStatus, "StudyStatus"),
    (Truth, "FindingState"),
):
    strawberry.enum(_enum, name=_name)
