from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.contract.project import CONTRACT, ROOT, source_files

_PROBE = """
import json, pathlib, strawberry, registry_api, registry_api.graph.schema
from registry_api.packed import contract_folder
print(json.dumps({
    "registry": registry_api.__file__,
    "contract": str(contract_folder()),
    "current": (contract_folder() / "schema.graphql").read_text() == registry_api.graph.schema.sdl(),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_contract_holds_no_python() -> None:
    """A Python file under graphql/ would shadow the library of that name."""
    assert not list(CONTRACT.rglob("*.py"))
    assert not (ROOT / "tests" / "graphql").exists()


@pytest.mark.parametrize("folder", [ROOT, ROOT / "tests"], ids=["root", "tests"])
def test_strawberry_imports_beside_the_contract(folder: Path) -> None:
    """`import strawberry` works where a folder called graphql, or the tests, come first on the path."""
    _run([sys.executable, "-c", "import strawberry, graphql; graphql.GraphQLSchema"], folder)


def test_an_installed_wheel_works_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed elsewhere, the service uses its own copy and finds the packed contract."""
    target, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    _run(
        ["uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--target", str(target), str(wheel)],
        empty,
    )
    found = json.loads(_run([sys.executable, "-c", _PROBE], empty, {"PYTHONPATH": str(target)}))
    assert Path(found["registry"]).is_relative_to(target)
    assert Path(found["contract"]).is_relative_to(target)
    assert found["current"]


def test_the_wheel_holds_everything_that_the_packages_hold(wheel: Path) -> None:
    """Texts, wordings and definitions are packed with the code; nothing of the tests is."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    missing = {str(path.relative_to(ROOT)) for path in source_files()} - packed
    assert not missing
    assert not [name for name in packed if name.startswith(("tests/", "web/", "graphql/"))]


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    """The command's output; its complaint is the test's."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": paths} | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
