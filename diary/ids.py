from __future__ import annotations

from typing import NewType

PatientId = NewType("PatientId", str)
EntryId = NewType("EntryId", str)
TreatmentId = NewType("TreatmentId", str)
NoteId = NewType("NoteId", str)
PromptId = NewType("PromptId", str)
