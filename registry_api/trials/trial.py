"""A trial as we keep it: the newest study record, the coordinator's criteria, and when it was open."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date, datetime

from diary.ids import PatientId
from registry_api.trials.criteria import Criterion
from registry_api.trials.ctgov import Site, StudyStatus
from registry_api.trials.ids import MatchToken, TrialId
from registry_api.trials.matching import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaVersion:
    """One version of a trial's criteria; versions are added, never changed. `number` counts from 1."""

    number: int
    tree: Criterion
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time during which people could join, numbered from 1; `corrected` once alerts were taken back."""

    number: int
    opened_at: datetime
    closed_at: datetime | None = None
    closed_as: StudyStatus | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people may fit, in a band; `at_most` is None for the highest."""

    at_least: int
    at_most: int | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`owner` is the member of staff who imported it; `jobs` is how many jobs it has had."""

    id: TrialId
    nct_id: str
    owner: str
    title: str
    summary: str | None
    status: StudyStatus
    sites: tuple[Site, ...]
    updated_on: date | None
    record_sha256: str
    imported_at: datetime
    is_open: bool = False
    periods: tuple[Period, ...] = ()
    criteria: CriteriaVersion | None = None
    reach: Reach | None = None
    jobs: int = 0
    nightly_on: date | None = None
    """The last day whose nightly matching was ordered."""

    @property
    def period(self) -> int | None:
        """The number of the period that is open; None while the trial is not open."""
        return self.periods[-1].number if self.is_open and self.periods else None

    def matcher(self) -> Matcher:
        """Judges people by the criteria that hold now.

        Raises:
            ValueError: no criteria are set.
        """
        return Matcher(self._tree(), self.sites)

    def matcher_as_if_open(self) -> Matcher:
        """Judges as if every site that is still to recruit did: for the reach of a trial before it opens.

        Raises:
            ValueError: no criteria are set.
        """
        waiting = {None, StudyStatus.NOT_YET_RECRUITING}
        sites = [
            replace(site, status=StudyStatus.RECRUITING) if site.status in waiting else site
            for site in self.sites
        ]
        return Matcher(self._tree(), sites)

    def _tree(self) -> Criterion:
        if self.criteria is None:
            raise ValueError(self.id)
        return self.criteria.tree


_BANDS = (10, 50, 200, 1000)
_LOWEST = 0


def banded(people: int, as_of: datetime) -> Reach:
    """The band of a number of people: fewer than 11, to 50, to 200, to 1000, or more."""
    at_least = _LOWEST
    for at_most in _BANDS:
        if people <= at_most:
            return Reach(at_least, at_most, as_of)
        at_least = at_most + 1
    return Reach(at_least, None, as_of)


def match_id(trial: TrialId, period: int, patient: PatientId) -> str:
    """Names one alert: one person, one trial, one time that it was open."""
    return f"{trial}:{period}:{patient}"


def match_token(trial: TrialId, period: int, patient: PatientId) -> MatchToken:
    """The name of a match in a link: it tells nothing, and takes the patient's random id to make."""
    digest = hashlib.blake2b(match_id(trial, period, patient).encode(), digest_size=9).digest()
    return MatchToken(urlsafe_b64encode(digest).decode())
