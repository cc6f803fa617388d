from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from registry_api.trials.ctgov import (
    MAX_DEPTH,
    MAX_RECORD_BYTES,
    StudyStatus,
    canonical,
    parse_json,
    parse_study,
)
from registry_api.trials.errors import NotAStudyRecord
from tests.registry_api.trials.examples import STUDIES, study, with_status
from tests.shared_data import shared_data

_REAL = ("NCT00763412", "NCT02278341", "NCT03630471", "NCT05594173", "NCT06171568")


def test_takes_what_matching_and_people_need() -> None:
    """A record gives number, title, status, day of posting and sites with their own status and place."""
    read = parse_study(study(101))
    assert (read.nct_id, read.status, read.updated_on) == (
        "NCT90000101",
        StudyStatus.RECRUITING,
        date(2026, 5, 4),
    )
    assert read.title == "Longer-Acting Botulinum Toxin in Cervical Dystonia"
    boston = read.sites[0]
    assert (boston.city, boston.status, boston.lat) == ("Boston", StudyStatus.RECRUITING, 42.35843)
    assert [site.status for site in read.sites].count(StudyStatus.RECRUITING) == 5
    assert read.is_open


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.json")), ids=lambda path: path.stem)
def test_reads_every_fixture(path: Any) -> None:
    """Each fixture is a record whose number is its file's name."""
    assert parse_study(json.loads(path.read_text("utf-8"))).nct_id == path.stem


@pytest.mark.parametrize("name", _REAL)
def test_reads_real_records(name: str) -> None:
    """Complete records of ClinicalTrials.gov are read, whatever else they hold."""
    raw = json.loads(shared_data(f"ctgov/{name}.json").read_text("utf-8"))
    read = parse_study(raw)
    assert read.nct_id == raw["protocolSection"]["identificationModule"]["nctId"]
    assert len(read.sites) == len(raw["protocolSection"]["contactsLocationsModule"]["locations"])
    assert not read.is_open


def test_refuses_a_cut_down_record() -> None:
    """A record without its status module is refused, and the field that is needed is named."""
    raw = json.loads(shared_data("ctgov/NCT00465816.json").read_text("utf-8"))
    with pytest.raises(NotAStudyRecord) as refused:
        parse_study(raw)
    assert refused.value.fields == (("protocolSection.statusModule.overallStatus", "is missing"),)


@pytest.mark.parametrize("raw", [None, [], "text", 7, True, [{"protocolSection": {}}]])
def test_refuses_what_is_no_object(raw: Any) -> None:
    """JSON that is not an object is no record."""
    with pytest.raises(NotAStudyRecord) as refused:
        parse_study(raw)
    assert refused.value.fields == (("", "must be a JSON object"),)


