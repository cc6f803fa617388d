from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.contract.project import PACKAGES, ROOT, source_files

_FOLDERS = sorted({path.parent for path in source_files(*PACKAGES, "tests") if path.suffix == ".py"})
_VAGUE = {"base", "helpers", "manager", "common", "utils", "core"}


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_says_what_it_is_for(folder: Path) -> None:
    """Its __init__.py holds one docstring and nothing else."""
    content = ast.parse((folder / "__init__.py").read_text("utf-8")).body
    assert len(content) == 1
    assert ast.get_docstring(ast.Module(content, [])), folder


def test_no_file_has_a_name_that_says_nothing() -> None:
    """Files are called after what they hold."""
    assert not [path for path in source_files() if path.stem in _VAGUE]
