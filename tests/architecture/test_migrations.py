"""The migrations make exactly the tables the models describe, on both databases."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import inspect, text

from nucleus.app import create_app
from nucleus.ground.database import MIGRATIONS, db
from tests.conftest import settings_for


def test_a_fresh_database_gets_the_tables_the_models_describe(
    tmp_path: Path, both_databases: str
) -> None:
    app = create_app(settings_for(tmp_path, both_databases))
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
            triggers = connection.execute(
                text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                    if db.engine.dialect.name == "sqlite"
                    else "SELECT DISTINCT trigger_name FROM information_schema.triggers"
                )
            ).all()
        assert differences == []
        assert triggers
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        db.session.remove()
        db.engine.dispose()
