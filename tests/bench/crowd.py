"""Many made-up diaries, written in bulk without holding them in memory."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection

from diary.check_ins import Answer
from diary.checking_in.documents import check_in_to_document
from diary.ids import PatientId
from diary.indexes import CHECK_INS
from diary.keys import Document, day_key
from tests.diary.examples import kept

_BATCH = 5000
_SIDE_BY_SIDE = 1000
_PATTERNS = 50
_ITEMS = ("pulling", "pain", "fear_of_being_looked_at")


def load(uri: str, database: str, people: range, days: int, told: Callable[[int], None]) -> None:
    """Writes `days` entries of each of these people; `told` hears of every batch.

    A thousand people at a time write day by day, so that one person's entries
    lie among those of others, as they would after years.
    """
    client: MongoClient[Document] = MongoClient(uri)
    collection: Collection[Document] = client[database].get_collection(
        CHECK_INS, write_concern=WriteConcern(w=1, j=False)
    )
    written = _documents(people, days)
    while batch := list(islice(written, _BATCH)):
        collection.insert_many(batch, ordered=False)
        told(len(batch))
    client.close()


def _documents(people: range, days: int) -> Iterator[Document]:
    random, last = Random(people.start), date(2026, 6, 1)
    patterns = [_pattern(random) for _ in range(_PATTERNS)]
    for start in range(people.start, people.stop, _SIDE_BY_SIDE):
        some = [PatientId(_id(random)) for _ in range(start, min(start + _SIDE_BY_SIDE, people.stop))]
        for ago in range(days, 0, -1):
            about = last - timedelta(days=ago)
            for patient in some:
                yield _of(random.choice(patterns), patient, about, _id(random))


def _pattern(random: Random) -> Document:
    """An entry as the service stores it, of nobody and no day yet."""
    answers = [Answer.rated(item, random.randrange(11)) for item in _ITEMS]
    return check_in_to_document(kept(date(2026, 1, 1), *answers))


def _of(pattern: Document, patient: PatientId, about: date, key: str) -> Document:
    receipt: dict[str, Any] = pattern["receipts"][0]
    return {
        **pattern,
        "_id": day_key(patient, about, "daily"),
        "patient": patient,
        "receipts": [{**receipt, "key": key}],
    }


def _id(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))
