"""Indexes of the diary's collections; `registry_api.mongo` makes them at start.

`check_ins._id` is "patient:day:instrument": it makes an entry unique and gives the order of pages.
`check_ins.receipts.key` finds an entry by any id that was ever accepted for it, and makes each unique.
"""

from __future__ import annotations

from pymongo import IndexModel

CHECK_INS = "check_ins"
NOTES = "notes"
TREATMENTS = "treatments"
PROMPTS = "prompts"
PROMPT_SCHEDULES = "prompt_schedules"
INSTRUMENT_TEXTS = "instrument_texts"
RESCORED = "rescored"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    CHECK_INS: (IndexModel([("patient", 1), ("receipts.key", 1)], name="accepted_ids", unique=True),),
    NOTES: (IndexModel([("patient", 1), ("place", 1)], name="of_days"),),
    TREATMENTS: (IndexModel([("patient", 1), ("started_on", -1), ("_id", 1)], name="of_patient"),),
    PROMPTS: (),
    INSTRUMENT_TEXTS: (),
    RESCORED: (),
    PROMPT_SCHEDULES: (IndexModel([("next_at", 1), ("lease_until", 1)], name="due"),),
}
