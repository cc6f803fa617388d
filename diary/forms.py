from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """A form of dystonia; a person may have several."""

    CERVICAL = "CERVICAL"
    LARYNGEAL = "LARYNGEAL"
    BLEPHAROSPASM = "BLEPHAROSPASM"
    CRANIOFACIAL = "CRANIOFACIAL"
    LIMB = "LIMB"
    OTHER = "OTHER"
