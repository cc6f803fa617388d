from __future__ import annotations

from typing import NewType

PhoneNumber = NewType("PhoneNumber", str)
"""E.164, as in +15005550006."""
