from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from diary.forms import Form
from diary.partial_dates import PartialDate
from registry_api.enrolment.errors import InvalidEnrolment
from registry_api.enrolment.form import (
    SettingsChange,
    changed_settings,
    checked_form,
    default_settings,
)
from registry_api.enrolment.places import Place
from registry_api.enrolment.profile import FormWithOnset, Settings
from registry_api.identity.languages import Language
from tests.registry_api.enrolment.people import FORM, NOW

SETTINGS = Settings(
    language=Language.EN, time_zone="Europe/Madrid", prompt_time=time(18), core_items=("pulling", "pain")
)


def _faults(**changes: Any) -> list[str]:
    with pytest.raises(InvalidEnrolment) as refused:
        checked_form(replace(FORM, **changes), NOW)
    assert all(fault.message.endswith(".") for fault in refused.value.fields)
    return [fault.path for fault in refused.value.fields]


def test_a_good_form_is_made_ready_to_store() -> None:
    """Spaces, capitals and defaults are put in order; the place is coarse."""
    form = replace(
        FORM, name="  Amara \t Quispe ", country=" us ", postal_code="10001-2345", prompt_time="07:05"
    )
    checked = checked_form(form, NOW)
    assert (checked.name, checked.postal_code) == ("Amara Quispe", "10001")
    assert (checked.residence.country, checked.residence.area) == ("US", "100")
    assert checked.residence.place == Place(40.7, -74.0)
    assert checked.settings.prompt_time == time(7, 5)
    assert checked.settings.core_items == ("pulling", "pain")
    assert "Amara" not in repr(checked)
    assert "10001" not in repr(checked)


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"name": "  "}, ["name"]),
        ({"name": "x" * 101}, ["name"]),
        ({"name": "A\x00B"}, ["name"]),
        ({"name": "A\ud800"}, ["name"]),
        ({"name": "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NON-JOINER}"}, ["name"]),
        ({"name": "Ann \N{RIGHT-TO-LEFT OVERRIDE}htimS"}, ["name"]),
        ({"name": "12"}, ["name"]),
        ({"birth_month": PartialDate(1984)}, ["birth_month"]),
        ({"birth_month": PartialDate(1984, 3, 1)}, ["birth_month"]),
        ({"birth_month": PartialDate(2031, 6)}, ["birth_month"]),
        ({"birth_month": PartialDate(1900, 1)}, ["birth_month"]),
        ({"birth_month": PartialDate(2013, 5)}, ["birth_month"]),
        ({"time_zone": "Mars/Olympus"}, ["time_zone"]),
        ({"time_zone": "../../etc/passwd"}, ["time_zone"]),
        ({"time_zone": ""}, ["time_zone"]),
        ({"country": "XX"}, ["country"]),
        ({"country": "USA"}, ["country"]),
        ({"postal_code": "1234"}, ["postal_code"]),
        ({"postal_code": "00000"}, ["postal_code"]),
        ({"country": "ES", "postal_code": "28001 <b>"}, ["postal_code"]),
        ({"prompt_time": "24:00"}, ["prompt_time"]),
        ({"prompt_time": "9:00"}, ["prompt_time"]),
        ({"prompt_time": "09:00:00"}, ["prompt_time"]),
        ({"core_items": ["pulling", "levitation"]}, ["core_items[1]"]),
        ({"core_items": ["pain"]}, ["core_items"]),
        ({"core_items": ["pain", "pain"]}, ["core_items"]),
        ({"forms": [FormWithOnset(Form.LIMB), FormWithOnset(Form.LIMB)]}, ["forms[1].form"]),
        ({"forms": [FormWithOnset(Form.LIMB)] * 20_000}, ["forms"]),
        ({"forms": [FormWithOnset(Form.LIMB, PartialDate(2031, 6))]}, ["forms[0].onset"]),
        ({"forms": [FormWithOnset(Form.LIMB, PartialDate(1984, 2))]}, ["forms[0].onset"]),
        (
            {"name": "", "country": "??", "core_items": ["x", "y"]},
            ["name", "country", "core_items[0]", "core_items[1]"],
        ),
    ],
)
def test_what_cannot_be_right_is_named(changes: dict[str, Any], paths: list[str]) -> None:
    """Each fault is at its own field, all of them at once."""
    assert _faults(**changes) == paths


