from __future__ import annotations

import pytest

from tests.contract.collection_lint import ALLOWED, MAY_TOUCH, faults
from tests.contract.project import ROOT, source_files


def test_only_stores_touch_collections() -> None:
    """Outside store.py, outbox.py and mongo.py no code reaches into the database."""
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in source_files()
        if path.suffix == ".py" and path.name not in MAY_TOUCH
        if (wrong := faults(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('people = mongo.database["accounts"]', "line 1: takes a collection out of a database"),
        ("x = 1\npeople = database[NAME]", "line 2: takes a collection out of a database"),
        ('self._database.get_collection("a")', "line 1: calls get_collection on a database"),
        ("await people.find_one({})", "line 1: uses find_one of a collection"),
        ("act = people.update_one", "line 1: uses update_one of a collection"),
        (
            "from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession",
            "line 1: imports AsyncIOMotorClient",
        ),
    ],
)
def test_the_lint_sees_what_reaches_into_the_database(source: str, what: str) -> None:
    """Each way to a collection is found, with its line."""
    assert faults(source) == [what]


@pytest.mark.parametrize(
    "source",
    [
        "store = PeopleStore(mongo.database)",
        "found = await self._store.find(patient)",
        "await store.insert_many(accounts)",
        "def f(database: AsyncIOMotorDatabase[dict[str, Any]]) -> None: ...",
        "from motor.motor_asyncio import AsyncIOMotorClientSession",
        f'people = mongo.database["accounts"]  {ALLOWED}a reason',
    ],
)
def test_the_lint_lets_the_rest_pass(source: str) -> None:
    """Handing a database on, calling a store, and an escape with its reason are no faults."""
    assert faults(source) == []
