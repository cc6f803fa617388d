from __future__ import annotations

import pytest

from registry_api.enrolment.consents import Purpose
from tests.registry_api.enrolment.people import FORM
from tests.registry_api.local_service import Api, LocalService


@pytest.mark.caller("member")
async def test_before_the_first_snapshot_there_is_none(api: Api) -> None:
    """A member sees the organisation, and null where numbers will be."""
    assert await api.send("Coalition") == {"organisation": "Dystonia Alliance", "snapshot": None}


@pytest.mark.caller("member")
async def test_small_numbers_are_withheld(api: Api, local: LocalService) -> None:
    """One registrant is nobody's business: the total and that person's forms are withheld, with a reason."""
    await local.patient(Purpose.REGISTRY, form=FORM)
    await local.services.snapshots.take_if_due(local.clock())
    snapshot = (await api.send("Coalition"))["snapshot"]
    assert snapshot["takenOn"] == "2031-05-14"
    counts = {cell["form"]: cell["count"] for cell in snapshot["registrantsByForm"]}
    assert len(counts) == 6
    for count in (snapshot["registrants"], counts["CERVICAL"], counts["LIMB"]):
        assert count["__typename"] == "SuppressedCount"
        assert count["reason"]
    assert counts["LARYNGEAL"] == {"__typename": "PublishedCount", "value": 0, "roundedTo": 5}
