"""Patients who join in the way the web app lets them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys.clients import Client
from tests.journeys.house import House
from tests.journeys.numbers import next_number
from tests.journeys.phones import Phone

EVERYTHING = ("REGISTRY", "TEXTS", "TRIAL_CONTACT")
CORE = ("pulling", "pain", "fear_of_being_looked_at")


_ZONES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/New_York",
    "Atlantic/Azores",
    "Europe/London",
    "Africa/Nairobi",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
)


def zone_at(hour: int) -> str:
    """The zone whose clock is nearest to this hour now: by day texts about trials go out, by night not."""
    now = datetime.now(UTC)

    def hours_away(name: str) -> float:
        local = now.astimezone(ZoneInfo(name))
        away = abs(local.hour + local.minute / 60 - hour) % 24
        return min(away, 24 - away)

    return min(_ZONES, key=hours_away)


@dataclass
class Patient:
    """Somebody enrolled: their session, their phone, and where their clock stands."""

    client: Client
    phone: Phone
    name: str
    zone: str
    id: str

    @property
    def today(self) -> date:
        """Their local day; journeys run by day, so that it is the open one as well."""
        return datetime.now(ZoneInfo(self.zone)).date()

    async def check_in(self, about: date, ratings: Sequence[int], entry: str | None = None) -> Any:
        """Records the three core ratings of a day, and gives the whole answer."""
        return await self.client.ask("RecordCheckIn", input=self.entry(about, ratings, entry))

    def entry(self, about: date, ratings: Sequence[int], entry: str | None = None) -> dict[str, Any]:
        return {
            "entryId": entry or str(uuid.uuid4()),
            "about": about.isoformat(),
            "timeZone": self.zone,
            "clientAt": datetime.now(UTC).isoformat(),
            "answers": [
                {"itemId": item, "rating": rating} for item, rating in zip(CORE, ratings, strict=True)
            ],
        }

    async def days(self) -> list[Any]:
        """Every check-in, page by page, newest first."""
        found: list[Any] = []
        after = None
        while True:
            page = (await self.client.ask("CheckIns", first=30, after=after))["checkIns"]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    async def prompt_now(self) -> None:
        """Sets the daily prompt to the minute that the person's clock shows."""
        while True:
            minute = self._minute()
            await self.client.do("ChangeSettings", input={"promptTime": minute})
            if self._minute() == minute:
                return

    def _minute(self) -> str:
        return datetime.now(ZoneInfo(self.zone)).strftime("%H:%M")


async def newcomer(house: House, name: str) -> tuple[Client, Phone]:
    """Somebody with a phone who has signed in for the first time."""
    phone = await house.desk.phone(next_number(), name)
    client = house.client()
    await client.sign_in(phone)
    return client, phone


async def decide(client: Client, granted: Collection[str]) -> None:
    """Reads every consent; signs these, and says no to the others that the daily life needs."""
    documents = (await client.ask("ConsentDocuments", language="EN"))["consentDocuments"]
    for document in documents:
        if document["purpose"] not in EVERYTHING:
            continue
        answer = "GRANTED" if document["purpose"] in granted else "REFUSED"
        shown = {name: document[name] for name in ("purpose", "version", "language", "textSha256")}
        await client.do("SignConsent", input={**shown, "decision": answer})


async def enrolled(
    house: House,
    name: str,
    *,
    consents: Collection[str] = EVERYTHING,
    forms: Sequence[str] = ("CERVICAL",),
    country: str = "US",
    injected_weeks_ago: int = 20,
    zone: str | None = None,
    **more: Any,
) -> Patient:
    """Somebody who has gone the whole way from the first code to the enrolment."""
    client, phone = await newcomer(house, name)
    await decide(client, consents)
    zone = zone or zone_at(13)
    injected = datetime.now(UTC).date() - timedelta(weeks=injected_weeks_ago)
    treatment = {
        "treatmentId": str(uuid.uuid4()),
        "kind": "TOXIN_INJECTION",
        "startedOn": injected.isoformat(),
        "product": "onabotulinumtoxinA",
        "response": "GOOD",
    }
    form = {
        "name": name,
        "birthMonth": "1974-05",
        "sex": "FEMALE",
        "forms": [{"form": form, "onset": "2014"} for form in forms],
        "isolated": "YES",
        "toxinEver": "YES",
        "dbs": "NO",
        "country": country,
        "timeZone": zone,
        "language": "EN",
        "treatments": [treatment],
        **more,
    }
    answer = await client.do("Enrol", input=form)
    return Patient(client, phone, name, zone, answer["patient"]["id"])
