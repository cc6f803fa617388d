"""Reading and signing consents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from registry_api.enrolment import consents, documents
from registry_api.enrolment.consents import ConsentState, Decision, Purpose
from registry_api.enrolment.signing import Signing
from registry_api.graph.context import Info
from registry_api.graph.problems import ConsentTextChanged, InvalidInput, NotAllowed, NotSignedIn
from registry_api.identity.access import as_patient
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


@strawberry.type(description="How one purpose stands.")
class Consent:
    purpose: Purpose
    state: ConsentState
    version: str | None
    signed_at: datetime | None


@strawberry.input
class SignConsentInput:
    purpose: Purpose
    version: str
    language: Language
    text_sha256: str = strawberry.field(name="textSha256")
    decision: Decision
    signature_id: UUID | None = strawberry.field(
        default=None,
        description="Made by the client: sent again, it adds nothing. Without one, each call signs.",
    )


@strawberry.type
class ConsentSigned:
    consent: Consent
    already: bool = strawberry.field(description="True where this very request had been taken before.")


SignConsentResult = Annotated[
    ConsentSigned | ConsentTextChanged | InvalidInput | NotSignedIn | NotAllowed,
    strawberry.union("SignConsentResult"),
]


async def sign_consent(info: Info, input: SignConsentInput) -> SignConsentResult:  # noqa: A002
    patient = as_patient(info.context.caller)
    signing = Signing(
        purpose=input.purpose,
        version=input.version,
        language=input.language,
        text_sha256=input.text_sha256,
        decision=input.decision,
        id=str(input.signature_id) if input.signature_id else None,
    )
    signed = await info.context.services.consents.sign(patient, signing, info.context.now)
    signature = signed.signature
    return ConsentSigned(
        consent=Consent(
            purpose=signature.purpose,
            state=ConsentState(signature.decision),
            version=signature.version,
            signed_at=signature.at,
        ),
        already=signed.already,
    )


def consent_documents(language: Language = Language.EN) -> list[ConsentDocument]:
    return [
        ConsentDocument(
            id=strawberry.ID(document.id),
            purpose=document.purpose,
            version=document.version,
            language=document.language,
            title=document.title,
            summary=document.summary,
            paragraphs=list(document.paragraphs),
            text_sha256=document.text_sha256,
            required=document.required,
        )
        for document in documents.current(language)
    ]


def consent(standing: consents.Standing) -> Consent:
    return Consent(
        purpose=standing.purpose,
        state=standing.state,
        version=standing.version,
        signed_at=standing.signed_at,
    )


@strawberry.type
class ConsentQuery:
    consent_documents: list[ConsentDocument] = strawberry.field(
        resolver=consent_documents, description="The current text of each of the six consents."
    )


@strawberry.type
class ConsentMutation:
    sign_consent: SignConsentResult = strawberry.mutation(
        resolver=sign_consent, description="Grants or refuses one purpose; refusing later takes it back."
    )
