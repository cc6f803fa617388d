"""Matches patients again after they changed: new facts, or a new yes to contact about trials."""

from __future__ import annotations

from datetime import datetime

from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use
from registry_api.trials.alerting.alerts import Alerts
from registry_api.trials.patients import RegistryPeople

_BATCH = 50


class Rematching:
    """The worker's step for changed patients. Two workers on one patient alert once: alerts have one key."""

    def __init__(self, profiles: EnrolmentStore, people: RegistryPeople, alerts: Alerts) -> None:
        self._profiles = profiles
        self._people = people
        self._alerts = alerts

    async def run_once(self, now: datetime) -> int:
        """Deals with one batch of changed patients; how many they were."""
        changed = await self._profiles.changed(_BATCH)
        for patient, at in changed:
            person = await self._people.permitting(patient, Use.ALERT_TRIALS, now)
            if person is not None:
                await self._alerts.match_patient(person, now)
            await self._profiles.unmark_changed(patient, at)
        return len(changed)
