"""One trials desk per test: a real database, people from a list, and a worker that can be killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession

from notifications.messages import Draft
from notifications.outbox import OUTBOX, Outbox
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo
from registry_api.trials.alerting.alerts import Alerts
from registry_api.trials.criteria import parse_criteria
from registry_api.trials.facts import Person
from registry_api.trials.ids import TrialId
from registry_api.trials.importing import Imported, TrialDesk
from registry_api.trials.patient_trials import Introductions, PatientTrials
from registry_api.trials.store import TrialStore
from registry_api.trials.trial import Trial
from registry_api.vault.vault import Vault
from tests.registry_api.audit.trails import KEY, by
from tests.registry_api.trials.examples import NOON, ListedPeople, study, with_status

OWNER = "coordinator-1"
CERVICAL = {"all": [{"form": {"in": ["CERVICAL"]}}, {"age": {"min": 18}}]}
LEASE = timedelta(seconds=60)


class Killed(BaseException):
    """The process ends here."""


class MortalOutbox(Outbox):
    """The real outbox, in a process that dies when it is about to queue for the n-th time."""

    dies_at: int | None = None
    dies_after_queueing = False
    calls = 0

    async def enqueue_many(
        self, drafts: Sequence[Draft], now: datetime, *, session: AsyncIOMotorClientSession | None = None
    ) -> int:
        self.calls += 1
        dying = self.calls == self.dies_at
        if dying and not self.dies_after_queueing:
            raise Killed
        queued = await super().enqueue_many(drafts, now, session=session)
        if dying:
            raise Killed
        return queued


@dataclass
class Desk:
    mongo: Mongo
    vault: Vault
    people: ListedPeople = field(default_factory=lambda: ListedPeople([]))

    def __post_init__(self) -> None:
        audit = Audit(self.mongo, KEY)
        self.desk = TrialDesk(self.mongo, audit)
        self.trials = TrialStore(self.mongo.database)
        self.patients = PatientTrials(self.mongo, self.people, audit)
        self.introductions = Introductions(self.mongo)
        self.outbox = MortalOutbox(self.mongo.database, self.vault)

    def alerts(
        self, *, batch: int = 10, batches_a_step: int = 2, people: ListedPeople | None = None
    ) -> Alerts:
        return Alerts(
            self.mongo,
            self.outbox,
            people or self.people,
            public_url="https://registry.example.org/",
            batch=batch,
            batches_a_step=batches_a_step,
            lease=LEASE,
        )

    async def take(
        self,
        status: str,
        *,
        posted: str = "2026-07-01",
        sites: str | None = None,
        number: int = 101,
        now: datetime = NOON,
    ) -> Imported:
        record = with_status(study(number), status, posted=posted, sites=sites)
        return await self.desk.import_record(record, by(OWNER), now)

    async def open_trial(self, *, number: int = 101, criteria: dict[str, Any] | None = None) -> Trial:
        imported = await self.take("RECRUITING", number=number)
        return await self.set_criteria(imported.trial.id, criteria or CERVICAL)

    async def set_criteria(self, trial: TrialId, raw: dict[str, Any], *, now: datetime = NOON) -> Trial:
        return await self.desk.set_criteria(by(OWNER), trial, parse_criteria(raw), now)

    async def work(self, now: datetime = NOON, worker: str = "w1", alerts: Alerts | None = None) -> int:
        """Works until nothing is left; how many steps that took."""
        steps = 0
        while await (alerts or self.alerts()).run_openings(now, worker):
            steps += 1
            assert steps < 500
        return steps

    async def match(self, person: Person, now: datetime = NOON) -> int:
        return await self.alerts().match_patient(person, now)

    async def queued(self, kind: str = "trial_alert", *, state: str | None = None) -> list[dict[str, Any]]:
        """The texts of a kind, by recipient."""
        found = self.mongo.database[OUTBOX].find({"recipient": {"$gte": ""}, "kind": kind})
        rows = [each async for each in found if state is None or each["state"] == state]
        return sorted(rows, key=lambda each: str(each["recipient"]))

    async def recipients(self, kind: str = "trial_alert") -> list[str]:
        return [each["recipient"] for each in await self.queued(kind)]

    async def mark(self, state: str, *patients: str) -> None:
        """Says what became of some alerts, as the relay does."""
        for message in await self.queued():
            if not patients or message["recipient"] in patients:
                await self.mongo.database[OUTBOX].update_one(
                    {"_id": message["_id"]}, {"$set": {"state": state}}
                )
