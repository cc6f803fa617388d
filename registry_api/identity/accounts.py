"""Making accounts, and reading back what identifies their holders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from motor.motor_asyncio import AsyncIOMotorClientSession

from diary.ids import PatientId
from notifications.ids import AddressKey
from notifications.phone import PhoneNumber
from registry_api.audit.events import Action, Actor, AuditEvent
from registry_api.audit.store import Audit
from registry_api.identity.callers import Role
from registry_api.identity.errors import NotFound, NumberTaken
from registry_api.identity.ids import StaffId, new_patient_id, new_staff_id
from registry_api.identity.languages import Language
from registry_api.identity.numbers.naming import Numbers
from registry_api.identity.numbers.store import Number
from registry_api.identity.phones import ending
from registry_api.identity.store import Account, AccountStore
from registry_api.mongo import Mongo
from registry_api.vault.vault import Sealed, Vault

_IDENTITY = "account.identity"
_NOBODY = "nobody"
_NO_NUMBER = AddressKey("")  # until the account is stored
_NOT_STAFF = frozenset({Role.ANONYMOUS, Role.PATIENT, Role.API_CLIENT})


@dataclass(frozen=True, slots=True)
class Holder:
    """What identifies the holder of an account; a patient has no name before enrolment."""

    phone: PhoneNumber = field(repr=False)
    name: str | None = field(default=None, repr=False)


class Accounts:
    """One account a phone number; name and number are one sealed record under the account's own key."""

    def __init__(self, mongo: Mongo, vault: Vault) -> None:
        self._mongo = mongo
        self.store = AccountStore(mongo.database)
        self.numbers = Numbers(mongo, vault)
        self._vault = vault

    async def by_phone(self, phone: PhoneNumber) -> Account | None:
        """The account of a number; costs the same whether or not there is one."""
        number = await self.numbers.find(phone)
        return await self.store.find((number.account if number else None) or _NOBODY)

    async def for_sign_in(self, phone: PhoneNumber, language: Language, now: datetime) -> Account:
        """The account of a number, made as a patient's where there is none; callers at once get the same."""
        known = await self.by_phone(phone)
        if known is not None:
            return known
        made = await self.sealed(new_patient_id(), Role.PATIENT, phone, now=now, language=language)
        return await self.add(made, phone, now)

    async def of_number(self, phone: PhoneNumber) -> Account:
        """Raises NotFound where the number has no account."""
        account = await self.by_phone(phone)
        if account is None:
            raise NotFound
        return account

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
        _check_staff(role, organisation)
        account = await self.by_phone(phone)
        if account is None:
            made = await self.sealed(
                new_staff_id(), role, phone, now=now, name=name, language=language, organisation=organisation
            )
            account = await self.add(made, phone, now)
        if account.role is not role:
            raise NumberTaken
        return StaffId(account.id)

    async def add_staff(
        self,
        role: Role,
        name: str,
        phone: PhoneNumber,
        now: datetime,
        *,
        by: Actor,
        audit: Audit,
        organisation: str | None = None,
    ) -> StaffId:
        """A new staff account, with the event of its making; for the deployer.

        Raises:
            NumberTaken: the number has an account already.
            ValueError: as `create_staff`.
        """
        _check_staff(role, organisation)
        made = await self.sealed(
            new_staff_id(), role, phone, now=now, name=name, language=Language.EN, organisation=organisation
        )
        event = AuditEvent(
            actor=by, action=Action.STAFF_ADDED, subject=made.id, reason=f"as {role.lower()}", at=now
        )

        async def act(session: AsyncIOMotorClientSession) -> None:
            if (await self._store(made, phone, now, session)).account != made.id:
                raise NumberTaken
            await audit.record(event, session=session)

        await self.numbers.transact(act)
        return StaffId(made.id)

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
        """An account that is not stored yet, for `add` or `add_many`."""
        return Account(
            id=account,
            role=role,
            number=_NO_NUMBER,
            identity=await self._vault.seal(account, _IDENTITY, _fields(Holder(phone, name))),
            language=language,
            organisation=organisation,
            created_at=now,
        )

    async def add(self, made: Account, phone: PhoneNumber, now: datetime) -> Account:
        """Stores an account and gives it the number; the account that the number has, where it has one."""
        number = await self.numbers.transact(lambda session: self._store(made, phone, now, session))
        return await self._found(number.account or made.id)

    async def add_many(
        self, made: Sequence[tuple[Account, PhoneNumber]], *, session: AsyncIOMotorClientSession
    ) -> None:
        """Stores many accounts and gives them their numbers, for seeding. Raises NumberTaken."""
        names = await self.numbers.claim_many({account.id: phone for account, phone in made}, session=session)
        await self.store.insert_many(
            [replace(account, number=names[account.id]) for account, _ in made], session=session
        )

    async def set_name(
        self, account: str, name: str, *, session: AsyncIOMotorClientSession | None = None
    ) -> None:
        """Raises NotFound where the account is gone."""
        former = await self.holder_of(await self._found(account, session=session))
        sealed = await self._vault.seal(account, _IDENTITY, _fields(Holder(former.phone, name)))
        await self.store.set_identity(account, sealed, session=session)

    async def holder_of(self, account: Account) -> Holder:
        return _holder(await self._vault.open_record(account.id, _IDENTITY, account.identity))

    async def holders_of(self, accounts: Sequence[Account]) -> dict[str, Holder]:
        """The holders by account, in one fetch of their keys; who was erased meanwhile is left out."""
        opened = await self._vault.open_many(
            [Sealed(account.id, _IDENTITY, account.identity) for account in accounts]
        )
        return {
            account.id: _holder(fields)
            for account, fields in zip(accounts, opened, strict=True)
            if fields is not None and not isinstance(fields, str)
        }

    async def names_of(self, accounts: Sequence[str]) -> dict[str, str]:
        """The names of those of the accounts that are there and have one."""
        there = await self.store.find_many(accounts)
        holders = await self.holders_of(list(there.values()))
        return {account: holder.name for account, holder in holders.items() if holder.name is not None}

    async def own_name(self, account: str) -> str | None:
        """The name of the account's holder, for the holder; None before enrolment."""
        return (await self.holder_of(await self._found(account))).name

    async def language_of(self, account: str) -> Language:
        """The language in which the account was made."""
        return (await self._found(account)).language

    async def phone_ending(self, account: str) -> str:
        """The last four digits, for the holder."""
        return ending((await self.holder_of(await self._found(account))).phone)

    async def _store(
        self, made: Account, phone: PhoneNumber, now: datetime, session: AsyncIOMotorClientSession
    ) -> Number:
        """Stores the account, unless another one has the number."""
        number = await self.numbers.claim(phone, made.id, now, session=session)
        if number.account == made.id:
            await self.store.insert_many([replace(made, number=number.name)], session=session)
        return number

    async def _found(self, account: str, *, session: AsyncIOMotorClientSession | None = None) -> Account:
        found = await self.store.find(account, session=session)
        if found is None:
            raise NotFound
        return found


def _fields(holder: Holder) -> dict[str, str]:
    return {"phone": holder.phone} | ({} if holder.name is None else {"name": holder.name})


def _holder(fields: Mapping[str, str]) -> Holder:
    return Holder(PhoneNumber(fields["phone"]), fields.get("name"))


def _check_staff(role: Role, organisation: str | None) -> None:
    if role in _NOT_STAFF or (role is Role.COALITION_MEMBER) != (organisation is not None):
        raise ValueError(role)
