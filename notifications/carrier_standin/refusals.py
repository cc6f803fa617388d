import tomllib
from importlib.resources import files
from typing import Any

_PACKAGE = files(__package__ or "notifications.carrier_standin")
_REFUSALS = tomllib.loads(_PACKAGE.joinpath("refusals.toml").read_text(encoding="utf-8"))

FAILURES: dict[int, str] = {
    int(code): reason
    for code, reason in tomllib.loads(_PACKAGE.joinpath("failures.toml").read_text(encoding="utf-8")).items()
}


class Refusal(Exception):
    """The REST API says no: `code` is Twilio's, `status` the HTTP status, `slots` fill the wording."""

    def __init__(self, code: int, **slots: str) -> None:
        super().__init__(f"The request was refused with code {code}.")
        self.code = code
        self.status: int = _REFUSALS[str(code)]["status"]
        self._slots = slots

    def body(self) -> dict[str, Any]:
        """The error body in the form that Twilio documents."""
        return {
            "code": self.code,
            "message": _REFUSALS[str(self.code)]["message"].format(**self._slots),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
