"""Turns a due schedule into an open prompt and a queued text, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.instruments.catalogue import DAILY, Instrument, daily
from diary.planning.dues import Due
from diary.prompting.store import PromptStore
from diary.prompts import Ask, DuePrompt, Prompt
from notifications import templates
from notifications.ids import RecipientId
from notifications.messages import Draft, Kind
from notifications.outbox import Outbox
from notifications.segments import measure
from registry_api.enrolment.enrolments import Enrolments
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.profile import Profile
from registry_api.enrolment.uses import Use, may
from registry_api.identity.languages import Language
from registry_api.mongo import Mongo
from registry_api.prompting.asking import Asking

_BATCH = 50


class Prompting:
    """The worker's step for daily prompts; `link` leads to the page where all else that is asked waits."""

    def __init__(
        self,
        mongo: Mongo,
        permissions: Permissions,
        *,
        prompts: PromptStore,
        outbox: Outbox,
        enrolments: Enrolments,
        asking: Asking,
        link: str,
    ) -> None:
        self._mongo = mongo
        self._permissions = permissions
        self._prompts = prompts
        self._outbox = outbox
        self._enrolments = enrolments
        self._asking = asking
        self._link = link

    async def run_once(self, now: datetime, worker: str) -> int:
        """Deals with what is due, up to one batch; how many schedules that were."""
        due = await self._prompts.claim_due(now, worker, _BATCH)
        if not due:
            return 0
        profiles = await self._enrolments.profiles([each.patient for each in due])
        published = await self._asking.published()
        for each in due:
            profile = profiles.get(each.patient)
            besides = await self._besides(profile, published, now) if profile else ()
            await self._prompt(each, profile.settings.language if profile else Language.EN, besides, now)
        return len(due)

    async def _prompt(
        self, due: DuePrompt, language: Language, besides: Sequence[Due], now: datetime
    ) -> None:

        async def act(session: AsyncIOMotorClientSession) -> None:
            uses = await self._permissions.of(due.patient, now, session=session)
            if not may(uses, Use.TEXT_PROMPTS):
                await self._prompts.advance(due, now, session=session)
                return
            prompt = await self._prompts.open_and_advance(due, now, besides, session=session)
            if prompt is not None:
                await self._outbox.enqueue(prompt_text(prompt, language, self._link), now, session=session)

        await self._mongo.transact(act)

    async def _besides(
        self, profile: Profile, published: Mapping[str, Instrument], now: datetime
    ) -> Sequence[Due]:
        """What is asked of somebody besides the daily ratings."""
        asked = await self._asking.of_profile(profile, published, now)
        return [each for each in asked.dues if each.instrument != DAILY]


def prompt_text(prompt: Prompt, language: Language, link: str) -> Draft:
    """The question of a prompt, its items named in the order in which the answer is read.

    Where the prompt offers questionnaires the link to them comes along, if all of it fits one text; they wait
    on the page in any case.
    """
    items = [item for name in prompt.items if (item := daily().item(name)) is not None]
    slots = {"items": ", ".join(item.short.in_language(language) for item in items)}
    template = "prompt_pause" if prompt.ask is Ask.WHETHER_TO_PAUSE else "prompt"
    with_link = slots | {"link": link}
    if prompt.offered and measure(templates.render("prompt_week", language, with_link)).segments == 1:
        template, slots = "prompt_week", with_link
    return Draft(
        recipient=RecipientId(prompt.patient),
        kind=Kind.PROMPT,
        template=template,
        language=language,
        slots=slots,
        reason_key=reason_of(prompt),
        expires_at=prompt.expires_at,
    )


def reason_of(prompt: Prompt) -> str:
    """The one reason for the text of a prompt, by which the outbox finds it."""
    return f"prompt:{prompt.id}"
