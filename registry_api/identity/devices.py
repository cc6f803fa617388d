"""What somebody signed in with, as coarsely as they would say it themselves: "Chrome on Android". Pure.

Both names come from the lists below, never from what the browser sent, which can tell people apart.
"""

from __future__ import annotations

from dataclasses import dataclass

# The first that is found: most browsers also call themselves by the names of others.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """None where it is none that we know, such as a program."""

    browser: str | None = None
    system: str | None = None


UNKNOWN = Device()


def device_of(user_agent: str | None) -> Device:
    """What a User-Agent header stands for."""
    text = user_agent or ""
    return Device(_first(_BROWSERS, text), _first(_SYSTEMS, text))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in names if mark in text), None)
