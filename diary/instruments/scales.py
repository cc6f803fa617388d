"""What a questionnaire adds up to: its scales, with their source, and the bands of their values.

A band helps to decide whether to talk about something. It is never a diagnosis, and no wording says so.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise

from pydantic import Field, model_validator

from diary.instruments.wording import Frozen, Wording


class Direction(StrEnum):
    """What a higher number means."""

    HIGHER_IS_WORSE = "HIGHER_IS_WORSE"
    HIGHER_IS_BETTER = "HIGHER_IS_BETTER"


class Domain(StrEnum):
    """The part of living with dystonia that an item or a scale is about."""

    MOTOR = "MOTOR"
    PAIN = "PAIN"
    DISABILITY = "DISABILITY"
    PSYCHIATRIC = "PSYCHIATRIC"


class Method(StrEnum):
    """How the answers of a scale become one number."""

    SUM = "SUM"
    MEAN = "MEAN"
    TYPED_IN = "TYPED_IN"
    NOT_SCORED = "NOT_SCORED"


class Transform(StrEnum):
    """PERCENT puts the scale's own range on 0 to 100."""

    NONE = "NONE"
    PERCENT = "PERCENT"


class Missing(Frozen):
    """Which answers may be missing; the missing ones then count as the mean of those given.

    Either a number of items, or the least share of the items that apply which must be answered.
    """

    at_most: int | None = Field(default=None, ge=1)
    answered_share: float | None = Field(default=None, gt=0, lt=1)
    source: str = Field(min_length=1)

    def allows(self, missing: int, of: int) -> bool:
        """Whether this many may be missing of those that apply; something must be answered."""
        if missing >= of:
            return False
        if self.at_most is not None:
            return missing <= self.at_most
        return of - missing >= (self.answered_share or 1) * of

    @model_validator(mode="after")
    def _is_one_rule(self) -> Missing:
        if (self.at_most is None) == (self.answered_share is None):
            raise ValueError("either a number may be missing, or a share must be answered")
        return self


class Band(Frozen):
    """The values from `at_least` up to the next band, in the units of the scale's value."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    at_least: float
    label: Wording


class Scale(Frozen):
    """One number that a questionnaire gives.

    `minimum` to `maximum` is the range of its value, after the transform. `decimals` is how many it is
    rounded to, halves up. `reversed` items count from their far end. A scale that is NOT_SCORED says why.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Wording
    method: Method
    direction: Direction
    source: str = Field(min_length=1)
    minimum: float
    maximum: float
    domain: Domain | None = None
    items: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()
    transform: Transform = Transform.NONE
    missing: Missing | None = None
    decimals: int = Field(default=0, ge=0, le=2)
    step: float | None = None
    bands: tuple[Band, ...] = ()
    bands_source: str | None = None
    not_scored: str | None = None

    def band_of(self, value: float) -> Band | None:
        """The band of a value; None where the scale has no bands."""
        return next((band for band in reversed(self.bands) if value >= band.at_least), None)

    @model_validator(mode="after")
    def _is_consistent(self) -> Scale:
        if self.minimum >= self.maximum:
            raise ValueError(f"{self.id}: the range is upside down")
        added_up = self.method in {Method.SUM, Method.MEAN}
        if added_up != bool(self.items):
            raise ValueError(f"{self.id}: a scale that is added up names its items, and no other does")
        if (self.method is Method.NOT_SCORED) != bool(self.not_scored):
            raise ValueError(f"{self.id}: a scale that is not scored says why, and no other does")
        if (self.method is Method.TYPED_IN) != (self.step is not None):
            raise ValueError(f"{self.id}: a total that is typed in has a step, and no other scale has")
        if len(set(self.items)) != len(self.items) or not set(self.reversed) <= set(self.items):
            raise ValueError(f"{self.id}: an item occurs twice, or is reversed without being there")
        if self.missing and not self.missing.allows(1, len(self.items)):
            raise ValueError(f"{self.id}: a rule about missing items lets at least one be missing")
        self._check_bands()
        return self

    def _check_bands(self) -> None:
        starts = [band.at_least for band in self.bands]
        if not starts:
            return
        if self.bands_source is None:
            raise ValueError(f"{self.id}: bands need a citation")
        if starts[0] != self.minimum or starts[-1] > self.maximum:
            raise ValueError(f"{self.id}: the bands cover the range from its lowest value")
        if any(low >= high for low, high in pairwise(starts)):
            raise ValueError(f"{self.id}: the bands go upwards")
