from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day: YYYY, YYYY-MM or YYYY-MM-DD.

    Pydantic reads it from such a string and writes it as one.

    Raises:
        ValueError: the numbers are no date of the calendar.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("A day needs its month.")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Reads YYYY, YYYY-MM or YYYY-MM-DD.

        Raises:
            ValueError: the text has another form, or names a day that the calendar lacks.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("Write the date as YYYY, YYYY-MM or YYYY-MM-DD.")
        try:
            return cls(*(int(part) if part else None for part in found.groups()))  # type: ignore[arg-type]
        except ValueError:
            raise ValueError("There is no such date in the calendar.") from None

    @classmethod
    def of_day(cls, day: date) -> PartialDate:
        return cls(day.year, day.month, day.day)

    @property
    def is_day(self) -> bool:
        """Whether it is known to the day."""
        return self.day is not None

    @property
    def first_day(self) -> date:
        """The earliest day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.to_string_ser_schema(),
        )
