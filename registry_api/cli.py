"""The `registry` command. Each command imports what it runs when it runs, so that `--help` stays quick."""

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from registry_api.instrument_commands import instruments
from registry_api.key_commands import keys
from registry_api.opening import database, environment, fail
from registry_api.staff_commands import staff

if TYPE_CHECKING:  # the one place: importing the settings costs more than all of `--help`
    from registry_api.settings import Settings

_HEADERS_WITHIN_MS = 10_000  # a connection that says nothing is not kept

commands = typer.Typer(
    name="registry",
    help="Registry and symptom diary for people with dystonia.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's help costs half a second
)
trials = typer.Typer(help="Trials and their records.", no_args_is_help=True, rich_markup_mode=None)
commands.add_typer(trials, name="trials")
audit = typer.Typer(help="The trail of who did what.", no_args_is_help=True, rich_markup_mode=None)
commands.add_typer(audit, name="audit")
passkeys = typer.Typer(
    help="Passkeys of people who lost theirs.", no_args_is_help=True, rich_markup_mode=None
)
commands.add_typer(passkeys, name="passkeys")
commands.add_typer(staff, name="staff")
commands.add_typer(keys, name="keys")
commands.add_typer(instruments, name="instruments")


@commands.command()
def demo() -> None:
    """Start everything on this machine, with seeded data, and print the addresses and logins."""
    from rich.console import Console

    from registry_api.demo import Demo, DemoError
    from registry_api.mongod import MongodError
    from registry_api.seeding.errors import SeedingError
    from registry_api.vault.errors import VaultError

    try:
        Demo(environment(), Console()).run()
    except (MongodError, DemoError, SeedingError, VaultError) as failure:
        fail(str(failure))


@commands.command()
def serve() -> None:
    """Run the api: web app, GraphQL and webhooks."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings

    settings = environment()
    with database(settings):
        Granian(
            "registry_api.app:service",
            address=settings.address,
            port=settings.port,
            interface=Interfaces.ASGI,
            loop=Loops.asyncio,
            factory=True,
            websockets=False,
            log_access=False,
            workers_kill_timeout=5,
            http=HTTPModes.http1,  # while it waits to learn which protocol comes, it would wait for ever
            http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN_MS),
        ).serve()


@commands.command()
def work() -> None:
    """Run a worker: inbound texts, prompts, alerts, the outbox, nightly work."""
    import asyncio

    from registry_api.worker import run_worker

    with database(environment()) as settings:
        asyncio.run(run_worker(settings))


@commands.command()
def seed(
    patients: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many patients.")] = 300,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days of diary each.")] = 120,
) -> None:
    """Fill the database with people made up; the same DEMO_SEED makes the same people."""
    import asyncio

    from rich.console import Console
    from rich.progress import Progress

    from registry_api.demo import progress_bars
    from registry_api.seeding.errors import SeedingError
    from registry_api.seeding.logins import LOGIN_DAYS
    from registry_api.seeding.seed import seed as sow
    from registry_api.settings import Settings
    from registry_api.wiring import open_services

    async def run(settings: Settings, progress: Progress) -> None:
        async with open_services(settings) as services:
            await services.prepare()
            await sow(
                services,
                patients=patients,
                days=days,
                seed=settings.demo_seed,
                now=datetime.now(UTC),
                progress=progress_bars(progress),
                login_days=LOGIN_DAYS,
            )

    try:
        with database(environment()) as settings, Progress(console=Console(stderr=True)) as progress:
            asyncio.run(run(settings, progress))
    except SeedingError as failure:
        fail(str(failure))


@trials.command("import")
def import_trial(
    file: Annotated[str, typer.Argument(help="A ClinicalTrials.gov v2 record; - is standard input.")],
    owner: Annotated[str, typer.Option(help="Staff id of the coordinator whose trial it is.")],
) -> None:
    """Import a trial's record; importing the same record again changes nothing."""
    import asyncio

    import orjson

    from registry_api.audit.events import Actor, Channel, Origin
    from registry_api.identity.callers import Role
    from registry_api.settings import Settings
    from registry_api.trials.errors import NotAStudyRecord, TrialOfAnother
    from registry_api.wiring import open_services

    by = Actor(owner, Role.COORDINATOR, Origin(Channel.COMMAND))

    async def run(settings: Settings, record: object) -> None:
        async with open_services(settings) as services:
            await services.prepare()
            imported = await services.trial_desk.import_record(record, by, services.now())
        done = "was here already" if imported.already else "imported"
        typer.echo(f"{imported.trial.nct_id} {done}; status {imported.trial.status}.")

    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        record = orjson.loads(text)
    except OSError as failure:
        fail(f"The file cannot be read: {failure.strerror}.")
    except orjson.JSONDecodeError:
        fail("This is not JSON. Give a study record as ClinicalTrials.gov offers it for download (JSON).")
    try:
        with database(environment()) as settings:
            asyncio.run(run(settings, record))
    except NotAStudyRecord as failure:
        fail("\n".join([str(failure), *(f"  {fault.path}: {fault.message}" for fault in failure.fields)]))
    except TrialOfAnother as failure:
        fail(str(failure))


