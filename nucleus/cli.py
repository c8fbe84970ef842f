"""The commands an operator types: `nucleus …`."""

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from nucleus.app import create_app
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.settings import RING_FILE, data_directory, read_settings
from nucleus.ground.versions import upgrade_tables


def app_from_settings() -> Flask:
    """Build the app as the environment describes it."""
    return create_app(read_settings())


class Commands(FlaskGroup):
    """Lists what there is also while the settings are not right yet, and says what is wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands; those of the rooms only when the house can be built."""
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except click.ClickException as cause:
            click.echo(f"{cause.message}\n(Until then only these commands work.)\n", err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)


@click.group(
    cls=Commands, create_app=app_from_settings, add_default_commands=False, add_version_option=False
)
def main() -> None:
    """Keep, find and alert: the nucleus of a solidarity network."""


@main.command(with_appcontext=False)
def init() -> None:
    """Make the data directory and its key ring; a ring that is there is never touched."""
    data = data_directory()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = data / RING_FILE
    if file.exists():
        click.echo(f"There is already a key ring at {file}; it was left as it is.")
        return
    file.touch(mode=0o600)
    file.write_text(new_ring_line() + "\n")
    click.echo(f"A new key ring is at {file}. Keep a copy somewhere safe, away from the backups:")
    click.echo("without it nobody can ever read the plans and addresses again.")


@main.command(with_appcontext=False)
def upgrade() -> None:
    """Bring the database to the tables this version needs."""
    upgrade_tables(app_from_settings())
    click.echo("The database is up to date.")
