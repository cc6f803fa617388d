"""Somebody outside, who sends what they like from as many networks as they like."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any, Self

import httpx2

WHOLE_REQUEST_REFUSED = "refused as a whole"
_ASK = """mutation($phone: String!) { requestSignInCode(phone: $phone) {
  __typename ... on TooManyRequests { retryAfterSeconds } } }"""
_ENTER = "mutation($phone: String!, $code: String!) { signIn(phone: $phone, code: $code) { __typename } }"


class Attacker:
    """Counts the kinds of answers. Each request comes from a network of its own, unless one is given."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self._networks = count()
        self.answers: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, phone: str, *, network: str | None = None) -> str:
        """Asks for a code; the kind of the answer."""
        return (await self._send(_ASK, {"phone": phone}, network))[0]

    async def enter(self, phone: str, code: str, *, network: str | None = None) -> str:
        """Tries a code; the kind of the answer."""
        return (await self._send(_ENTER, {"phone": phone, "code": code}, network))[0]

    async def enter_by_aliases(self, phone: str, codes: list[str], *, network: str | None = None) -> None:
        """Tries many codes in one document."""
        tries = (
            f'a{place}: signIn(phone: $phone, code: "{code}") {{ __typename }}'
            for place, code in enumerate(codes)
        )
        query = f"mutation($phone: String!) {{ {' '.join(tries)} }}"
        await self._send(query, {"phone": phone}, network, fields=len(codes))

    async def _send(
        self, query: str, variables: dict[str, Any], network: str | None, *, fields: int = 1
    ) -> list[str]:
        response = await self._http.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"x-forwarded-for": network or self._another()},
        )
        data = response.json().get("data") or {}
        kinds = [answer["__typename"] for answer in data.values()] or [WHOLE_REQUEST_REFUSED] * fields
        self.answers.update(kinds)
        return kinds

    def _another(self) -> str:
        block, rest = divmod(next(self._networks), 256 * 256)
        return f"{11 + block}.{rest // 256}.{rest % 256}.7"
