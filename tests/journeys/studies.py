import json
from pathlib import Path
from typing import Any

from tests.journeys.clients import Client

_FOLDER = Path(__file__).parents[1] / "fixtures" / "studies"


def study(nct_id: str, status: str) -> dict[str, Any]:
    """The fictional eyelid study under another number, it and its sites with this status."""
    text = (_FOLDER / "NCT90000103.json").read_text()
    record: dict[str, Any] = json.loads(
        text.replace("NCT90000103", nct_id).replace("NOT_YET_RECRUITING", status)
    )
    return record


async def trial_with_criteria(coordinator: Client, nct_id: str, criteria: list[dict[str, Any]]) -> str:
    """Imports the study before it recruits, sets what it asks for, and gives the trial's id."""
    imported = await coordinator.do("ImportTrial", record=study(nct_id, "NOT_YET_RECRUITING"))
    assert not imported["opened"]
    trial: str = imported["trial"]["id"]
    await coordinator.do("SetTrialCriteria", trialId=trial, criteria={"all": criteria})
    return trial


async def open_trial(coordinator: Client, nct_id: str) -> None:
    """Imports the record that says that the study recruits now."""
    assert (await coordinator.do("ImportTrial", record=study(nct_id, "RECRUITING")))["opened"]


async def totals(coordinator: Client, trial: str) -> dict[str, int]:
    """How many alerts are in which state, without those of which there are none."""
    alerts = (await coordinator.ask("Trial", id=trial))["trial"]["alerts"]
    return {state: number for state, number in alerts.items() if number}
