from __future__ import annotations

import pytest

from registry_api.audit.events import LOOKS
from registry_api.enrolment.consents import Purpose
from tests.registry_api.local_service import LocalService, consent
from tests.registry_api.trials.examples import study, with_status

_CERVICAL = {"form": {"in": ["CERVICAL"]}}


@pytest.mark.parametrize("purpose", [Purpose.TRIAL_CONTACT, Purpose.REGISTRY])
async def test_consent_that_is_taken_back_takes_the_introduction_back(
    local: LocalService, purpose: Purpose
) -> None:
    """The coordinator is told of nobody and sees no name; a new yes shows nobody who does not ask again."""
    coordinator = await local.staff("coordinator")
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    trial = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria=_CERVICAL)
    patient, _ = await local.patient()
    await patient.send("RequestIntroduction", trialId=trial)
    await coordinator.step_up()
    seen = []
    for act, variables in (
        ("SignConsent", {"input": consent(purpose, "REFUSED")}),
        ("SignConsent", {"input": consent(purpose, "GRANTED")}),
        ("RequestIntroduction", {"trialId": trial}),
    ):
        await patient.send(act, **variables)
        shown = await coordinator.send("Introductions", trialId=trial)
        seen.append(len(shown["introductions"]["edges"]))
        assert (await coordinator.send("Trial", id=trial))["introductionCount"] == seen[-1]
    assert seen == [0, 0, 1]


async def test_names_are_shown_for_five_minutes_after_a_step_up(local: LocalService) -> None:
    """Before and after, the coordinator knows how many asked, and no more; no look is on record."""
    coordinator = await local.staff("coordinator")
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    trial = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria=_CERVICAL)
    patient, record_of = await local.patient()
    await patient.send("RequestIntroduction", trialId=trial)

    async def looks() -> int:
        trail = await local.services.audit.about(record_of.patient_id)
        return sum(each.event.action in LOOKS for each in trail)

    assert (await coordinator.send("Trial", id=trial))["introductionCount"] == 1
    assert await coordinator.refusal("Introductions", trialId=trial) == "STEP_UP_REQUIRED"
    assert await looks() == 0
    await coordinator.step_up()
    local.clock.pass_(minutes=4, seconds=59)
    shown = await coordinator.send("Introductions", trialId=trial)
    assert shown["introductions"]["edges"][0]["node"]["name"] == "Amara Quispe"
    local.clock.pass_(seconds=1)
    answer = await coordinator.answer("Introductions", trialId=trial)
    assert answer["errors"][0]["extensions"]["code"] == "STEP_UP_REQUIRED"
    assert "Amara" not in str(answer)
    assert await looks() == 1
