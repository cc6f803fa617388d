from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from registry_api.trials.ctgov import parse_study
from tests.registry_api.trials.examples import STUDIES
from tests.shared_data import shared_data

_FILES = sorted(STUDIES.glob("*.json"))


@pytest.fixture(scope="module")
def validator() -> OAS30Validator:
    """Checks a study by the OpenAPI document of ClinicalTrials.gov, and refuses unknown fields."""
    yaml = pytest.importorskip("yaml", reason="reading the OpenAPI document needs PyYAML")
    document = yaml.safe_load(shared_data("ctgov/ctg-oas-v2.yaml").read_text("utf-8"))
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return OAS30Validator(
        {"allOf": [{"$ref": "#/components/schemas/Study"}], "components": {"schemas": schemas}}
    )


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_fixtures_obey_the_openapi_document(path: Path, validator: OAS30Validator) -> None:
    """Each fixture has only fields and values that the API could return."""
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(_read(path))]
    assert not faults


def test_the_openapi_check_can_fail(validator: OAS30Validator) -> None:
    """A wrong status and an unknown field are found."""
    record = _read(_FILES[0])
    record["protocolSection"]["statusModule"]["overallStatus"] = "OPEN"
    record["protocolSection"]["surprise"] = {}
    assert len(list(validator.iter_errors(record))) >= 2


def test_fixtures_differ_in_what_matters() -> None:
    """The fixtures cover several statuses of studies and sites, and several countries."""
    studies = [parse_study(_read(path)) for path in _FILES]
    assert len(studies) >= 12
    assert len({study.status for study in studies}) >= 5
    sites = Counter(site.status for study in studies for site in study.sites)
    assert len(sites) >= 5
    assert len({site.country for study in studies for site in study.sites}) >= 8
    assert all(site.lat is not None for study in studies for site in study.sites)


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
