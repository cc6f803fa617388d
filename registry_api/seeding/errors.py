"""Why people made up cannot be sown.

SeedingError
└── SownDifferently   the database holds the demo's people of another seed, or somebody with their numbers
"""

from __future__ import annotations


class SeedingError(Exception):
    """Nothing was sown."""


class SownDifferently(SeedingError):
    def __init__(self) -> None:
        super().__init__(
            "This database was filled with another DEMO_SEED, or its numbers are in use. "
            "Use the same DEMO_SEED again, or an empty data folder."
        )
