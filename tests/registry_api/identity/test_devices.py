from __future__ import annotations

import pytest

from registry_api.identity.devices import Device, device_of

_LIKE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"
_GALAXY = "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (_LIKE.format("Linux; Android 10; K", "Chrome/131.0.0.0 Mobile Safari/537.36"), "Chrome", "Android"),
        (
            _LIKE.format("Linux; Android 14; SM-S911B", _GALAXY),
            "Samsung Internet",
            "Android",
        ),
        (
            _LIKE.format(
                "iPhone; CPU iPhone OS 18_1 like Mac OS X", "Version/18.1 Mobile/15E148 Safari/604.1"
            ),
            "Safari",
            "iPhone",
        ),
        (
            _LIKE.format(
                "iPhone; CPU iPhone OS 18_1 like Mac OS X", "CriOS/131.0 Mobile/15E148 Safari/604.1"
            ),
            "Chrome",
            "iPhone",
        ),
        (
            _LIKE.format("iPad; CPU OS 16_3 like Mac OS X", "FxiOS/133.0 Mobile/15E148 Safari/605.1.15"),
            "Firefox",
            "iPad",
        ),
        (
            _LIKE.format("Windows NT 10.0; Win64; x64", "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0"),
            "Edge",
            "Windows",
        ),
        (_LIKE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/18.1 Safari/605.1.15"), "Safari", "Mac"),
        (_LIKE.format("X11; CrOS x86_64 14541.0.0", "Chrome/131.0.0.0 Safari/537.36"), "Chrome", "ChromeOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "Linux"),
        (_LIKE.format("Windows NT 10.0", "Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0"), "Opera", "Windows"),
        ("curl/8.5.0", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_device_is_named_coarsely(user_agent: str | None, browser: str | None, system: str | None) -> None:
    """Browser and system as people call them; neither version nor model, and nothing of a program."""
    assert device_of(user_agent) == Device(browser, system)
