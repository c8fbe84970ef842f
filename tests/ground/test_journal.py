"""The journal is append-only and chained, and a change behind its back is noticed."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from nucleus.ground import journal
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.database import db, transaction
from nucleus.ground.models import LogEntry


def written(app: Flask, lines: int) -> None:
    with app.app_context(), transaction():
        for number in range(lines):
            journal.write("ground.try", f"line:{number}", actor=number, colour="blu è")
    with app.app_context(), transaction():
        assert journal.chain_entries() == lines
    with app.app_context(), transaction():
        assert journal.chain_entries() == 0


def test_a_whole_chain_holds(app_on_both: Flask) -> None:
    written(app_on_both, 5)
    with app_on_both.app_context():
        assert journal.first_break() is None
        assert journal.head()[0] == 5


@pytest.mark.parametrize("deed", ["UPDATE log_entry SET word = 'x'", "DELETE FROM log_entry"])
def test_a_line_can_be_neither_changed_nor_taken_out(app_on_both: Flask, deed: str) -> None:
    written(app_on_both, 2)
    refused = pytest.raises(DBAPIError, match="append-only")
    with app_on_both.app_context(), refused, transaction():
        db.session.execute(text(deed))


def test_a_line_changed_behind_the_back_of_the_house_breaks_the_chain(app: Flask) -> None:
    written(app, 5)
    with app.app_context(), transaction():
        db.session.execute(text("DROP TRIGGER log_entry_frozen"))
        db.session.execute(text("UPDATE log_entry SET actor_id = 9 WHERE link = 3"))
    with app.app_context():
        assert journal.first_break() == 3
    assert [(one.level, "entry 3" in one.said) for one in looked_at(app)] == [(Level.BROKEN, True)]


def test_the_operator_is_told_that_the_journal_is_whole(app: Flask) -> None:
    written(app, 5)
    assert [(one.level, one.said) for one in looked_at(app)] == [
        (Level.WELL, "The journal is whole: 5 entries.")
    ]


def looked_at(app: Flask) -> list[Finding]:
    """Return what `nucleus check` says of the journal."""
    return [one for one in checks.run(app) if one.what == "journal"]


def test_a_line_taken_out_of_the_middle_breaks_the_chain(app: Flask) -> None:
    written(app, 5)
    with app.app_context(), transaction():
        db.session.execute(text("DROP TRIGGER log_entry_kept"))
        db.session.execute(text("DELETE FROM log_entry WHERE link = 2"))
    with app.app_context():
        assert journal.first_break() == 2


def test_a_loose_line_waits_for_the_chain(app: Flask) -> None:
    with app.app_context(), transaction():
        journal.write("ground.try")
    with app.app_context():
        assert db.session.scalar(select(LogEntry.mac)) is None
        assert journal.first_break() is None
