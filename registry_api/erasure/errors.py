"""What can be wrong when somebody asks to be erased.

ErasureError
└── ErasureConflict   an id that was accepted before came again from somebody else, or after a change of mind
"""

from __future__ import annotations


class ErasureError(Exception):
    """Its text tells the person what to do and holds nothing personal."""


class ErasureConflict(ErasureError):
    def __init__(self) -> None:
        super().__init__("This id belongs to another request. Make a new one.")
