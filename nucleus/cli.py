"""The commands an operator types: `nucleus …`."""

import click
from flask import Flask
from flask.cli import FlaskGroup

from nucleus.app import create_app
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.database import MIGRATIONS, db
from nucleus.ground.settings import RING_FILE, data_directory, read_settings


def app_from_settings() -> Flask:
    """Build the app as the environment describes it."""
    return create_app(read_settings())


@click.group(cls=FlaskGroup, create_app=app_from_settings, add_default_commands=False)
def main() -> None:
    """Keep, find and alert: the nucleus of a solidarity network."""


@main.command(with_appcontext=False)
def init() -> None:
    """Make the data directory and its key ring; a ring that is there is never touched."""
    data = data_directory()
    data.mkdir(parents=True, exist_ok=True)
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
    from flask_migrate import Migrate  # Alembic costs 0.2 s; no web start shall pay for it
    from flask_migrate import upgrade as bring_up

    app = app_from_settings()
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)
    with app.app_context():
        bring_up()
    click.echo("The database is up to date.")
