from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def is_genuine(url: str, params: Mapping[str, str], signature: str, auth_token: str) -> bool:
    """Whether Twilio signed this form.

    `url` is the configured public address with its path and query, never one from request headers; `params`
    are all the form's values, blank ones included.
    """
    return bool(RequestValidator(auth_token).validate(url, dict(params), signature))
