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
    for folder in (_PACKAGE / "_packed" / "web", _PACKAGE.parent / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None
