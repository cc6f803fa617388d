"""Looks for people where there must be none: in logs, in errors, and in addresses of requests.

Whatever was sealed in this process, written on a phone, or signed in with is an identifier from then on. The
suite's hooks ask about all that a test printed or logged, every client about each address and each message
of an error, and the house about the logs of its processes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

import httpx2

from diary.instruments.catalogue import daily
from registry_api.vault.vault import Vault

_SHORTEST = 6
_NUMBER = re.compile(r"\+?\d{10,15}")
_CODE = re.compile(r"\d{6}")
_ALONE = re.compile(r"(?<![\w.])\d{6}(?!\w)")
_OF_OURS = re.compile(r"[a-z_.\-]+|https?://\S+")  # words of the program, hosts, addresses

_QUESTIONS = {
    text
    for item in daily().items
    for wording in (item.label, item.short, item.lowest, item.highest)
    if wording is not None
    for text in wording.root.values()
}
"""A conversation that is sealed holds the names of the items that it asks for: they name nobody."""

_known: set[str] = set()


def learn(*identifiers: str) -> None:
    """From now on these are looked for: names, numbers, codes, free text; what is too short is left out."""
    for text in identifiers:
        bare = text.removeprefix("+") if _NUMBER.fullmatch(text) else text
        if len(bare) >= _SHORTEST and not _OF_OURS.fullmatch(bare) and bare not in _QUESTIONS:
            _known.add(bare)


def leaks(text: str, *, codes: bool = True) -> list[str]:
    """The identifiers that stand in a text; codes only where they stand alone, not inside an id or a time.

    Without `codes` they are not looked for: of many numbers of six digits, one is a code by chance.
    """
    found = {known for known in _known if known in text and not _CODE.fullmatch(known)}
    alone = set(_ALONE.findall(text)) if codes else set()
    return sorted(found | (alone & _known))


def require_nobody(text: str, where: str, *, codes: bool = True) -> None:
    """Fails with what was found."""
    found = leaks(text, codes=codes)
    assert not found, f"{where} tells of {found}"


class WatchedVault(Vault):
    """A vault that makes everything it seals an identifier."""

    async def seal(self, *args: Any, **kwargs: Any) -> bytes:
        learn(*_strings([*args[2:], *kwargs.values()]))
        return await super().seal(*args, **kwargs)


async def watch(response: httpx2.Response) -> None:
    """To be hung on a client's answers: neither the address nor a message of an error may name anybody."""
    require_nobody(unquote_plus(str(response.request.url)), "an address")
    await response.aread()
    if "json" in response.headers.get("content-type", ""):
        for message in messages(json.loads(response.text or "null")):
            require_nobody(message, "an error")


def messages(answer: Any) -> Iterator[str]:
    """The texts of errors and problems in an answer of GraphQL."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "message" and isinstance(value, str):
                yield value
            else:
                yield from messages(value)
    elif isinstance(answer, list):
        for each in answer:
            yield from messages(each)


def _strings(held: Any) -> Iterator[str]:
    """Every text in a value, also in one that is JSON."""
    if isinstance(held, Mapping):
        yield from _strings(list(held.values()))
    elif isinstance(held, str):
        yield from _strings(json.loads(held)) if held.startswith(("{", "[")) else [held]
    elif isinstance(held, Iterable):
        for each in held:
            yield from _strings(each)
