"""How somebody can be reached at this moment, for `notifications.directory.Recipients`."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.ids import RecipientId
from notifications.phone import PhoneNumber
from notifications.recipients import Recipient
from registry_api.enrolment.permissions import Permissions
from registry_api.enrolment.store import EnrolmentStore
from registry_api.enrolment.uses import Use, may_in_time
from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.identity.challenges.store import ChallengeStore
from registry_api.identity.ids import ChallengeId, challenge_of
from registry_api.identity.numbers.naming import ASKED_FOR_A_CODE
from registry_api.identity.sign_in import CHALLENGE_PHONE
from registry_api.identity.store import Account
from registry_api.mongo import Mongo
from registry_api.vault.vault import PASSING, Vault

_UTC = ZoneInfo("UTC")


class RegistryRecipients:
    """Patients, staff, and people who wait for a sign-in code."""

    def __init__(self, mongo: Mongo, vault: Vault, accounts: Accounts, permissions: Permissions) -> None:
        self._vault = vault
        self._accounts = accounts
        self._challenges = ChallengeStore(mongo.database)
        self._permissions = permissions
        self._enrolments = EnrolmentStore(mongo.database)

    async def find(
        self,
        recipient: RecipientId,
        now: datetime,
        *,
        session: AsyncIOMotorClientSession | None = None,
    ) -> Recipient | None:
        """What the sender must know now; None for nobody, a used code, or an erased account."""
        challenge = challenge_of(recipient)
        if challenge is not None:
            return await self._waiting_for_a_code(challenge, now)
        account = await self._accounts.store.find(recipient, session=session)
        if account is None:
            return None
        if account.role is Role.PATIENT:
            return await self._patient(account, now, session)
        return Recipient(
            address=(await self._accounts.holder_of(account)).phone,
            address_key=account.number,
            zone=_UTC,
            language=account.language,
            texts_permitted=True,
            trial_contact_permitted=False,
            patient=False,
        )

    async def _waiting_for_a_code(self, challenge: ChallengeId, now: datetime) -> Recipient | None:
        found = await self._challenges.find(challenge, now)
        if found is None:
            return None
        phone = PhoneNumber(await self._vault.open(PASSING, CHALLENGE_PHONE, found.phone))
        number = await self._accounts.numbers.known(phone, now, ASKED_FOR_A_CODE)
        return Recipient(
            address=phone,
            address_key=number.name,
            zone=_UTC,
            language=found.language,
            texts_permitted=True,
            trial_contact_permitted=False,
            patient=False,
        )

    async def _patient(
        self, account: Account, now: datetime, session: AsyncIOMotorClientSession | None
    ) -> Recipient:
        patient = PatientId(account.id)
        uses = await self._permissions.of(patient, now, session=session)
        holder, profile = await asyncio.gather(
            self._accounts.holder_of(account), self._enrolments.find(patient)
        )
        return Recipient(
            address=holder.phone,
            address_key=account.number,
            zone=ZoneInfo(profile.settings.time_zone) if profile else _UTC,
            language=profile.settings.language if profile else account.language,
            texts_permitted=may_in_time(uses, Use.TEXT_PROMPTS),
            trial_contact_permitted=may_in_time(uses, Use.ALERT_TRIALS),
            patient=True,
            paused_until=uses.paused_until,
        )
