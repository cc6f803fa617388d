from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from registry_api.coalition.disclosure import RULES, Rules
from registry_api.identity.languages import Language


def method(language: Language = Language.EN, rules: Rules = RULES) -> str:
    """How the numbers of a snapshot are made and protected, in plain words."""
    return _texts()[language]["text"].format(
        k=rules.k,
        largest_withheld=rules.k - 1,
        rounded_to=rules.rounded_to,
        must_change=rules.must_change,
        largest_unseen=rules.must_change - 1,
    )


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__ or "").joinpath("method.toml").read_text("utf-8"))
