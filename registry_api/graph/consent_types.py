"""Consent texts, signatures and participation as clients see them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import strawberry

from registry_api.enrolment import consents, documents, participation
from registry_api.enrolment.consents import ConsentState, Decision, How, Purpose
from registry_api.enrolment.documents import Library
from registry_api.enrolment.participation import Axis, Change
from registry_api.enrolment.uses import NEEDS, Use, Uses, may, may_in_time
from registry_api.graph import enums as _enums  # noqa: F401 registers the domain's enums
from registry_api.graph.context import Info
from registry_api.identity.callers import Patient
from registry_api.identity.languages import Language


@strawberry.type(description="One consent text, of one version, in one language.")
class ConsentDocument:
    id: strawberry.ID
    purpose: Purpose
    version: str
    language: Language
    title: str
    summary: str
    paragraphs: list[str]
    text_sha256: str = strawberry.field(
        name="textSha256", description="SHA-256 of the text as shown; sent back with the signature."
    )
    required: bool = strawberry.field(description="Whether enrolment needs a yes to it.")
    material: bool = strawberry.field(
        description="Whether it changed something that matters, so that everybody is asked again."
    )
    what_changed: str | None = strawberry.field(
        description="What is another than in the version before; null for the first version."
    )


@strawberry.type(description="A version that came after the one that was signed.")
class ConsentChange:
    version: str
    material: bool
    what_changed: str


@strawberry.type(description="How one purpose stands.")
class Consent:
    library: strawberry.Private[Library]
    purpose: Purpose
    state: ConsentState
    version: str | None = strawberry.field(description="Of the text that was answered last.")
    signed_at: datetime | None
    current_version: str
    asks_again: bool = strawberry.field(
        description="True where a newer text changes something that matters; until it is answered, only what "
        "the text of `version` says may be done."
    )

    @strawberry.field(description="What has changed since `version`, oldest first.")
    def changes(self, language: Language = Language.EN) -> list[ConsentChange]:
        if self.version is None:
            return []
        return [
            ConsentChange(version=each.version, material=each.material, what_changed=each.what_changed or "")
            for each in self.library.newer(self.purpose, self.version, language)
        ]


@strawberry.type(description="One answer to one text; never changed, and kept after any withdrawal.")
class ConsentSignature:
    signer: strawberry.Private[Patient]
    signed: strawberry.Private[consents.Signature]
    id: strawberry.ID
    purpose: Purpose
    version: str
    language: Language
    text_sha256: str = strawberry.field(name="textSha256")
    decision: Decision
    how: How
    signed_at: datetime
    document: ConsentDocument | None = strawberry.field(
        description="The very text that was shown; null where its words are no longer those of the hash."
    )

    @strawberry.field(description="A file of HTML to keep: the text, the answer, the time and the hash.")
    async def copy(self, info: Info) -> str | None:
        # access: not asked, whoever holds a Patient acts as that person.
        return await info.context.services.copies.of(self.signer, self.signed)


@strawberry.enum(description="Whether we may write to the person first, or let others call them.")
class ContactState(StrEnum):
    ACTIVE = "ACTIVE"
    NONE = "NONE"


@strawberry.enum(description="Whether what the person told may be used for anything.")
class DataUseState(StrEnum):
    USE = "USE"
    NONE = "NONE"


@strawberry.type(description="How a person takes part; they alone change it, whatever they signed.")
class Participation:
    contact: ContactState
    contact_ended_at: datetime | None
    data_use: DataUseState
    data_use_ended_at: datetime | None
    paused_until: datetime | None = strawberry.field(
        description="When contact comes back by itself; null where it is not paused."
    )


@strawberry.type(description="One change of how a person takes part; never changed.")
class ParticipationEvent:
    change: Change
    how: How
    at: datetime
    until: datetime | None = strawberry.field(description="The end of a pause.")


@strawberry.type(description="Something that may or may not be done with a person's data now.")
class PermittedUse:
    use: Use
    permitted: bool = strawberry.field(description="Whether it may be done at this moment.")
    waits_until: datetime | None = strawberry.field(
        description="Where only a pause stands in the way: when it ends."
    )
    needs: list[Purpose] = strawberry.field(description="The consents on which it rests.")


def consent_document(document: documents.ConsentDocument) -> ConsentDocument:
    return ConsentDocument(
        id=strawberry.ID(document.id),
        purpose=document.purpose,
        version=document.version,
        language=document.language,
        title=document.title,
        summary=document.summary,
        paragraphs=list(document.paragraphs),
        text_sha256=document.text_sha256,
        required=document.required,
        material=document.material,
        what_changed=document.what_changed,
    )


def consent(standing: consents.Standing, library: Library) -> Consent:
    return Consent(
        library=library,
        purpose=standing.purpose,
        state=standing.state,
        version=standing.version,
        signed_at=standing.signed_at,
        current_version=library.current_version(standing.purpose),
        asks_again=library.asks_again(standing),
    )


def consent_signature(signer: Patient, signature: consents.Signature, library: Library) -> ConsentSignature:
    document = library.as_signed(signature)
    return ConsentSignature(
        signer=signer,
        signed=signature,
        id=strawberry.ID(signature.id),
        purpose=signature.purpose,
        version=signature.version,
        language=Language(signature.language),
        text_sha256=signature.text_sha256,
        decision=signature.decision,
        how=signature.how,
        signed_at=signature.at,
        document=consent_document(document) if document else None,
    )


def participation_state(takes_part: participation.Participation) -> Participation:
    contact, data_use = takes_part.ended_at(Axis.CONTACT), takes_part.ended_at(Axis.DATA_USE)
    return Participation(
        contact=ContactState.NONE if contact else ContactState.ACTIVE,
        contact_ended_at=contact,
        data_use=DataUseState.NONE if data_use else DataUseState.USE,
        data_use_ended_at=data_use,
        paused_until=takes_part.paused_until,
    )


def participation_event(event: participation.ParticipationEvent) -> ParticipationEvent:
    return ParticipationEvent(change=event.change, how=event.how, at=event.at, until=event.until)


def permitted_uses(uses: Uses) -> list[PermittedUse]:
    return [
        PermittedUse(
            use=use,
            permitted=may(uses, use),
            waits_until=uses.paused_until if may_in_time(uses, use) and not may(uses, use) else None,
            needs=list(NEEDS[use]),
        )
        for use in Use
    ]
