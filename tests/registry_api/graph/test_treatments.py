from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.registry_api.local_service import Api, LocalService, treatment

FULL: dict[str, Any] = {
    "dose": 120,
    "muscles": ["trapezius", "splenius_capitis"],
    "benefitNoticedOn": "2031-03-07",
    "woreOffOn": "2031-05-04",
    "sideEffects": ["DRY_MOUTH"],
    "stopReason": "SWITCHED",
}


async def _listed(api: Api) -> list[dict[str, Any]]:
    edges = (await api.send("Treatments"))["patient"]["treatments"]["edges"]
    return [edge["node"] for edge in edges]


@pytest.mark.caller("enrolled")
async def test_all_that_is_said_of_an_injection_is_shown(api: Api) -> None:
    """Dose with its product, muscles, what the person noticed, side effects and why they switched."""
    given = treatment(**FULL)
    assert (await api.send("RecordTreatment", input=given))["advice"] is None
    (shown,) = await _listed(api)
    expected = FULL | {"muscles": ["splenius_capitis", "trapezius"], "product": "onabotulinumtoxinA"}
    assert {field: shown[field] for field in expected} == expected


@pytest.mark.caller("enrolled")
async def test_an_amendment_changes_what_it_names(api: Api) -> None:
    """What is left out stays, null empties, and a fault names its field."""
    given = treatment(**FULL)
    await api.send("RecordTreatment", input=given)
    about = {"treatmentId": given["treatmentId"], "amendmentId": str(uuid4())}
    changed = await api.send("AmendTreatment", input={**about, "woreOffOn": None, "dose": 130.5})
    assert (changed["__typename"], changed["already"]) == ("TreatmentAmended", False)
    (shown,) = await _listed(api)
    assert (shown["woreOffOn"], shown["dose"], shown["stopReason"]) == (None, 130.5, "SWITCHED")
    for wrong, path in (
        ({"startedOn": None}, "startedOn"),
        ({"startedOn": "soon"}, "startedOn"),
        ({"product": None}, "product"),
        ({"muscles": ["heart"]}, "muscles"),
        ({"changes": [{"on": "soon"}]}, "changes[0].on"),
    ):
        refused = await api.send("AmendTreatment", input={**about, "amendmentId": str(uuid4()), **wrong})
        assert [field["path"] for field in refused["fields"]] == [path]
    refused = await api.send("AmendTreatment", input={**about, "dose": 99})
    assert [field["path"] for field in refused["fields"]] == ["amendmentId"]


@pytest.mark.caller("enrolled")
async def test_a_treatment_is_taken_out_and_brought_back(api: Api) -> None:
    """Once taken out it is off the list; the undo brings it back as it was."""
    given = treatment(**FULL)
    await api.send("RecordTreatment", input=given)
    before = await _listed(api)
    about = {"treatmentId": given["treatmentId"]}
    gone = await api.send("WithdrawTreatment", input={**about, "withdrawalId": str(uuid4())})
    assert gone["treatment"] == {"id": given["treatmentId"], "withdrawn": True}
    assert await _listed(api) == []
    back = await api.send("RestoreTreatment", input={**about, "restorationId": str(uuid4())})
    assert back["treatment"]["withdrawn"] is False
    assert await _listed(api) == before


async def test_trouble_swallowing_is_answered_in_the_persons_language(local: LocalService) -> None:
    """It is told where it is stated, at first and as an amendment, and not again with every other change."""
    api, _ = await local.patient()
    given = treatment(sideEffects=["TROUBLE_SWALLOWING"])
    recorded = await api.send("RecordTreatment", input=given)
    assert "Get emergency care now" in recorded["advice"]
    await api.send("ChangeSettings", input={"language": "ES"})
    about = {"treatmentId": given["treatmentId"]}
    effects = {"amendmentId": str(uuid4()), "sideEffects": ["TROUBLE_BREATHING"]}
    assert "urgencia" in (await api.send("AmendTreatment", input=about | effects))["advice"]
    other = {"amendmentId": str(uuid4()), "benefitNoticedOn": "2031-03-10"}
    assert (await api.send("AmendTreatment", input=about | other))["advice"] is None


async def test_somebody_elses_treatment_reads_as_none(local: LocalService) -> None:
    """Amending, taking out and bringing back what is another's is answered as if there were nothing."""
    owner, _ = await local.patient()
    other, _ = await local.patient()
    given = treatment()
    await owner.send("RecordTreatment", input=given)
    about = {"treatmentId": given["treatmentId"]}
    for name, key in (("Amend", "amendmentId"), ("Withdraw", "withdrawalId"), ("Restore", "restorationId")):
        answer = await other.send(f"{name}Treatment", input={**about, key: str(uuid4())})
        assert answer["code"] == "NOT_FOUND"


@pytest.mark.caller("enrolled")
async def test_the_chain_can_be_read(api: Api) -> None:
    """Every revision shows what stood then, and when it was said."""
    given = treatment(dose=100)
    await api.send("RecordTreatment", input=given)
    about = {"treatmentId": given["treatmentId"], "amendmentId": str(uuid4()), "dose": 150}
    await api.send("AmendTreatment", input=about)
    asked = "node { withdrawn revisions { number withdrawal dose } }"
    answer = await api.ask(f"{{ me {{ patient {{ treatments {{ edges {{ {asked} }} }} }} }} }}")
    (edge,) = answer["data"]["me"]["patient"]["treatments"]["edges"]
    assert edge["node"]["revisions"] == [
        {"number": 1, "withdrawal": False, "dose": 100},
        {"number": 2, "withdrawal": False, "dose": 150},
    ]