def test_names_every_field_that_an_empty_object_lacks() -> None:
    """An empty object is answered with the three fields that each record must have."""
    with pytest.raises(NotAStudyRecord) as refused:
        parse_study({})
    assert [path for path, _ in refused.value.fields] == [
        "protocolSection.identificationModule.nctId",
        "protocolSection.identificationModule.briefTitle",
        "protocolSection.statusModule.overallStatus",
    ]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("identificationModule.nctId", 90000101, "must be text"),
        ("identificationModule.nctId", "NCT123", "must be NCT and eight digits"),
        ("identificationModule.nctId", "NCT90000101\n", "must be NCT and eight digits"),
        ("identificationModule.briefTitle", "", "must not be empty"),
        ("identificationModule.briefTitle", None, "must be text"),
        ("statusModule.overallStatus", "OPEN", "is not one of the 14 statuses of ClinicalTrials.gov"),
        ("statusModule.overallStatus", None, "is not one of the 14 statuses of ClinicalTrials.gov"),
        ("statusModule.lastUpdatePostDateStruct.date", "2026-02-30", "must be a day, YYYY-MM-DD"),
        ("statusModule.lastUpdatePostDateStruct.date", 20260201, "must be a day, YYYY-MM-DD"),
        ("contactsLocationsModule.locations", {}, "must be a list"),
        ("contactsLocationsModule.locations", ["Boston"], "must be a JSON object"),
        ("contactsLocationsModule.locations", [{"geoPoint": {"lat": 91, "lon": 0}}], "is out of range"),
        ("contactsLocationsModule.locations", [{"geoPoint": {"lat": "1", "lon": 0}}], "must be a number"),
        ("contactsLocationsModule.locations", [{"geoPoint": {"lat": 1}}], "is missing"),
        (
            "contactsLocationsModule.locations",
            [{"status": 1}],
            "is not one of the 14 statuses of ClinicalTrials.gov",
        ),
        ("contactsLocationsModule", [], "must be a JSON object"),
        ("conditionsModule.conditions", [1], "must be text"),
    ],
)
def test_refuses_wrong_types_where_it_looks(path: str, value: Any, message: str) -> None:
    """A field that we use must be of its type; the answer names its path and no value."""
    raw = study(101)
    *parents, last = path.split(".")
    part = raw["protocolSection"]
    for parent in parents:
        part = part[parent]
    part[last] = value
    with pytest.raises(NotAStudyRecord) as refused:
        parse_study(raw)
    (fault,) = refused.value.fields
    assert fault.path.startswith(f"protocolSection.{path}")
    assert fault.message == message


def test_is_indifferent_to_the_rest() -> None:
    """Modules that we do not use may hold anything, and optional ones may be absent."""
    raw = study(101)
    raw["protocolSection"]["designModule"] = "anything"
    raw["surprise"] = [1, {"two": None}]
    del raw["protocolSection"]["contactsLocationsModule"], raw["protocolSection"]["descriptionModule"]
    read = parse_study(raw)
    assert (read.sites, read.summary, read.is_open) == ((), None, False)


def test_bounds_depth_and_size() -> None:
    """A record nested too deep or too large is refused before anything walks it."""
    deep: Any = 0
    for _ in range(MAX_DEPTH + 60_000):
        deep = [deep]
    raw = study(101) | {"deep": deep}
    with pytest.raises(NotAStudyRecord, match="nested deeper"):
        parse_study(raw)
    with pytest.raises(NotAStudyRecord, match="nested deeper"):
        canonical(raw)
    with pytest.raises(NotAStudyRecord, match="larger"):
        canonical(study(101) | {"large": "x" * MAX_RECORD_BYTES})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", object()])
def test_canonical_text_is_json_and_utf8(value: Any) -> None:
    """What JSON or UTF-8 cannot hold is refused."""
    with pytest.raises(NotAStudyRecord, match="cannot hold"):
        canonical({"a": value})


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    """Two spellings of one record have one canonical text and hash; another record has another."""
    raw = study(101)
    turned = dict(reversed(raw.items()))
    assert canonical(raw) == canonical(turned)
    assert json.loads(canonical(raw).text) == raw
    assert canonical(raw).sha256 != canonical(study(102)).sha256
    assert canonical({"é": 1}).text == '{"é":1}'


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff"])
def test_text_that_is_no_json_is_no_record(text: str | bytes) -> None:
    """Text that cannot be decoded is answered like any other wrong record."""
    with pytest.raises(NotAStudyRecord, match="not JSON"):
        parse_json(text)


@pytest.mark.parametrize("status", list(StudyStatus))
def test_only_recruiting_is_open(status: StudyStatus) -> None:
    """Of the 14 statuses only RECRUITING opens, and only together with a site that recruits."""
    as_study = with_status(study(101), status, posted="2026-06-01", sites="RECRUITING")
    as_sites = with_status(study(101), "RECRUITING", posted="2026-06-01", sites=status)
    assert parse_study(as_study).is_open is (status is StudyStatus.RECRUITING)
    assert parse_study(as_sites).is_open is (status is StudyStatus.RECRUITING)
