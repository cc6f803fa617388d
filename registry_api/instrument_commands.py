"""`registry instruments`: wording that a deployer loads, its licence, and how each questionnaire stands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry_api.opening import database, environment, fail

if TYPE_CHECKING:  # heavy, and of use only when a command runs
    from rich.table import Table

    from registry_api.enrolment.questionnaires import Standing
    from registry_api.wiring import Services

instruments = typer.Typer(
    help="Questionnaires, their wording and licences.", no_args_is_help=True, rich_markup_mode=None
)


class Terms(StrEnum):
    """What can be recorded of wording that is somebody else's."""

    FREE = "free"
    LICENSED = "licensed"
    UNVERIFIED = "unverified"


@instruments.command()
def load(
    file: Annotated[Path, typer.Argument(help="A FHIR R4 Questionnaire, as JSON.")],
    instrument: Annotated[
        str | None, typer.Option("--as", help="Which instrument it is, where that is not plain.")
    ] = None,
    value_set: Annotated[
        list[Path] | None,
        typer.Option(help="A FHIR R4 ValueSet with the answers that the file names; may be repeated."),
    ] = None,
) -> None:
    """Load the wording of a questionnaire. Nobody is asked it until its licence is recorded."""
    from diary.errors import NoDefinitionFits, NotAQuestionnaire, UnknownInstrument
    from registry_api.audit.events import command_actor

    document, sets = _json(file), [_json(path) for path in value_set or ()]

    async def act(services: "Services") -> None:
        done = await services.questionnaires.load(
            document, command_actor(), services.now(), instrument=instrument, value_sets=sets
        )
        text = done.text
        typer.echo(f"{text.instrument} {text.version}: {'was here already' if done.already else 'loaded'}.")
        for item, why in text.left_out.items():
            typer.echo(f"Left out {item}: {why}")
        if text.no_options:
            typer.echo("Its answers have no words in this file. Give their list with --value-set.")
        typer.echo(f"Record its licence next: registry instruments licence {text.instrument} …")

    try:
        _run(act)
    except NotAQuestionnaire as wrong:
        fail("\n".join([str(wrong), *(f"  {fault.path}: {fault.message}" for fault in wrong.fields)]))
    except (NoDefinitionFits, UnknownInstrument) as wrong:
        fail(str(wrong))


@instruments.command()
def licence(
    instrument: Annotated[str, typer.Argument(help="Its id, as `registry instruments list` shows it.")],
    status: Annotated[Terms, typer.Option(help="free, licensed or unverified (nobody is asked it).")],
    owner: Annotated[str, typer.Option(help="Whose the wording is.")],
    reference: Annotated[str, typer.Option(help="What proves it: a page, a letter, a contract.")],
) -> None:
    """Record the licence of loaded wording; from then on people are asked it, unless it is unverified."""
    from pydantic import ValidationError

    from diary.errors import TextNotLoaded, UnknownInstrument
    from diary.instruments.licences import Licence, LicenceStatus
    from registry_api.audit.events import command_actor

    async def act(services: "Services") -> None:
        noted = Licence(status=LicenceStatus(status), owner=owner.strip(), reference=reference.strip())
        now = await services.questionnaires.record_licence(instrument, noted, command_actor(), services.now())
        said = (
            "People may be asked it now." if now.published else f"Nobody is asked it: it lacks {now.missing}."
        )
        typer.echo(f"{instrument}: {status}. {said}")

    try:
        _run(act)
    except ValidationError:
        fail("Please name the owner of the wording and what proves the licence.")
    except (TextNotLoaded, UnknownInstrument) as wrong:
        fail(str(wrong))


@instruments.command()
def rescore(
    instrument: Annotated[str, typer.Argument(help="Its id, as `registry instruments list` shows it.")],
) -> None:
    """Add scores by the newest rules to every entry that lacks them; former scores stay as they are."""
    from diary.errors import UnknownInstrument
    from registry_api.audit.events import command_actor

    async def act(services: "Services") -> None:
        entries = await services.rescoring.all(instrument, command_actor(), services.now())
        typer.echo(f"{instrument}: {entries} entries have new scores.")

    try:
        _run(act)
    except UnknownInstrument as wrong:
        fail(str(wrong))


@instruments.command("list")
def list_all() -> None:
    """Show every questionnaire: its licence, its languages, what is missing, and whether it is asked."""
    from rich.console import Console

    async def act(services: "Services") -> None:
        Console().print(table(await services.questionnaires.standings()))

    _run(act)


def table(standings: "Iterable[Standing]") -> "Table":
    """How each questionnaire stands, a row each."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from diary.instruments.catalogue import Kind

    made = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("id", "version", "licence", "languages", "asked", "lacks"):
        made.add_column(column, no_wrap=True)
    made.add_column("owner")
    for each in standings:
        one = each.definition
        asked = "by staff" if one.kind is Kind.TYPED_IN else "yes"
        made.add_row(
            one.id,
            one.version,
            each.licence.status.replace("_", " "),
            " ".join(sorted(each.languages)) or "none",
            "no" if each.missing else asked,
            (each.missing or "").removeprefix("the ").removeprefix("a "),
            each.licence.owner,
        )
    return made


def _json(path: Path) -> object:
    import orjson

    try:
        read: Any = orjson.loads(path.read_bytes())
    except OSError as failure:
        fail(f"{path.name} cannot be read: {failure.strerror}.")
    except orjson.JSONDecodeError:
        fail(f"{path.name} is not JSON.")
    return read


def _run(act: "Callable[[Services], Awaitable[None]]") -> None:
    from registry_api.wiring import open_services

    async def run() -> None:
        async with open_services(settings) as services:
            await services.prepare()
            await act(services)

    with database(environment()) as settings:
        asyncio.run(run())
