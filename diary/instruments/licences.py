"""Whose the wording of a questionnaire is, and whether it may be shown."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from diary.instruments.wording import Frozen


class LicenceStatus(StrEnum):
    OWN = "own"
    FREE = "free"
    LICENSED = "licensed"
    NOT_NEEDED = "not_needed"
    """We hold and show none of its wording: who rates brings a copy of their own."""
    UNVERIFIED = "unverified"

    @property
    def allows_publishing(self) -> bool:
        """Whether a questionnaire of this status may be shown to anybody at all."""
        return self is not LicenceStatus.UNVERIFIED


class Licence(Frozen):
    """`reference` names the terms: a page, a letter, a contract."""

    status: LicenceStatus
    owner: str = Field(min_length=1)
    reference: str = Field(min_length=1)
