"""Passkeys: a person's own, signing in with them, and stepping up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from registry_api.graph.context import Info
from registry_api.graph.passkey_types import (
    Passkey,
    PasskeyAssertionInput,
    PasskeyAttestationInput,
    PasskeyCreationOptions,
    PasskeyRequestOptions,
    asserted,
    attested,
    creation_options,
    passkey,
    request_options,
)
from registry_api.graph.problems import (
    InvalidInput,
    LimitReached,
    NotFound,
    NotSignedIn,
    PasskeyMissing,
    PasskeyRejected,
    SignInAgain,
    StepUpRequired,
    TooManyRequests,
)
from registry_api.graph.sign_in import SignedIn
from registry_api.graph.viewer import me
from registry_api.identity.access import signed_in
from registry_api.identity.ids import CredentialId
from registry_api.identity.step_up import LASTS


@strawberry.type
class PasskeyRegistrationStarted:
    options: PasskeyCreationOptions


@strawberry.type
class PasskeyAdded:
    passkey: Passkey
    already: bool = strawberry.field(description="True where this very passkey was here already.")


@strawberry.type
class PasskeyRenamed:
    passkey: Passkey


@strawberry.type
class PasskeyRemoved:
    passkey: Passkey


@strawberry.type
class PasskeyRestored:
    passkey: Passkey


@strawberry.type
class PasskeySignInStarted:
    options: PasskeyRequestOptions


@strawberry.type
class StepUpStarted:
    options: PasskeyRequestOptions


@strawberry.type
class SteppedUp:
    until: datetime = strawberry.field(description="How long the proof counts.")


StartPasskeyRegistrationResult = Annotated[
    PasskeyRegistrationStarted | StepUpRequired | SignInAgain | LimitReached | NotSignedIn,
    strawberry.union("StartPasskeyRegistrationResult"),
]
AddPasskeyResult = Annotated[
    PasskeyAdded | PasskeyRejected | InvalidInput | StepUpRequired | SignInAgain | LimitReached | NotSignedIn,
    strawberry.union("AddPasskeyResult"),
]
RenamePasskeyResult = Annotated[
    PasskeyRenamed | InvalidInput | NotFound | NotSignedIn, strawberry.union("RenamePasskeyResult")
]
RemovePasskeyResult = Annotated[
    PasskeyRemoved | StepUpRequired | NotFound | NotSignedIn, strawberry.union("RemovePasskeyResult")
]
RestorePasskeyResult = Annotated[
    PasskeyRestored | StepUpRequired | NotFound | NotSignedIn, strawberry.union("RestorePasskeyResult")
]
StartPasskeySignInResult = Annotated[
    PasskeySignInStarted | TooManyRequests, strawberry.union("StartPasskeySignInResult")
]
SignInWithPasskeyResult = Annotated[SignedIn | PasskeyRejected, strawberry.union("SignInWithPasskeyResult")]
StartStepUpResult = Annotated[
    StepUpStarted | PasskeyMissing | NotSignedIn, strawberry.union("StartStepUpResult")
]
StepUpResult = Annotated[SteppedUp | PasskeyRejected | NotSignedIn, strawberry.union("StepUpResult")]


async def passkeys(info: Info) -> list[Passkey]:
    own = await info.context.services.keyring.all_of(signed_in(info.context.caller), info.context.now)
    return [passkey(each) for each in own]


async def start_passkey_registration(info: Info) -> StartPasskeyRegistrationResult:
    options = await info.context.services.keyring.start(signed_in(info.context.caller), info.context.now)
    return PasskeyRegistrationStarted(options=creation_options(options))


async def add_passkey(info: Info, attestation: PasskeyAttestationInput, name: str) -> AddPasskeyResult:
    added, already = await info.context.services.keyring.add(
        signed_in(info.context.caller), attested(attestation), name, info.context.now
    )
    return PasskeyAdded(passkey=passkey(added), already=already)


async def rename_passkey(info: Info, id: strawberry.ID, name: str) -> RenamePasskeyResult:  # noqa: A002
    renamed = await info.context.services.keyring.rename(
        signed_in(info.context.caller), CredentialId(id), name, info.context.now
    )
    return PasskeyRenamed(passkey=passkey(renamed))


async def remove_passkey(info: Info, id: strawberry.ID) -> RemovePasskeyResult:  # noqa: A002
    removed = await info.context.services.keyring.remove(
        signed_in(info.context.caller), CredentialId(id), info.context.now
    )
    return PasskeyRemoved(passkey=passkey(removed))


async def restore_passkey(info: Info, id: strawberry.ID) -> RestorePasskeyResult:  # noqa: A002
    restored = await info.context.services.keyring.restore(
        signed_in(info.context.caller), CredentialId(id), info.context.now
    )
    return PasskeyRestored(passkey=passkey(restored))


async def start_passkey_sign_in(info: Info) -> StartPasskeySignInResult:
    # access: not asked, it is how one becomes somebody.
    options = await info.context.services.passkey_proofs.start_sign_in(info.context.now, info.context.origin)
    return PasskeySignInStarted(options=request_options(options))


async def sign_in_with_passkey(info: Info, assertion: PasskeyAssertionInput) -> SignInWithPasskeyResult:
    # access: not asked, it is how one becomes somebody.
    context = info.context
    session = await context.services.passkey_proofs.sign_in(
        asserted(assertion), context.now, replaces=context.token, origin=context.origin, device=context.device
    )
    context.keep_session(session)
    return SignedIn(me=await me(info))


async def start_step_up(info: Info) -> StartStepUpResult:
    options = await info.context.services.passkey_proofs.start_step_up(
        signed_in(info.context.caller), info.context.now
    )
    return StepUpStarted(options=request_options(options))


async def step_up(info: Info, assertion: PasskeyAssertionInput) -> StepUpResult:
    context = info.context
    session = await context.services.passkey_proofs.step_up(
        signed_in(context.caller), asserted(assertion), context.now, replaces=context.token
    )
    context.keep_session(session)
    return SteppedUp(until=context.now + LASTS)


@strawberry.type
class PasskeysQuery:
    passkeys: list[Passkey] = strawberry.field(
        resolver=passkeys, description="The passkeys of the person who asks, oldest first; 20 at most."
    )


@strawberry.type
class PasskeysMutation:
    start_passkey_registration: StartPasskeyRegistrationResult = strawberry.mutation(
        resolver=start_passkey_registration,
        description="What a device needs to make a passkey; good for five minutes and one answer.",
    )
    add_passkey: AddPasskeyResult = strawberry.mutation(
        resolver=add_passkey, description="Keeps the passkey that a device has made."
    )
    rename_passkey: RenamePasskeyResult = strawberry.mutation(resolver=rename_passkey)
    remove_passkey: RemovePasskeyResult = strawberry.mutation(
        resolver=remove_passkey, description="Ends a passkey at once. For ten minutes this can be undone."
    )
    restore_passkey: RestorePasskeyResult = strawberry.mutation(
        resolver=restore_passkey, description="Takes the removal of a passkey back."
    )
    start_passkey_sign_in: StartPasskeySignInResult = strawberry.mutation(
        resolver=start_passkey_sign_in,
        description="What a device needs to sign in; good for five minutes and one answer.",
    )
    sign_in_with_passkey: SignInWithPasskeyResult = strawberry.mutation(
        resolver=sign_in_with_passkey, description="Trades a proof for a session, as `signIn` does a code."
    )
    start_step_up: StartStepUpResult = strawberry.mutation(
        resolver=start_step_up, description="What a device needs to prove again that it is the same person."
    )
    step_up: StepUpResult = strawberry.mutation(
        resolver=step_up,
        description="A proof that opens what is sensitive for five minutes; the session's token changes.",
    )
