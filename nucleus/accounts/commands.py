"""What an operator types about accounts: `nucleus accounts …`."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from nucleus.accounts.models import Account
from nucleus.accounts.queries import account_at
from nucleus.accounts.services import inviting
from nucleus.ground.database import db, transaction
from nucleus.people import services
from nucleus.people.addresses import BadAddress
from nucleus.people.models import Organisation, Role


@click.group()
def accounts() -> None:
    """Who may come in, and what they are trusted with."""


@accounts.command("add-administrator")
@click.argument("name")
@click.argument("email")
@with_appcontext
def add_administrator(name: str, email: str) -> None:
    """Add an administrator and print the link by which they choose a password."""
    try:
        with transaction():
            link = inviting.add_administrator(name, email)
    except (BadAddress, inviting.AddressTaken) as cause:
        raise click.ClickException(f"{email} can't be used: {_why(cause)}.") from cause
    click.echo(f"{name} chooses a password here, once, within 7 days:\n{link}")


@accounts.command("add-organisation")
@click.argument("name")
@click.option("--comune", help="The town it works from.")
@click.option("--phone", help="Its own number, which people who help may ring.")
@with_appcontext
def add_organisation(name: str, comune: str | None, phone: str | None) -> None:
    """Add one of the associations that share this house."""
    try:
        with transaction():
            services.add_organisation(name, comune=comune, phone=phone)
    except services.NameTaken as cause:
        raise click.ClickException(f"There is already an organisation called {name}.") from cause
    except BadAddress as cause:
        raise click.ClickException(f"{phone} is no telephone number.") from cause
    click.echo(f"{name} is in. Next: `nucleus accounts grant coordinator EMAIL` for it.")


@accounts.command()
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.argument("email")
@click.option("--organisation", help="The name of the organisation; without it, in all of them.")
@with_appcontext
def grant(role: str, email: str, organisation: str | None) -> None:
    """Give the person who signs in with EMAIL a role."""
    with transaction():
        account, scope = _account(email), _organisation(organisation)
        services.grant_role(account.person, Role(role), organisation=scope)
    click.echo(f"{email} is now {role} in {organisation or 'all organisations'}.")


@accounts.command("forget-second-factor")
@click.argument("email")
@with_appcontext
def forget_second_factor(email: str) -> None:
    """Let somebody who lost phone and recovery codes set up a new second factor."""
    with transaction():
        inviting.forget_second_factor(_account(email))
    click.echo(f"{email} is signed out everywhere and sets up a new second factor.")


def _account(email: str) -> Account:
    account = account_at(email)
    if account is None:
        raise click.ClickException(f"Nobody signs in with {email}.")
    return account


def _organisation(name: str | None) -> int | None:
    if name is None:
        return None
    found = db.session.scalar(select(Organisation.id).where(Organisation.name == name))
    if found is None:
        raise click.ClickException(f"There is no organisation called {name}.")
    return found


def _why(cause: Exception) -> str:
    taken = isinstance(cause, inviting.AddressTaken)
    return "somebody already signs in with it" if taken else "it is no e-mail address"
