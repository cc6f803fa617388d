"""Trials to and from documents of the database."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from registry_api.trials.criteria import parse_criteria, to_json
from registry_api.trials.ctgov import Site, StudyStatus
from registry_api.trials.ids import TrialId
from registry_api.trials.trial import CriteriaVersion, Period, Reach, Trial

Document = dict[str, Any]


def trial_document(trial: Trial) -> Document:
    return {
        "_id": trial.id,
        "nct_id": trial.nct_id,
        "owner": trial.owner,
        "title": trial.title,
        "summary": trial.summary,
        "status": trial.status.value,
        "sites": [_without_none(asdict(site)) for site in trial.sites],
        "updated_on": trial.updated_on.isoformat() if trial.updated_on else None,
        "record_sha256": trial.record_sha256,
        "imported_at": trial.imported_at,
        "is_open": trial.is_open,
        "periods": [_without_none(asdict(period)) for period in trial.periods],
        "criteria": criteria_document(trial.criteria) if trial.criteria else None,
        "reach": asdict(trial.reach) if trial.reach else None,
        "jobs": trial.jobs,
        "nightly_on": trial.nightly_on.isoformat() if trial.nightly_on else None,
    }


def criteria_document(criteria: CriteriaVersion) -> Document:
    return {
        "number": criteria.number,
        "tree": to_json(criteria.tree),
        "set_by": criteria.set_by,
        "set_at": criteria.set_at,
    }


def trial_from(document: Document) -> Trial:
    criteria, reach = document["criteria"], document["reach"]
    return Trial(
        id=TrialId(document["_id"]),
        nct_id=document["nct_id"],
        owner=document["owner"],
        title=document["title"],
        summary=document["summary"],
        status=StudyStatus(document["status"]),
        sites=tuple(_site(site) for site in document["sites"]),
        updated_on=_day(document["updated_on"]),
        record_sha256=document["record_sha256"],
        imported_at=document["imported_at"],
        is_open=document["is_open"],
        periods=tuple(_period(period) for period in document["periods"]),
        criteria=criteria_from(criteria) if criteria else None,
        reach=Reach(**reach) if reach else None,
        jobs=document["jobs"],
        nightly_on=_day(document["nightly_on"]),
    )


def criteria_from(document: Document) -> CriteriaVersion:
    return CriteriaVersion(
        number=document["number"],
        tree=parse_criteria(document["tree"]),
        set_by=document["set_by"],
        set_at=document["set_at"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _site(document: Document) -> Site:
    status = document.get("status")
    return Site(**{**document, "status": StudyStatus(status) if status else None})


def _period(document: Document) -> Period:
    closed_as = document.get("closed_as")
    return Period(**{**document, "closed_as": StudyStatus(closed_as) if closed_as else None})


def _without_none(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}
