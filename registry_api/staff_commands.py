"""`registry staff`: who works here, and by which login of the institution they come in."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from registry_api.opening import database, environment, fail

if TYPE_CHECKING:  # heavy, and of use only when a command runs
    from registry_api.identity.single_sign_on.entering import SingleSignOn
    from registry_api.wiring import Services

staff = typer.Typer(help="Members of staff.", no_args_is_help=True, rich_markup_mode=None)


@staff.command()
def add(
    role: Annotated[str, typer.Argument(help="coordinator, approver, coalition_member or administrator")],
    name: Annotated[str, typer.Option(prompt=True, help="As patients and colleagues will read it.")],
    phone: Annotated[str, typer.Option(prompt=True, help="The number for sign-in codes, such as +1 202 …")],
    organisation: Annotated[str | None, typer.Option(help="Of a coalition member.")] = None,
) -> None:
    """Add a member of staff, and print their staff id."""
    from registry_api.audit.events import command_actor
    from registry_api.identity.callers import Role
    from registry_api.identity.phones import parse

    async def act(services: "Services") -> None:
        made = await services.accounts.add_staff(
            Role(role.upper()),
            name,
            parse(phone),
            services.now(),
            by=command_actor(),
            audit=services.audit,
            organisation=organisation,
        )
        typer.echo(made)

    try:
        _run(act)
    except ValueError:
        fail("Choose coordinator, approver, administrator, or coalition_member with an organisation.")


@staff.command()
def link(
    staff_id: Annotated[str, typer.Argument(help="Whose login it is; `registry staff add` printed it.")],
    login: Annotated[str, typer.Option(prompt=True, help="What the institution's OIDC_CLAIM will say.")],
) -> None:
    """Let a member of staff come in through the institution; linking the same login again changes nothing."""
    from registry_api.audit.events import command_actor
    from registry_api.identity.ids import StaffId

    async def act(services: "Services") -> None:
        await _institution(services).link(StaffId(staff_id), login, command_actor(), services.now())
        typer.echo("Linked.")

    _run(act)


@staff.command()
def unlink(
    login: Annotated[str, typer.Option(prompt=True, help="What the institution's OIDC_CLAIM says.")],
) -> None:
    """Let nobody come in by this login any more, and sign its account out everywhere."""
    from registry_api.audit.events import command_actor

    async def act(services: "Services") -> None:
        await _institution(services).unlink(login, command_actor(), services.now())
        typer.echo("Unlinked.")

    _run(act)


def _institution(services: "Services") -> "SingleSignOn":
    if services.single_sign_on is None:
        fail("No institution is configured. Set OIDC_ISSUER first.")
    return services.single_sign_on


def _run(act: "Callable[[Services], Awaitable[None]]") -> None:
    from registry_api.identity.errors import IdentityError, NotFound
    from registry_api.identity.single_sign_on.errors import LoginTaken
    from registry_api.wiring import open_services

    async def run() -> None:
        async with open_services(settings) as services:
            await services.prepare()
            await act(services)

    try:
        with database(environment()) as settings:
            asyncio.run(run())
    except NotFound:
        fail("There is no such member of staff, or no such login.")
    except (IdentityError, LoginTaken) as failure:
        fail(str(failure))
