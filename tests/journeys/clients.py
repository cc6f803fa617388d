"""GraphQL as the web app speaks it: the files under graphql/operations, a cookie, and nothing else."""

import re
from functools import cache
from typing import Any

import httpx2

from registry_api.graph.documents import document_id
from registry_api.packed import contract_folder
from tests.authenticator import Authenticator, add_passkey, step_up_with
from tests.journeys.phones import Phone
from tests.leaks import watch

_CODE = re.compile(r"\b(\d{6})\b")


@cache
def operations() -> dict[str, str]:
    """The text of each operation by its name."""
    files = (contract_folder() / "operations").rglob("*.graphql")
    return {file.stem: file.read_text() for file in files}


class Client:
    """One person's session with the service."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.AsyncClient(
            base_url=url, timeout=30, trust_env=False, event_hooks={"response": [watch]}
        )
        self._device = Authenticator(url)

    async def ask(self, operation: str, **variables: Any) -> Any:
        """The data of an operation's answer."""
        answer = await self.answer(operation, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def answer(self, operation: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation."""
        name = document_id(operations()[operation])
        response = await self.http.post("/graphql", json={"documentId": name, "variables": variables})
        answer: dict[str, Any] = response.json()
        return answer

    async def do(self, operation: str, **variables: Any) -> Any:
        """The answer of a mutation, which must not be a problem."""
        [answer] = (await self.ask(operation, **variables)).values()
        assert "code" not in answer, (operation, answer)
        return answer

    async def sign_in(self, phone: Phone) -> None:
        """Asks for a code, reads it on the phone, and types it."""
        await self.do("RequestSignInCode", phone=phone.number, language="EN")
        found = _CODE.search(await phone.next_text("code"))
        assert found is not None
        await self.do("SignIn", phone=phone.number, code=found[1])

    async def step_up(self) -> None:
        """Proves with a passkey who is asking; the first time, makes one."""
        if not self._device.credentials:
            await add_passkey(self.do, self._device)
        await step_up_with(self.do, self._device)

    async def close(self) -> None:
        await self.http.aclose()
