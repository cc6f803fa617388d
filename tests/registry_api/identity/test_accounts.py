from __future__ import annotations

import pytest

from registry_api.identity.accounts import Accounts
from registry_api.identity.callers import Role
from registry_api.identity.errors import NotFound, NumberTaken
from registry_api.identity.languages import Language
from registry_api.mongo import Mongo
from tests.registry_api.identity.desk import NOW, OTHER_PHONE, PHONE


async def test_making_an_account_again_gives_the_same_one(accounts: Accounts) -> None:
    """Seeding can run twice: patient and staff accounts are found again by their number."""
    staff = await accounts.create_staff(Role.COORDINATOR, "Ada", PHONE, NOW)
    patient = await accounts.create_patient(OTHER_PHONE, NOW, language=Language.ES)
    assert await accounts.create_staff(Role.COORDINATOR, "Ada", PHONE, NOW) == staff
    assert await accounts.create_patient(OTHER_PHONE, NOW) == patient
    assert await accounts.language_of(patient) is Language.ES
    assert await accounts.own_name(staff) == "Ada"
    assert await accounts.own_name(patient) is None
    assert await accounts.phone_ending(patient) == "0456"


async def test_a_number_has_one_role(accounts: Accounts) -> None:
    """A number that is taken cannot get an account of another role."""
    await accounts.create_staff(Role.COORDINATOR, "Ada", PHONE, NOW)
    with pytest.raises(NumberTaken):
        await accounts.create_staff(Role.APPROVER, "Ada", PHONE, NOW)
    with pytest.raises(NumberTaken):
        await accounts.create_patient(PHONE, NOW)


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(Role.PATIENT, None), (Role.ANONYMOUS, None), (Role.COALITION_MEMBER, None), (Role.APPROVER, "North")],
)
async def test_a_staff_account_must_make_sense(
    accounts: Accounts, role: Role, organisation: str | None
) -> None:
    """Patients are no staff; a member has an organisation and nobody else has one."""
    with pytest.raises(ValueError, match=role):
        await accounts.create_staff(role, "Ada", PHONE, NOW, organisation=organisation)


async def test_many_accounts_can_be_added_at_once(accounts: Accounts, mongo: Mongo) -> None:
    """Seeded accounts can be found as if their holders had signed in."""
    made = [
        await accounts.sealed(f"seeded-{n}", Role.PATIENT, phone, now=NOW, language=Language.EN, name="A B")
        for n, phone in enumerate((PHONE, OTHER_PHONE))
    ]
    phones = zip(made, (PHONE, OTHER_PHONE), strict=True)
    await mongo.transact(lambda session: accounts.add_many(list(phones), session=session))
    assert await accounts.create_patient(OTHER_PHONE, NOW) == "seeded-1"
    assert await accounts.own_name("seeded-0") == "A B"


async def test_an_account_that_is_not_there_is_not_found(accounts: Accounts) -> None:
    """Asking for the name of nobody says that there is nobody."""
    with pytest.raises(NotFound):
        await accounts.own_name("nobody")
