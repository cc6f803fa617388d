"""The stand-in's phones, as somebody who holds one: read what comes, answer, and let things go wrong."""

import re
import time
from typing import Any

import httpx2

from tests.leaks import learn

_CODE = re.compile(r"\b\d{6}\b")
_LONGEST_WAIT = 20.0


class Desk:
    """All phones of one stand-in."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx2.AsyncClient(base_url=url, timeout=40, trust_env=False)
        self._phones: dict[str, Phone] = {}

    async def phone(self, number: str, name: str) -> "Phone":
        """The phone with this number, put on the desk if it is not there yet; always the same one."""
        if number not in self._phones:
            self._phones[number] = await self._put(number, name)
        return self._phones[number]

    async def _put(self, number: str, name: str) -> "Phone":
        learn(number, name)
        answer = await self._http.post("/phones", json={"name": name[:40], "number": number})
        if answer.status_code == httpx2.codes.CONFLICT:
            listed = (await self._http.get("/phones")).json()["phones"]
            found = next(each for each in listed if each["number"] == number)
        else:
            found = answer.raise_for_status().json()
        return Phone(self._http, found["id"], number)

    async def clear_faults(self) -> None:
        (await self._http.delete("/phones/all/faults")).raise_for_status()

    async def close(self) -> None:
        await self._http.aclose()


class Phone:
    """One phone. `next_text` gives each text once, in the order of asking."""

    def __init__(self, http: httpx2.AsyncClient, phone_id: str, number: str) -> None:
        self._http = http
        self._id = phone_id
        self.number = number
        self._read: set[str] = set()

    async def texts(self, contains: str = "", **wanted: Any) -> list[dict[str, Any]]:
        """Everything the service has sent so far, or what of it contains these words."""
        query = {"way": "to_phone", "contains": contains, **wanted}
        answer = await self._http.get(f"/phones/{self._id}/messages", params=query)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return found

    async def next_text(self, contains: str = "", *, seconds: float = _LONGEST_WAIT) -> str:
        """The next delivered text with these words that was not read yet; waits for it."""
        deadline, stamp = time.monotonic() + seconds, 0
        while (left := deadline - time.monotonic()) > 0:
            query: dict[str, Any] = {"way": "to_phone", "status": "delivered", "contains": contains}
            query |= {"after": stamp, "wait": min(left, _LONGEST_WAIT)}
            answer = await self._http.get(f"/phones/{self._id}/messages", params=query)
            page = answer.raise_for_status().json()
            for message in page["messages"]:
                if message["sid"] not in self._read:
                    self._read.add(message["sid"])
                    learn(*_CODE.findall(message["text"]))
                    return str(message["text"])
            stamp = page["stamp"]
        got = [(each["status"], each["text"]) for each in await self.texts()]
        raise AssertionError(f"no new text with {contains!r} in {seconds} s; the phone has {got}")

    async def reply(self, text: str) -> None:
        """Answers the service, and waits until it has taken the text."""
        learn(text)
        answer = await self._http.post(f"/phones/{self._id}/replies", json={"text": text, "wait": 20})
        taken = answer.raise_for_status().json()
        assert taken["webhook"] == "200", taken

    async def post_reply(self, text: str) -> None:
        """Answers the service, without waiting."""
        learn(text)
        answer = await self._http.post(f"/phones/{self._id}/replies", json={"text": text})
        answer.raise_for_status()

    async def fault(self, kind: str, *, once: bool = True) -> None:
        """Lets something go wrong with the next text to this phone, or with every one."""
        body = {"kind": kind, "once": once}
        (await self._http.post(f"/phones/{self._id}/faults", json=body)).raise_for_status()
