"""Brings every way of typing the same thing to one plain form."""

import re
import unicodedata

_KEYCAP_RUN = re.compile("(?:[0-9]\ufe0f?\u20e3)+")
_KEYCAP_TEN = "\U0001f51f"
_HAN_DIGITS = dict(zip("〇零一二三四五六七八九十", [0, 0, *range(1, 11)], strict=True))
_SAME_AS = {
    "\u2212": "-",
    "\u066b": ".",
    "\u066c": ",",
    "\u060c": ",",
    "\u3001": ",",
    "\u3002": ".",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u00b4": "'",
    "`": "'",
    "\u2044": "/",
    "\u2026": " ",
    "\u00b1": " ",
    "~": " ",
    "\u223c": " ",
    "\u2248": " ",
}
HALF = "\u00bd"
_LONG = 4  # shorter words whose first letter is missing are other words


def fold(text: str) -> str:
    """The text in lower case, without accents, emoji or invisible signs, with ASCII digits and dashes.

    Keycaps, circled and Han digits become separate numbers; a fraction sign of any kind becomes ½.
    Sources: Unicode Standard Annex 15 (NFKD), Unicode Character Database (numeric values).
    """
    text = _KEYCAP_RUN.sub(_keycaps, text).replace(_KEYCAP_TEN, " 10 ")
    plain = "".join(_plain(sign) for sign in text)
    decomposed = unicodedata.normalize("NFKD", plain.replace(HALF, "\0").casefold())
    letters = "".join(
        sign for sign in decomposed if unicodedata.category(sign) not in {"Mn", "Cf", "So", "Sk"}
    )
    return re.sub(r"[^\S\n]+", " ", letters.replace("\0", HALF)).strip()


def fold_word(word: str) -> str:
    """A word or phrase of our data, in the form that `fold` gives to what people type."""
    return fold(word)


def distance_one(typed: str, meant: str) -> bool:
    """Whether one slip lies between two words: a letter dropped, doubled, swapped or a neighbour key."""
    if typed == meant:
        return False
    if len(typed) == len(meant):
        return _one_swap_or_neighbour(typed, meant)
    if len(typed) + 1 == len(meant):
        return (typed[:1] == meant[:1] or len(typed) >= _LONG) and _one_more(typed, meant)
    if len(typed) == len(meant) + 1:
        return typed[:1] == meant[:1] and _one_more(meant, typed)
    return False


def _keycaps(run: re.Match[str]) -> str:
    digits = [sign for sign in run.group() if sign.isdigit()]
    joined = "".join(digits)
    return f" {joined} " if joined == "10" else " " + " ".join(digits) + " "


def _plain(sign: str) -> str:  # noqa: PLR0911 one answer a case
    if sign in _SAME_AS:
        return _SAME_AS[sign]
    if sign in _HAN_DIGITS:
        return f" {_HAN_DIGITS[sign]} "
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category in {"No", "Nl"}:
        value = unicodedata.numeric(sign)
        if "fraction" in unicodedata.decomposition(sign):
            return f" {HALF} "
        return f" {int(value)} " if value.is_integer() else f" {HALF} "
    if category == "Pd":
        return "-"
    return sign


def _one_swap_or_neighbour(typed: str, meant: str) -> bool:
    apart = [place for place, (left, right) in enumerate(zip(typed, meant, strict=True)) if left != right]
    if len(apart) == 1:
        return meant[apart[0]] in _NEIGHBOURS.get(typed[apart[0]], "")
    if len(apart) != 2 or apart[1] != apart[0] + 1:  # noqa: PLR2004 two letters that changed places
        return False
    first, second = apart
    return typed[first] == meant[second] and typed[second] == meant[first]


def _one_more(shorter: str, longer: str) -> bool:
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _neighbours() -> dict[str, str]:
    """Keys that touch each other on QWERTY, QWERTZ or AZERTY."""
    touching: dict[str, set[str]] = {}
    for rows in (("qwertyuiop", "asdfghjkl", "zxcvbnm"), ("qwertzuiop", "asdfghjkl", "yxcvbnm")):
        for number, row in enumerate(rows):
            for place, key in enumerate(row):
                near = set(row[max(0, place - 1) : place + 2])
                if number:
                    near |= set(rows[number - 1][place : place + 2])
                if number + 1 < len(rows):
                    near |= set(rows[number + 1][max(0, place - 1) : place + 1])
                touching.setdefault(key, set()).update(near - {key})
    return {key: "".join(sorted(near)) for key, near in touching.items()}


_NEIGHBOURS = _neighbours()
