from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages that every text of ours exists in (ISO 639-1)."""

    EN = "en"
    ES = "es"
