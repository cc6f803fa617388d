import tomllib
from importlib.resources import files

_RULES = tomllib.loads(
    files(__package__ or "notifications.carrier_standin").joinpath("stop_words.toml").read_text("utf-8")
)
_KINDS = {word: kind for kind, rule in _RULES.items() for word in rule["words"]}


def kind_of(text: str) -> str | None:
    """STOP, START or HELP when the whole text is such a word; carriers look at nothing else."""
    return _KINDS.get(text.strip().casefold())


def answer_to(kind: str) -> str:
    return str(_RULES[kind]["answer"])
