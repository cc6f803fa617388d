"""Wording that a deployer loads, and its licence: each act in one transaction with its audit event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.instruments import catalogue
from diary.instruments.catalogue import Instrument, Kind
from diary.instruments.licences import Licence
from diary.questionnaires import matching, reading, resources
from diary.questionnaires.loaded import Shelved, languages_of, published
from diary.questionnaires.store import QuestionnaireStore
from registry_api.audit.events import SERVICE, Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.mongo import Mongo


@dataclass(frozen=True)
class Standing:
    """How one instrument stands: `missing` says what keeps it from being asked, if anything does."""

    definition: Instrument
    licence: Licence
    languages: frozenset[str]
    missing: str | None

    @property
    def published(self) -> bool:
        return self.missing is None


@dataclass(frozen=True)
class LoadResult:
    text: reading.Loaded
    already: bool


class Questionnaires:
    """Loads, licenses and lists; what people are asked comes from the store."""

    def __init__(self, mongo: Mongo, store: QuestionnaireStore, audit: Audit) -> None:
        self._mongo = mongo
        self._store = store
        self._audit = audit

    async def load(
        self,
        document: object,
        by: Actor,
        now: datetime,
        *,
        instrument: str | None = None,
        value_sets: Sequence[object] = (),
    ) -> LoadResult:
        """Keeps the words of a FHIR R4 Questionnaire; nobody is shown them until a licence is recorded.

        Raises:
            NotAQuestionnaire: it has faults, each with its place, or does not fit the definition.
            NoDefinitionFits: it is not plain which instrument it is, and `instrument` does not say so.
            UnknownInstrument: `instrument` is none that has to be loaded.
        """
        checked = resources.checked_questionnaire(document)
        sets = [resources.checked_value_set(each) for each in value_sets]
        definition = (
            matching.loadable(instrument, catalogue.definitions())
            if instrument
            else matching.matched(checked, catalogue.definitions().values())
        )
        text = reading.read(checked, definition, sets)

        async def act(session: AsyncIOMotorClientSession) -> LoadResult:
            new = await self._store.put(text, now, session=session)
            if new:
                event = _event(definition, Action.INSTRUMENT_LOADED, text.sha256, by, now)
                await self._audit.record(event, session=session)
            return LoadResult(text, already=not new)

        return await self._mongo.transact(act)

    async def record_licence(self, instrument: str, licence: Licence, by: Actor, now: datetime) -> Standing:
        """Notes the terms of loaded words; as `unverified` they stay out of reach.

        Raises:
            UnknownInstrument, TextNotLoaded: there is nothing to be licensed.
        """
        definition = matching.loadable(instrument, catalogue.definitions())

        async def act(session: AsyncIOMotorClientSession) -> None:
            await self._store.record_licence(instrument, licence, now, session=session)
            event = _event(definition, Action.INSTRUMENT_LICENSED, licence.status, by, now)
            await self._audit.record(event, session=session)

        await self._mongo.transact(act)
        return next(each for each in await self.standings() if each.definition.id == instrument)

    async def standings(self) -> list[Standing]:
        """Every instrument that there is, in the order of their ids."""
        shelved = await self._store.all()
        return [standing(one, shelved.get(name)) for name, one in sorted(catalogue.definitions().items())]


def _event(definition: Instrument, action: Action, reason: str, by: Actor, now: datetime) -> AuditEvent:
    record = f"{definition.id} {definition.version}"
    return AuditEvent(actor=by, action=action, subject=SERVICE, record=record, reason=reason, at=now)


def standing(definition: Instrument, shelved: Shelved | None) -> Standing:
    """How an instrument stands with what is loaded for it."""
    if definition.kind is Kind.TYPED_IN:
        return Standing(definition, definition.licence, frozenset(), None)
    if definition.worded:
        lacking = None if definition.licence.status.allows_publishing else "a licence"
        return Standing(definition, definition.licence, definition.languages, lacking)
    if shelved is None:
        return Standing(definition, definition.licence, frozenset(), "the wording")
    languages = languages_of(shelved.text)
    return Standing(
        definition,
        shelved.licence or definition.licence,
        languages,
        None if published(definition, shelved) else _lacking(definition, shelved, languages),
    )


def _lacking(definition: Instrument, shelved: Shelved, languages: frozenset[str]) -> str:
    if shelved.text.version != definition.version:
        return "the wording of this version"
    if shelved.text.no_options:
        return "the words of its answers"
    if not languages:
        return "a language that has every text"
    return "a licence"
