"""The migrations make exactly the tables the models describe, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import inspect, text

from nucleus.app import create_app
from nucleus.ground.database import MIGRATIONS, db
from nucleus.ground.handmade import is_made_by_hand
from tests.conftest import settings_for

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT DISTINCT trigger_name FROM information_schema.triggers",
}
ON_AN_EXPRESSION = "ix_delivery_due"


@pytest.fixture
def migrated(tmp_path: Path, both_databases: str) -> Iterator[Flask]:
    """A house whose tables come from the migrations; its connections are closed even on failure."""
    app = create_app(settings_for(tmp_path, both_databases))
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def can_be_compared(_row: object, name: str | None, *_more: object) -> bool:
    """Leave out what Alembic can't read back from SQLite, and what no model describes."""
    if is_made_by_hand(name):
        return False
    return db.engine.dialect.name != "sqlite" or name != ON_AN_EXPRESSION


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based")
@pytest.mark.usefixtures("migrated")
def test_a_fresh_database_gets_the_tables_the_models_describe() -> None:
    options = {"include_object": can_be_compared}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, db.metadata)
        triggers = connection.execute(text(TRIGGERS[db.engine.dialect.name])).all()
    assert differences == []
    assert triggers


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.usefixtures("migrated")
def test_the_index_the_sender_lives_by_is_there() -> None:
    assert ON_AN_EXPRESSION in {
        index["name"] for index in inspect(db.engine).get_indexes("delivery")
    } or db.session.scalar(
        text("SELECT count(*) FROM sqlite_master WHERE name = :name"), {"name": ON_AN_EXPRESSION}
    )


@pytest.mark.usefixtures("migrated")
def test_the_way_back_leaves_nothing() -> None:
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
