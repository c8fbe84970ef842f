"""The commands an operator types: `nucleus …`."""

import json
import os
from pathlib import Path
from typing import cast

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext

from nucleus.app import create_app
from nucleus.ground.backup import restoring
from nucleus.ground.backup.age import note_backup
from nucleus.ground.backup.making import back_up
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.database import transaction
from nucleus.ground.environment import SettingsMistake, data_directory, read_settings
from nucleus.ground.erasing import again, lists
from nucleus.ground.erasing.lists import Erasures
from nucleus.ground.keepers import (
    BadBackup,
    BadKeepersKey,
    new_keepers_key,
    read_private_key,
)
from nucleus.ground.settings import RING_FILE
from nucleus.ground.versions import upgrade_tables
from nucleus.ground.web import settings

NO_LIST = (
    "Whoever left, or took something back, after this backup was made is here again: there was no "
    "list of erasures (--erasures). If you find one, run `nucleus erase-again LIST` before you "
    "open the house."
)


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
    os.umask(0o077)  # names and true points stand in these files, and the folder may be open


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


@main.command("backup-key", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_key(file: Path) -> None:
    """Make the keepers' key in FILE, to be kept away from this machine: it opens the backups."""
    private, public = new_keepers_key()
    _write_new(file, private.encode() + b"\n")
    click.echo(f"Move {file} away from this machine; two keepers should each have a copy.")
    click.echo("This machine only needs the half that seals. Put it into its settings:")
    click.echo(f"NUCLEUS_BACKUP_KEY={public}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--unsealed", is_flag=True, help="Without the keepers' key: whoever has it reads it.")
@with_appcontext
def backup(*, file: Path, unsealed: bool) -> None:
    """Copy the whole house into FILE while it runs: every row and every photo, not the key ring."""
    key = settings().backup_key
    if key is None and not unsealed:
        raise click.ClickException(
            "There is no key to seal it to. Run `nucleus backup-key`, or say --unsealed."
        )
    part = file.with_name(f"{file.name}.part")
    _write_new(part, b"")
    try:
        if file.exists():
            raise click.ClickException(f"{file} is there already; it was left as it was.")
        with part.open("wb") as out:
            counted = back_up(out, None if unsealed else key)
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    note_backup(counted, sealed=not unsealed)
    click.echo(f"{file}: {counted.rows} rows and {counted.files} files.")
    click.echo("The key ring is not in it, on purpose: keep a copy of it somewhere else.")


@main.command(with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The newest list of what was taken back; otherwise the one in the data directory.",
)
def restore(*, file: Path, key: Path | None, erasures: Path | None) -> None:
    """Fill this empty house from the backup FILE; one that somebody lives in is left alone.

    What people took back after the backup was made is erased again, as the newest list says.
    """
    app = app_from_settings()
    listed = erasures_for(app, erasures)
    try:
        counted = restoring.restore(app, file, read_private_key(key.read_text()) if key else None)
    except BadKeepersKey as cause:
        raise click.ClickException(f"{key} can't be used: {cause}.") from cause
    except BadBackup as cause:
        raise click.ClickException(f"{file} can't be restored. {cause}") from cause
    except restoring.OtherKeys as cause:
        raise click.ClickException(
            f"What is sealed in it needs the key ring it was made with (missing here: {cause})."
        ) from cause
    except restoring.NotEmpty as cause:
        raise click.ClickException(f"Somebody lives in this house already ({cause}).") from cause
    click.echo(f"{counted.rows} rows and {counted.files} files are back.")
    click.echo(erased_again(app, listed) if listed else NO_LIST)
    click.echo("Now: `nucleus check`.")


@main.command("erase-again", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def erase_again(file: Path) -> None:
    """Erase here what the list FILE says was taken back, as after a restore without it."""
    app = app_from_settings()
    click.echo(erased_again(app, cast(Erasures, erasures_for(app, file))))


def erasures_for(app: Flask, file: Path | None) -> Erasures | None:
    """Return the newest list of erasures there is; none when nobody has one."""
    path = file or app.extensions["nucleus.settings"].data / lists.FILE
    if not path.is_file():
        return None
    with app.app_context():
        try:
            return lists.read_list(path)
        except lists.BadList as cause:
            raise click.ClickException(f"{path} can't be used. {cause}") from cause


def erased_again(app: Flask, listed: Erasures) -> str:
    """Erase what the list names; return what that was, and until when the list knows."""
    with app.app_context(), transaction():
        found = again.erase_again(listed)
    told = ", ".join(f"{number} {words}" for words, number in sorted(found.items()))
    said = f"Erased again: {told}." if told else "Nothing had come back that was taken back."
    return f"{said} What was taken back after {listed.until:%Y-%m-%d %H:%M} UTC nobody can know."


def _write_new(file: Path, data: bytes) -> None:
    """Write a file that nobody else on this machine reads; never over another one."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as cause:
        raise click.ClickException(f"{file} can't be made: {cause.strerror}.") from cause
    file.write_bytes(data)


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
