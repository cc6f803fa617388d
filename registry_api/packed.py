"""Where the folders that are not Python lie, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def contract_folder() -> Path:
    """The folder with `schema.graphql` and the operations.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for folder in (_PACKAGE / "_packed" / "graphql", _PACKAGE.parent / "graphql"):
        if (folder / "schema.graphql").is_file():
            return folder
    raise FileNotFoundError("The GraphQL contract is missing from this installation.")


def web_build() -> Path | None:
    """The built web app, or None where nobody has built it."""
    return _built(_PACKAGE / "_packed" / "web", _PACKAGE.parent / "web" / "dist")


def graphiql_build() -> Path | None:
    """The built page for those who develop, or None where nobody has built it; no wheel has it."""
    return _built(_PACKAGE.parent / "web" / "dist-graphiql")


def _built(*folders: Path) -> Path | None:
    return next((folder for folder in folders if (folder / "index.html").is_file()), None)
