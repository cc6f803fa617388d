"""Talking to the text-message bot in a terminal, with no database and no carrier."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from registry_api.chatbot.transcript import Player

WELCOME = """\
# Type as a person would text; an empty line ends the talk.
# ! changes what is known, such as: ! language es | ! country MX | ! wait 26 | ! prompts off"""


def chat(opening: Iterable[str], transcript: Path | None) -> None:
    """Plays what is typed, line by line; what was said can be kept as a golden transcript."""
    player, said = Player(), []
    sys.stdout.write(WELCOME + "\n")
    for line in opening:
        said.append(player.play(line))
        sys.stdout.write(said[-1])
    while True:
        try:
            typed = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            typed = ""
        if not typed:
            break
        line = typed if typed.startswith("!") else f"> {typed}"
        try:
            played = player.play(line)
        except ValueError:
            sys.stdout.write("# That is no change that is known here.\n")
            continue
        said.append(played)
        sys.stdout.write(played.partition("\n")[2] if line.startswith(">") else played)
    if transcript is not None:
        transcript.write_text("".join(said))
        sys.stdout.write(f"# Kept in {transcript}\n")
