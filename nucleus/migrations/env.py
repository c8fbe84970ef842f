"""Runs the migrations of this house in the database its settings name."""

from alembic import context
from flask import current_app

from nucleus.ground.handmade import is_made_by_hand

migrate = current_app.extensions["migrate"]
options = {
    "target_metadata": migrate.db.metadata,
    "include_name": lambda name, _kind, _parents: not is_made_by_hand(name),
    "render_as_batch": migrate.db.engine.dialect.name == "sqlite",
    **migrate.configure_args,
}


def run_migrations_offline():
    """Print the statements instead of running them."""
    url = migrate.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    """Run the statements in one transaction."""
    with migrate.db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
