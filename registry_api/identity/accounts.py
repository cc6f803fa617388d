"""Making accounts, and reading back what identifies their holders."""

from __future__ import annotations

from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.phone import PhoneNumber
from registry_api.identity.callers import Role
from registry_api.identity.errors import NotFound, NumberTaken
from registry_api.identity.ids import StaffId, new_patient_id, new_staff_id
from registry_api.identity.languages import Language
from registry_api.identity.phones import ending
from registry_api.identity.store import Account, AccountStore
from registry_api.mongo import Mongo
from registry_api.vault import Vault

_PHONE = "phone"
_NAME = "name"
_NOT_STAFF = frozenset({Role.ANONYMOUS, Role.PATIENT})


class Accounts:
    """One account a phone number; name and number are sealed under the account's own key."""

    def __init__(self, mongo: Mongo, vault: Vault) -> None:
        self.store = AccountStore(mongo.database)
        self._vault = vault

    async def for_sign_in(self, phone: PhoneNumber, language: Language, now: datetime) -> Account:
        """The account of a number, made as a patient's where there is none; callers at once get the same."""
        phone_key = self._vault.phone_key(phone)
        known = await self.store.find_by_phone_key(phone_key)
        if known is not None:
            return known
        made = await self.sealed(new_patient_id(), Role.PATIENT, phone, now=now, language=language)
        if await self.store.insert(made):
            return made
        return await self._made_meanwhile(phone_key)

    async def create_patient(
        self, phone: PhoneNumber, now: datetime, *, language: Language = Language.EN
    ) -> PatientId:
        """A patient's account without signing in, for seeding; the same number gives the same account.

        Raises:
            NumberTaken: the number belongs to a member of staff.
        """
        account = await self.for_sign_in(phone, language, now)
        if account.role is not Role.PATIENT:
            raise NumberTaken
        return PatientId(account.id)

    async def create_staff(
        self,
        role: Role,
        name: str,
        phone: PhoneNumber,
        now: datetime,
        *,
        organisation: str | None = None,
        language: Language = Language.EN,
    ) -> StaffId:
        """A staff account; asking again with the same number and role gives the same account.

        Raises:
            NumberTaken: the number has an account of another role.
            ValueError: the role is not of staff, or a coalition member has no organisation.
        """
        if role in _NOT_STAFF or (role is Role.COALITION_MEMBER) != (organisation is not None):
            raise ValueError(role)
        phone_key = self._vault.phone_key(phone)
        account = await self.store.find_by_phone_key(phone_key)
        if account is None:
            made = await self.sealed(
                new_staff_id(), role, phone, now=now, name=name, language=language, organisation=organisation
            )
            account = made if await self.store.insert(made) else await self._made_meanwhile(phone_key)
        if account.role is not role:
            raise NumberTaken
        return StaffId(account.id)

    async def sealed(
        self,
        account: str,
        role: Role,
        phone: PhoneNumber,
        *,
        now: datetime,
        language: Language,
        name: str | None = None,
        organisation: str | None = None,
    ) -> Account:
        """An account that is not stored yet; seeding stores many with `store.insert_many`."""
        return Account(
            id=account,
            role=role,
            phone_key=self._vault.phone_key(phone),
            phone=await self._vault.seal(account, _PHONE, phone),
            name=None if name is None else await self._vault.seal(account, _NAME, name),
            language=language,
            organisation=organisation,
            created_at=now,
        )

    async def seal_name(self, account: str, name: str) -> bytes:
        """To be done before a transaction starts, because it may make the account's key."""
        return await self._vault.seal(account, _NAME, name)

    async def set_name(
        self, account: str, sealed: bytes, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Stores what `seal_name` gave."""
        await self.store.set_name(account, sealed, session=session)

    async def phone_of(self, account: Account) -> PhoneNumber:
        return PhoneNumber(await self._vault.open(account.id, _PHONE, account.phone))

    async def name_of(self, account: Account) -> str | None:
        return None if account.name is None else await self._vault.open(account.id, _NAME, account.name)

    async def own_name(self, account: str) -> str | None:
        """The name of the account's holder, for the holder; None before enrolment."""
        return await self.name_of(await self._found(account))

    async def language_of(self, account: str) -> Language:
        """The language in which the account was made."""
        return (await self._found(account)).language

    async def phone_ending(self, account: str) -> str:
        """The last four digits, for the holder."""
        return ending(await self.phone_of(await self._found(account)))

    async def _found(self, account: str) -> Account:
        found = await self.store.find(account)
        if found is None:
            raise NotFound
        return found

    async def _made_meanwhile(self, phone_key: str) -> Account:
        found = await self.store.find_by_phone_key(phone_key)
        if found is None:
            raise NotFound
        return found
