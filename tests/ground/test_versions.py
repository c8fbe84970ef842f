"""The house says in words when its database is not of this version."""

import pytest
from flask import Flask
from sqlalchemy import text

from nucleus.ground.database import db
from nucleus.ground.versions import NotUpgraded, newest_of, newest_revisions, require_upgraded

FIRST = 'revision = "a1"\ndown_revision = None\n'
SECOND = 'revision: str = "b2"\ndown_revision: str | None = "a1"\n'


def test_the_newest_migration_is_the_one_no_other_stands_on() -> None:
    assert newest_of([SECOND, FIRST]) == {"b2"}
    assert newest_of([]) == set()


def test_a_merge_stands_on_both_branches() -> None:
    other = "revision = 'c3'\ndown_revision = 'a1'\n"
    merge = "revision = 'd4'\ndown_revision = ('b2', 'c3')\n"
    assert newest_of([FIRST, SECOND, other]) == {"b2", "c3"}
    assert newest_of([FIRST, SECOND, other, merge]) == {"d4"}


def test_an_empty_and_an_old_database_are_told_apart(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        with pytest.raises(NotUpgraded, match="no tables yet: run `nucleus upgrade`"):
            require_upgraded()
        note("old")
        with pytest.raises(NotUpgraded, match="another version: run `nucleus upgrade`"):
            require_upgraded()
        (newest,) = newest_revisions()
        db.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": newest})
        require_upgraded()
        db.session.execute(text("DROP TABLE alembic_version"))
        db.session.commit()


def note(version: str) -> None:
    """Write down a version as Alembic does."""
    db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.session.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
    db.session.commit()


def test_the_site_is_ready_once_its_tables_are(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/health/live").status_code == 200
    assert browser.get("/health/ready").status_code == 503
    with app.app_context():
        (newest,) = newest_revisions()
        note(newest)
    assert browser.get("/health/ready").status_code == 200