@pytest.mark.parametrize(
    "changes",
    [
        {"forms": []},
        {"forms": [FormWithOnset(Form.LIMB, PartialDate(1984))]},
        {"forms": [FormWithOnset(Form.LIMB, PartialDate(2031))]},
        {"forms": [FormWithOnset(Form.LIMB, PartialDate(2031, 5, 14))]},
        {"birth_month": PartialDate(2013, 4)},
        {"country": "GB", "postal_code": "sw1a 1aa"},
        {"country": "IE", "postal_code": ""},
        {"postal_code": None},
        {"country": "PR", "postal_code": "00901"},
        {"postal_code": "09012"},
        {"core_items": ["pain", "eye_opening", "fear_of_being_looked_at"]},
    ],
)
def test_what_can_be_right_is_taken(changes: dict[str, Any]) -> None:
    """Unaffected carriers, onsets known to the year, and missing or foreign postal codes are fine."""
    assert checked_form(replace(FORM, **changes), NOW).today.isoformat() == "2031-05-14"


def test_adults_are_counted_on_their_own_calendar() -> None:
    """Born in May 2013, one is certainly 18 on the last of May 2031, where one lives."""
    form = replace(FORM, birth_month=PartialDate(2013, 5), time_zone="Pacific/Auckland")
    evening_in_london = datetime(2031, 5, 30, 20, tzinfo=UTC)
    assert checked_form(form, evening_in_london).today.isoformat() == "2031-05-31"
    with pytest.raises(InvalidEnrolment):
        checked_form(replace(form, time_zone="Europe/London"), evening_in_london)


def test_a_child_of_a_leap_day_is_adult_in_march() -> None:
    """Born in February 2016, perhaps on the 29th, one is certainly 18 on 1 March 2034."""
    form = replace(FORM, birth_month=PartialDate(2016, 2), forms=[])
    with pytest.raises(InvalidEnrolment):
        checked_form(form, datetime(2034, 2, 28, 18, tzinfo=UTC))
    assert checked_form(form, datetime(2034, 3, 1, 18, tzinfo=UTC)).today.month == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (SettingsChange(), SETTINGS),
        (SettingsChange(language=Language.ES), replace(SETTINGS, language=Language.ES)),
        (SettingsChange(time_zone="Asia/Tokyo"), replace(SETTINGS, time_zone="Asia/Tokyo")),
        (SettingsChange(prompt_time="00:00"), replace(SETTINGS, prompt_time=time(0))),
        (SettingsChange(no_prompt=True), replace(SETTINGS, prompt_time=None)),
        (
            SettingsChange(core_items=["voice_effort", "pain"]),
            replace(SETTINGS, core_items=("voice_effort", "pain")),
        ),
    ],
)
def test_a_change_touches_only_what_it_names(change: SettingsChange, expected: Settings) -> None:
    """What is not named stays as it was."""
    assert changed_settings(SETTINGS, change) == expected


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (SettingsChange(time_zone="Nowhere"), "time_zone"),
        (SettingsChange(time_zone=""), "time_zone"),
        (SettingsChange(prompt_time="noon"), "prompt_time"),
        (SettingsChange(prompt_time=""), "prompt_time"),
        (SettingsChange(prompt_time="09:00", no_prompt=True), "no_prompt"),
        (SettingsChange(core_items=["pain", "distress", "pulling"]), "core_items"),
    ],
)
def test_a_change_that_cannot_be_right_is_refused(change: SettingsChange, path: str) -> None:
    """The fault is at the field of the change."""
    with pytest.raises(InvalidEnrolment) as refused:
        changed_settings(SETTINGS, change)
    assert [fault.path.split("[")[0] for fault in refused.value.fields] == [path]


def test_nobody_is_prompted_before_enrolment() -> None:
    """The settings of somebody who has not enrolled have no prompt and the usual symptoms."""
    settings = default_settings(Language.ES)
    assert (settings.language, settings.prompt_time) == (Language.ES, None)
    assert settings.core_items == ("pulling", "pain")
