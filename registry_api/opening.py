"""How a command begins: settings from the environment, and the database that they name.

Imports what is heavy only when a command runs, so that `registry --help` stays quick.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:  # importing the settings costs more than all of `--help`
    from registry_api.settings import Settings


def environment() -> "Settings":
    """The settings of the environment; what is wrong with them is said without their values."""
    from pydantic import ValidationError

    from registry_api.settings import Settings

    try:
        return Settings()
    except ValidationError as wrong:
        fail("\n".join(_fault(each["loc"], each["msg"]) for each in wrong.errors(include_input=False)))


def _fault(where: tuple[int | str, ...], what: str) -> str:
    name = "".join(str(part).upper() for part in where)
    return f"{name}: {what}" if name else what.removeprefix("Value error, ")


@contextmanager
def database(settings: "Settings") -> Iterator["Settings"]:
    """The database that the settings name, one that runs on the data folder already, or a new one."""
    import asyncio

    from registry_api.logs import configure_logs
    from registry_api.mongo import make_primary
    from registry_api.mongod import EmbeddedMongod, MongodError, running_uri
    from registry_api.vault.errors import VaultError

    configure_logs()  # a crash must print no values
    folder = settings.data_dir / "mongo"
    uri = settings.mongodb_uri or running_uri(folder)
    try:
        if uri:
            os.environ["MONGODB_URI"] = uri
            yield settings.model_copy(update={"mongodb_uri": uri})
            return
        with EmbeddedMongod(folder) as server:
            asyncio.run(make_primary(server.direct_uri, server.port, server.check))
            os.environ["MONGODB_URI"] = server.uri
            yield settings.model_copy(update={"mongodb_uri": server.uri})
    except (MongodError, VaultError) as failure:
        fail(str(failure))


def fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
