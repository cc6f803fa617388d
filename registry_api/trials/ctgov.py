"""Reads study records of the ClinicalTrials.gov REST API, version 2."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from registry_api.trials.errors import Fault, NotAStudyRecord

MAX_RECORD_BYTES = 8 * 1024 * 1024
"""As canonical JSON: far above public records with their results, below what a MongoDB document holds."""
MAX_DEPTH = 40
MAX_SITES = 5_000
_MAX_FAULTS = 20


class StudyStatus(StrEnum):
    """Status of a study (`overallStatus`) or of one of its sites."""

    NOT_YET_RECRUITING = "NOT_YET_RECRUITING"
    RECRUITING = "RECRUITING"
    ENROLLING_BY_INVITATION = "ENROLLING_BY_INVITATION"
    ACTIVE_NOT_RECRUITING = "ACTIVE_NOT_RECRUITING"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"
    UNKNOWN = "UNKNOWN"
    AVAILABLE = "AVAILABLE"
    NO_LONGER_AVAILABLE = "NO_LONGER_AVAILABLE"
    TEMPORARILY_NOT_AVAILABLE = "TEMPORARILY_NOT_AVAILABLE"
    APPROVED_FOR_MARKETING = "APPROVED_FOR_MARKETING"
    WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place of a study; studies that do not recruit give no status of their sites."""

    facility: str | None = None
    city: str | None = None
    country: str | None = None
    status: StudyStatus | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What we need of a study record."""

    nct_id: str
    title: str
    official_title: str | None
    summary: str | None
    conditions: tuple[str, ...]
    status: StudyStatus
    why_stopped: str | None
    updated_on: date | None
    """The day on which ClinicalTrials.gov posted this version."""
    sites: tuple[Site, ...]

    @property
    def is_open(self) -> bool:
        """Whether people can join: the study recruits, and so does at least one of its sites."""
        return is_open(self.status, self.sites)


def is_open(status: StudyStatus, sites: tuple[Site, ...]) -> bool:
    """Whether people can join; invitation only and unknown are not open."""
    return status is StudyStatus.RECRUITING and any(site.status is StudyStatus.RECRUITING for site in sites)


class CanonicalRecord(NamedTuple):
    """A record as one certain text: keys in order, no spaces, UTF-8."""

    text: str
    sha256: str


def canonical(raw: Any) -> CanonicalRecord:
    """The canonical JSON of a decoded record and its SHA-256, the same whatever the order of its keys.

    Raises:
        NotAStudyRecord: it is not JSON (NaN, text that UTF-8 cannot hold), too deep or too large.
    """
    _refuse_depth(raw)
    try:
        text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        octets = text.encode()
    except (TypeError, ValueError) as fault:
        raise NotAStudyRecord((Fault("", "holds a value that JSON text cannot hold"),)) from fault
    if len(octets) > MAX_RECORD_BYTES:
        raise NotAStudyRecord((Fault("", f"is larger than {MAX_RECORD_BYTES} bytes"),))
    return CanonicalRecord(text, hashlib.sha256(octets).hexdigest())


def parse_json(text: str | bytes) -> Any:
    """Decodes JSON text that is said to be a study record.

    Raises:
        NotAStudyRecord: it is no JSON.
    """
    if len(text) > 2 * MAX_RECORD_BYTES:
        raise NotAStudyRecord((Fault("", f"is larger than {MAX_RECORD_BYTES} bytes"),))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotAStudyRecord((Fault("", "is not JSON text"),)) from fault


def parse_study(raw: Any) -> Study:
    """Reads a decoded v2 study record: strict about what we use, indifferent to the rest.

    Raises:
        NotAStudyRecord: it is no object, lacks number, title or status, holds wrong types, or is too deep.
    """
    if not isinstance(raw, dict):
        raise NotAStudyRecord((Fault("", "must be a JSON object"),))
    _refuse_depth(raw)
    try:
        record = _Record.model_validate(raw)
    except ValidationError as invalid:
        raise NotAStudyRecord(tuple(_faults(invalid))) from None
    return record.study()


def _only_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 pydantic reports no TypeError
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


_Status = Annotated[StudyStatus, Field(strict=False)]
_Day = Annotated[date, Field(strict=False), BeforeValidator(_only_text)]
_Text = Annotated[str, Field(max_length=50_000)]


class _GeoPoint(_Part):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class _Location(_Part):
    facility: _Text | None = None
    city: _Text | None = None
    country: _Text | None = None
    status: _Status | None = None
    geo_point: _GeoPoint | None = Field(default=None, alias="geoPoint")

    def site(self) -> Site:
        return Site(
            facility=self.facility,
            city=self.city,
            country=self.country,
            status=self.status,
            lat=self.geo_point.lat if self.geo_point else None,
            lon=self.geo_point.lon if self.geo_point else None,
        )


class _Identification(_Part):
    nct_id: str = Field(alias="nctId", pattern=r"^NCT[0-9]{8}$")
    brief_title: str = Field(alias="briefTitle", min_length=1, max_length=1_000)
    official_title: str | None = Field(default=None, alias="officialTitle", max_length=2_000)


class _DateStruct(_Part):
    day: _Day | None = Field(default=None, alias="date")


class _StatusModule(_Part):
    overall_status: _Status = Field(alias="overallStatus")
    why_stopped: _Text | None = Field(default=None, alias="whyStopped")
    last_update: _DateStruct | None = Field(default=None, alias="lastUpdatePostDateStruct")


class _Description(_Part):
    brief_summary: _Text | None = Field(default=None, alias="briefSummary")


class _Conditions(_Part):
    conditions: list[_Text] = Field(default_factory=list, max_length=1_000)


class _ContactsLocations(_Part):
    locations: list[_Location] = Field(default_factory=list, max_length=MAX_SITES)


_NAMES_ITS_FIELDS: Any = {"default_factory": dict, "validate_default": True}
"""An absent part is reported as the fields that are missing in it."""


class _Protocol(_Part):
    identification: _Identification = Field(**_NAMES_ITS_FIELDS, alias="identificationModule")
    status: _StatusModule = Field(**_NAMES_ITS_FIELDS, alias="statusModule")
    description: _Description | None = Field(default=None, alias="descriptionModule")
    conditions: _Conditions | None = Field(default=None, alias="conditionsModule")
    places: _ContactsLocations | None = Field(default=None, alias="contactsLocationsModule")


class _Record(_Part):
    protocol: _Protocol = Field(**_NAMES_ITS_FIELDS, alias="protocolSection")

    def study(self) -> Study:
        protocol = self.protocol
        return Study(
            nct_id=protocol.identification.nct_id,
            title=protocol.identification.brief_title,
            official_title=protocol.identification.official_title,
            summary=protocol.description.brief_summary if protocol.description else None,
            conditions=tuple(protocol.conditions.conditions) if protocol.conditions else (),
            status=protocol.status.overall_status,
            why_stopped=protocol.status.why_stopped,
            updated_on=protocol.status.last_update.day if protocol.status.last_update else None,
            sites=tuple(place.site() for place in protocol.places.locations) if protocol.places else (),
        )


_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "must be NCT and eight digits",
    "enum": "is not one of the 14 statuses of ClinicalTrials.gov",
    "list_type": "must be a list",
    "too_long": "has too many entries",
    "model_type": "must be a JSON object",
    "model_attributes_type": "must be a JSON object",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "greater_than_equal": "is out of range",
    "less_than_equal": "is out of range",
}


def _faults(invalid: ValidationError) -> Iterator[Fault]:
    for error in invalid.errors(include_url=False, include_context=False, include_input=False)[:_MAX_FAULTS]:
        is_day = error["loc"][-1:] == ("date",)
        fallback = "must be a day, YYYY-MM-DD" if is_day else "cannot be read"
        yield Fault(_path(error["loc"]), _MESSAGES.get(error["type"], fallback))


_PARTS = (
    {"protocol": "protocolSection"},
    {"identification": "identificationModule", "status": "statusModule"},
)
"""Pydantic names a part by our field where the record lacks it."""


def _path(location: tuple[int | str, ...]) -> str:
    named = [names.get(str(step), step) for names, step in zip(_PARTS, location, strict=False)]
    steps = (*named, *location[len(_PARTS) :])
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _refuse_depth(raw: Any) -> None:
    level = [raw]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise NotAStudyRecord((Fault("", f"is nested deeper than {MAX_DEPTH} levels"),))


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
