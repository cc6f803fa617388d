import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TextIO

Line = dict[str, Any]


class Journal:
    """JSON lines, one change each, the last one about a thing counts; readable by its owner only.

    A line that a kill cut short is dropped when the file is read again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def read(self) -> Iterator[Line]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as lines:
            for line in lines:
                if not line.endswith("\n"):
                    return
                yield json.loads(line)

    def start(self, lines: list[Line]) -> None:
        """Replaces the file by these lines in one step and opens it for more."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with _private(fresh, "w") as file:
            file.writelines(_text(line) for line in lines)
        fresh.replace(self._path)
        self._file = _private(self._path, "a")

    def append(self, line: Line) -> None:
        if self._file is not None:
            self._file.write(_text(line))
            self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _private(path: Path, mode: Literal["w", "a"]) -> TextIO:
    return open(path, mode, encoding="utf-8", opener=_opener)


def _opener(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
