"""`registry keys`: how keys stand, and changing the master key."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from registry_api.opening import database, environment

if TYPE_CHECKING:  # heavy, and of use only when a command runs
    from registry_api.vault.rotation import KeyReport
    from registry_api.wiring import Services

keys = typer.Typer(help="The keys of sealed records.", no_args_is_help=True, rich_markup_mode=None)


@keys.command()
def status() -> None:
    """Show the master keys, and whether anything waits to be done."""
    _tell(lambda services: services.rotation.report())


@keys.command()
def rotate(
    grace_seconds: Annotated[
        float, typer.Option(min=0, help="How long codes and answers on their way may take to arrive.")
    ] = 60.0,
) -> None:
    """Lock everything under a new master key and destroy the old one; goes on after a kill."""
    from rich.console import Console
    from rich.progress import Progress

    from registry_api.audit.events import command_actor
    from registry_api.demo import progress_bars

    with Progress(console=Console(stderr=True)) as progress:
        _tell(
            lambda services: services.rotation.run(
                command_actor(), progress_bars(progress), grace_seconds=grace_seconds
            )
        )


@keys.command()
def destroyed(
    number: Annotated[int, typer.Argument(help="The number that `registry keys status` shows.")],
) -> None:
    """Note that you have destroyed a former master key in the key management service."""
    from registry_api.audit.events import command_actor

    _tell(lambda services: services.rotation.confirm_destroyed(number, command_actor()))


def _tell(act: "Callable[[Services], Awaitable[KeyReport]]") -> None:
    """Does something with keys, then says how they stand."""
    from registry_api.key_lines import lines
    from registry_api.wiring import open_services

    async def run() -> list[str]:
        async with open_services(settings) as services:
            await services.prepare()
            before = await services.erasures.counts((await services.rotation.report()).unreadable_up_to)
            report = await act(services)
            after = await services.erasures.counts(report.unreadable_up_to)
            completed = after.complete - before.complete
            return [*lines(report, after), *([f"This completed {completed} erasures."] if completed else [])]

    with database(environment()) as settings:
        said = asyncio.run(run())
    typer.echo("\n".join(said))
