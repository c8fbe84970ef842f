"""The commands an operator types: `nucleus …`."""

import json

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from nucleus.app import create_app
from nucleus.ground import checks
from nucleus.ground.checks import Finding, Level
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.settings import RING_FILE, SettingsMistake, data_directory, read_settings
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


MARKS = {Level.WELL: "well  ", Level.LOOK: "look  ", Level.BROKEN: "BROKEN"}


@main.command(with_appcontext=False)
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_context
def check(context: click.Context, /, *, as_json: bool) -> None:
    """Look whether everything is well: settings, database, channels, probes, people.

    Ends with 0 when all is well, 1 when something wants a look, 2 when something is broken.
    """
    found = findings()
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], indent=2))
    else:
        for one in found:
            click.echo(f"{MARKS[one.level]}  {one.said} {one.remedy}".rstrip())
    context.exit(max((int(one.level) for one in found), default=0))


def findings() -> list[Finding]:
    """Make every check, or say why the house can't even be built."""
    try:
        app = app_from_settings()
    except SettingsMistake as cause:
        return [Finding("settings", Level.BROKEN, line) for line in cause.message.splitlines()]
    return [Finding("settings", Level.WELL, "The settings can be read."), *checks.run(app)]
