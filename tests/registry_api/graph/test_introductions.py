from __future__ import annotations

import pytest

from registry_api.enrolment.consents import Purpose
from tests.registry_api.local_service import LocalService, consent
from tests.registry_api.trials.examples import study, with_status

_CERVICAL = {"form": {"in": ["CERVICAL"]}}


@pytest.mark.parametrize("purpose", [Purpose.TRIAL_CONTACT, Purpose.REGISTRY])
async def test_consent_that_is_taken_back_takes_the_introduction_back(
    local: LocalService, purpose: Purpose
) -> None:
    """The coordinator no longer sees name and number; a new yes shows nobody who does not ask again."""
    coordinator = await local.staff("coordinator")
    record = with_status(study(101), "RECRUITING", posted="2031-05-01")
    trial = (await coordinator.send("ImportTrial", record=record))["trial"]["id"]
    await coordinator.send("SetTrialCriteria", trialId=trial, criteria=_CERVICAL)
    patient, _ = await local.patient()
    await patient.send("RequestIntroduction", trialId=trial)
    seen = []
    for decision in ("REFUSED", "GRANTED"):
        await patient.send("SignConsent", input=consent(purpose, decision))
        seen.append(len((await coordinator.send("Trial", id=trial))["introductions"]["edges"]))
    await patient.send("RequestIntroduction", trialId=trial)
    seen.append(len((await coordinator.send("Trial", id=trial))["introductions"]["edges"]))
    assert seen == [0, 0, 1]
