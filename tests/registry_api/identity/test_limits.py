from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.phone import PhoneNumber
from registry_api.audit.events import Channel, Origin
from registry_api.identity.errors import (
    CodeRejected,
    CountryNotServed,
    TextsUnavailable,
    TooManyRequests,
    TooManyTries,
)
from registry_api.identity.indexes import ALLOWANCES, CHALLENGES, DECOYS, INDEXES
from registry_api.identity.languages import Language
from registry_api.identity.limits.rules import Limits, Scope, for_code
from registry_api.identity.limits.store import SignInFlags
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE, Desk
from tests.registry_api.stored_bytes import all_of

Desks = Callable[[Limits | None], Desk]
HERE = Origin(Channel.WEB, "198.51.100.0/24")
THERE = Origin(Channel.WEB, "203.0.113.0/24")
_PLENTY = Limits()


def _numbers(count: int, prefix: str = "+1202555") -> list[PhoneNumber]:
    return [PhoneNumber(f"{prefix}{1000 + each}") for each in range(count)]


async def _ask_at_once(
    desks: Sequence[Desk], phones: Sequence[PhoneNumber], origin: Origin = HERE, now: datetime = NOW
) -> list[Any]:
    """Each number asks once, at the same moment, the desks taking turns."""
    return await asyncio.gather(
        *(
            desks[place % len(desks)].sign_in.request_code(phone, Language.EN, now, origin=origin)
            for place, phone in enumerate(phones)
        ),
        return_exceptions=True,
    )


def _count(results: Sequence[object], kind: type) -> int:
    return sum(isinstance(each, kind) for each in results)


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (replace(_PLENTY, network_texts_an_hour=7), TooManyRequests),
        (replace(_PLENTY, country_texts_an_hour=7), TextsUnavailable),
        (replace(_PLENTY, country_texts_a_day=7), TextsUnavailable),
        (replace(_PLENTY, texts_a_day=7), TextsUnavailable),
    ],
    ids=["network", "country and hour", "country and day", "all"],
)
async def test_two_processes_at_once_cannot_exceed_a_limit(
    desk_with: Desks, limits: Limits, refused: type[Exception]
) -> None:
    """Of twenty numbers at one moment, through two services on one database, exactly seven are texted."""
    desks = [desk_with(limits), desk_with(limits)]
    results = await _ask_at_once(desks, _numbers(20))
    assert _count(results, timedelta) == 7, results
    assert _count(results, refused) == 13, results
    assert len(await desks[0].texts()) == 7
    (later,) = await _ask_at_once([desk_with(limits)], [OTHER_PHONE], THERE, NOW + timedelta(days=1))
    assert isinstance(later, timedelta)


async def test_a_refusal_says_when_the_window_ends(desk_with: Desks) -> None:
    """The hour of a network ends with the hour; the day of all texts with the day of UTC."""
    desk = desk_with(replace(_PLENTY, network_texts_an_hour=1, texts_a_day=2))
    await desk.ask(origin=HERE)
    with pytest.raises(TooManyRequests) as hour:
        await desk.ask(phone=OTHER_PHONE, origin=HERE)
    await desk.ask(phone=OTHER_PHONE, origin=THERE)
    with pytest.raises(TextsUnavailable) as day:
        await desk.ask(NOW + timedelta(hours=1), phone=OTHER_PHONE, origin=HERE)
    assert 0 <= hour.value.retry_after_seconds - 30 * 60 <= 1
    assert 0 <= day.value.retry_after_seconds - 6.5 * 3600 <= 1


async def test_networks_and_countries_do_not_use_up_each_others_allowance(desk_with: Desks) -> None:
    """Another network, and a number with another country's prefix, are served."""
    desk = desk_with(replace(_PLENTY, network_texts_an_hour=1, country_texts_an_hour=1))
    await desk.ask(origin=HERE)
    await desk.ask(phone=OTHER_PHONE, origin=THERE)
    with pytest.raises(TextsUnavailable):
        await desk.ask(phone=PhoneNumber("+12025550999"), origin=Origin(Channel.WEB, None))


async def test_what_is_refused_uses_nothing_up(desk_with: Desks, mongo: Mongo) -> None:
    """A number that asks too often takes nothing from its network, its country, or the day."""
    desk = desk_with(_PLENTY)
    for _ in range(3):
        await desk.ask(origin=HERE)
    before = await all_of(mongo.database, ALLOWANCES)
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            await desk.ask(origin=HERE)
    assert await all_of(mongo.database, ALLOWANCES) == before
    used: dict[str, int] = {}
    for each in before:
        name = each["_id"].rpartition("/")[0]
        used[name] = used.get(name, 0) + each["count"]
    assert set(used) == {each.name for each in for_code(_PLENTY, PHONE, HERE, NOW)}
    assert set(used.values()) == {3}


async def test_tries_from_one_network_are_limited(desk_with: Desks) -> None:
    """Whoever tries many numbers from one network is stopped before anything is compared."""
    limited = desk_with(replace(_PLENTY, network_tries_an_hour=6))
    results = await asyncio.gather(
        *(limited.sign_in.sign_in(phone, "123456", NOW, origin=HERE) for phone in _numbers(15)),
        return_exceptions=True,
    )
    assert _count(results, CodeRejected) == 6
    assert _count(results, TooManyTries) == 9
    with pytest.raises(CodeRejected):
        await limited.sign_in.sign_in(OTHER_PHONE, "123456", NOW, origin=THERE)


async def test_used_up_texts_raise_one_flag_for_staff(
    desk_with: Desks, mongo: Mongo, logged: Callable[[], str]
) -> None:
    """However often it is refused, staff find one open flag a window, and the log has one line."""
    desk = desk_with(replace(_PLENTY, texts_a_day=1))
    await desk.ask()
    for phone in _numbers(4):
        with pytest.raises(TextsUnavailable):
            await desk.ask(phone=phone)
    flags = SignInFlags(mongo.database)
    (flag,) = await flags.open_flags()
    assert (flag.scope, flag.at, flag.until.hour) == (Scope.TEXTS, NOW, 0)
    assert logged().count("sign_in_texts_used_up") == 1
    await flags.close(flag.allowance)
    assert await flags.open_flags() == []


@pytest.mark.parametrize(
    ("phone", "served"),
    [
        ("+12025550123", True),
        ("+447700900456", True),
        ("+18765550123", False),
        ("+33639981234", False),
        ("+881612345678", False),
    ],
)
async def test_codes_go_to_countries_on_the_list_only(desk_with: Desks, phone: str, *, served: bool) -> None:
    """A country that shares its prefix with a listed one is still another country."""
    desk = desk_with(replace(_PLENTY, countries=frozenset({"US", "GB"})))
    if served:
        await desk.ask(phone=PhoneNumber(phone))
        return
    with pytest.raises(CountryNotServed):
        await desk.ask(phone=PhoneNumber(phone))
    assert await desk.texts() == []


async def test_everything_that_is_counted_ends_by_itself(desk: Desk, mongo: Mongo) -> None:
    """What is kept about requests and tries has a moment at which the database removes it."""
    await desk.ask()
    with pytest.raises(CodeRejected):
        await desk.sign_in.sign_in(OTHER_PHONE, "123456", NOW)
    for name in (CHALLENGES, ALLOWANCES, DECOYS):
        assert any(index.document.get("expireAfterSeconds") == 0 for index in INDEXES[name])
        kept = await all_of(mongo.database, name)
        assert kept
        assert all(NOW < each["purge_at"] <= NOW + timedelta(days=4) for each in kept)