@passkeys.command("remove-all")
def remove_all_passkeys(
    number: Annotated[
        str, typer.Option(prompt="Mobile number, with country code", help="Asked for if left out.")
    ],
) -> None:
    """End every passkey and session of somebody who has lost their devices; they sign in with a code."""
    import asyncio

    from registry_api.audit.events import command_actor
    from registry_api.identity.errors import InvalidPhone, NotFound
    from registry_api.identity.phones import parse
    from registry_api.settings import Settings
    from registry_api.wiring import open_services

    async def run(settings: Settings) -> int:
        async with open_services(settings) as services:
            await services.prepare()
            account = await services.accounts.of_number(parse(number))
            return await services.keyring.remove_all(account.id, command_actor(), services.now())

    try:
        with database(environment()) as settings:
            typer.echo(f"Passkeys removed: {asyncio.run(run(settings))}. Every session has ended.")
    except (InvalidPhone, NotFound) as failure:
        fail(str(failure))


@audit.command()
def verify() -> None:
    """Look for any event that was altered, removed, reordered or cut off; exits with 1 where there is one."""
    import asyncio

    from registry_api.audit.verification import Verdict, lines
    from registry_api.settings import Settings
    from registry_api.wiring import open_services

    async def run(settings: Settings) -> Verdict:
        async with open_services(settings) as services:
            await services.prepare()
            return await services.verification.run()

    with database(environment()) as settings:
        verdict = asyncio.run(run(settings))
    typer.echo("\n".join(lines(verdict)))
    if not verdict.whole:
        raise typer.Exit(1)


@audit.command("export")
def export_trail(
    file: Annotated[
        str, typer.Argument(help="Where to write one event a line, as JSON; - is standard output.")
    ],
    subject: Annotated[str | None, typer.Option(help="Only the events about this record, by its id.")] = None,
) -> None:
    """Copy the trail for whoever reviews it. It holds ids, no names; that it was copied is an event of it."""
    import asyncio

    from registry_api.audit.copying import copy_trail
    from registry_api.wiring import open_services

    async def run(settings: "Settings", target: BinaryIO) -> int:
        async with open_services(settings) as services:
            await services.prepare()
            return await copy_trail(services.audit, target, subject, services.now())

    try:
        with (
            database(environment()) as settings,
            nullcontext(sys.stdout.buffer) if file == "-" else Path(file).open("xb") as target,
        ):
            events = asyncio.run(run(settings, target))
    except OSError as failure:
        fail(f"The file cannot be written: {failure.strerror}.")
    typer.echo(f"{events} events copied.", err=True)


@commands.command()
def chat(
    transcript: Annotated[
        Path | None, typer.Option(help="Keep what was said as a golden transcript in this file.")
    ] = None,
    language: Annotated[str, typer.Option(help="en or es")] = "en",
) -> None:
    """Talk to the text-message bot in this terminal, with a prompt open and nothing stored."""
    from registry_api.terminal import chat as talk

    today = datetime.now(UTC).date()
    talk(
        [
            f"! language {language}",
            f"! prompt {today} pulling pain fear_of_being_looked_at",
        ],
        transcript,
    )


@commands.command("export-schema")
def export_schema(
    *, check: Annotated[bool, typer.Option("--check", help="Only say whether the file is current.")] = False
) -> None:
    """Write graphql/schema.graphql from the code."""
    from registry_api.graph.schema import sdl
    from registry_api.packed import contract_folder

    target = contract_folder() / "schema.graphql"
    if not check:
        target.write_text(sdl())
    elif target.read_text() != sdl():
        fail("graphql/schema.graphql is not what the code exports. Run `make schema`, review it.")
