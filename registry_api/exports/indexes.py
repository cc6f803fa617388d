from __future__ import annotations

from pymongo import IndexModel

QUESTIONS = "visit_questions"

INDEXES: dict[str, tuple[IndexModel, ...]] = {
    QUESTIONS: (),  # read by _id, which is the patient's
}
