"""Reading and signing consents."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry

from registry_api.enrolment.consents import Decision, Purpose
from registry_api.enrolment.signing import Signing
from registry_api.graph.consent_types import (
    Consent,
    ConsentDocument,
    ConsentSignature,
    consent,
    consent_document,
    consent_signature,
)
from registry_api.graph.context import Info
from registry_api.graph.problems import (
    ConsentTextChanged,
    InvalidInput,
    NotAllowed,
    NotSignedIn,
    TooManyRequests,
)
from registry_api.identity.access import as_patient
from registry_api.identity.languages import Language


@strawberry.input
class SignConsentInput:
    purpose: Purpose
    version: str
    language: Language
    text_sha256: str = strawberry.field(name="textSha256")
    decision: Decision
    signature_id: UUID | None = strawberry.field(
        default=None,
        description="Made by the client: sent again, it adds nothing. Without it, each call signs.",
    )


@strawberry.type
class ConsentSigned:
    consent: Consent
    signature: ConsentSignature
    already: bool = strawberry.field(description="True where this very request had been taken before.")


SignConsentResult = Annotated[
    ConsentSigned | ConsentTextChanged | TooManyRequests | InvalidInput | NotSignedIn | NotAllowed,
    strawberry.union("SignConsentResult"),
]


async def sign_consent(info: Info, input: SignConsentInput) -> SignConsentResult:  # noqa: A002
    services, patient = info.context.services, as_patient(info.context.caller)
    signing = Signing(
        purpose=input.purpose,
        version=input.version,
        language=input.language,
        text_sha256=input.text_sha256,
        decision=input.decision,
        id=str(input.signature_id) if input.signature_id else None,
    )
    signed = await services.consents.sign(patient, signing, info.context.now)
    return ConsentSigned(
        consent=consent(signed.standing, services.library),
        signature=consent_signature(patient, signed.signature, services.library),
        already=signed.already,
    )


def consent_documents(info: Info, language: Language = Language.EN) -> list[ConsentDocument]:
    # access: not asked, the texts are for everybody
    return [consent_document(document) for document in info.context.services.library.current(language)]


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
