"""What is too old leaves the journal, and the chain still holds from the seal on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from nucleus.ground import clock, journal
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Level
from nucleus.ground.closing import part
from nucleus.ground.closing.part import KEPT, close_journal
from nucleus.ground.database import db, transaction
from nucleus.ground.models import JournalSeal, LogEntry


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time moves when it is told to, and a chunk is small."""
    monkeypatch.setattr(part, "CHUNK", 2)
    with clock.held_at(clock.now()):
        yield


def write(app: Flask, *words: str) -> None:
    """Write and chain some deeds."""
    with app.app_context(), transaction():
        for word in words:
            journal.write(f"ground.{word}")
            db.session.flush()
    with app.app_context(), transaction():
        journal.chain_entries()


def later(app: Flask, days: int) -> int:
    """Let days pass, close what is too old, and chain; return how many entries went."""
    clock.advance(timedelta(days=days))
    with app.app_context():
        gone = close_journal()
    write(app)
    return gone


def words_of(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(LogEntry.word).order_by(LogEntry.link)))
        assert journal.first_break() is None
        db.session.rollback()
    return [word.removeprefix("ground.") for word in found]


def level_of(app: Flask) -> tuple[Level, str]:
    (found,) = [one for one in checks.run(app) if one.what == "journal"]
    return found.level, found.said


def test_old_entries_go_and_the_chain_is_followed_from_the_seal(app_on_both: Flask) -> None:
    app = app_on_both
    write(app, "a", "b", "c", "d", "e")
    clock.advance(timedelta(days=400))
    write(app, "young")
    assert later(app, KEPT.days - 400) == 0, "not yet too old"
    assert later(app, 1) == 5
    assert words_of(app) == ["young", "close_journal"]
    assert level_of(app)[0] is Level.WELL
    assert "7 entries, of which the first 5 were closed" in level_of(app)[1]
    assert later(app, 1) == 0
    write(app, "next")
    assert later(app, 500) == 1, "a second part"
    assert words_of(app) == ["close_journal", "next", "close_journal"]


def test_a_journal_that_slept_for_years_goes_on_counting(app_on_both: Flask) -> None:
    write(app_on_both, "a", "b", "c")
    assert later(app_on_both, KEPT.days + 1) == 3
    assert words_of(app_on_both) == ["close_journal"]
    with app_on_both.app_context():
        assert journal.head()[0] == 4


def test_who_was_stopped_in_between_goes_on(app: Flask) -> None:
    write(app, "a", "b", "c")
    clock.advance(KEPT + timedelta(days=1))
    with app.app_context(), transaction():
        part.put_seal(3)
    write(app)
    with app.app_context():
        assert journal.first_break() is None
        assert close_journal() == 3
    assert words_of(app) == ["close_journal"]


def test_what_was_altered_is_kept_as_the_proof(app: Flask) -> None:
    write(app, "a", "b", "c")
    with app.app_context(), transaction():
        db.session.execute(text("DROP TRIGGER log_entry_frozen"))
        db.session.execute(text("UPDATE log_entry SET actor_id = 9 WHERE link = 2"))
    assert later(app, KEPT.days + 1) == 0
    assert level_of(app)[0] is Level.BROKEN


@pytest.mark.parametrize(
    "deed",
    [
        "DELETE FROM log_entry WHERE link > 3",
        "DELETE FROM journal_seal",
        "UPDATE journal_seal SET mac = 'x'",
    ],
)
def test_nothing_but_a_closed_part_can_be_taken_out(app_on_both: Flask, deed: str) -> None:
    write(app_on_both, "a", "b", "c")
    later(app_on_both, KEPT.days + 1)
    refused = pytest.raises(DBAPIError, match="append-only")
    with app_on_both.app_context(), refused, transaction():
        db.session.execute(text(deed))


def test_a_seal_made_without_the_key_is_seen(app: Flask) -> None:
    """Whoever writes to the database can delete behind a seal of their own, and is found out."""
    write(app, "a", "b", "c")
    later(app, KEPT.days + 1)
    write(app, "shame", "after")
    with app.app_context(), transaction():
        last = db.session.scalars(select(LogEntry).where(LogEntry.word == "ground.shame")).one()
        words = {"link": last.link, "mac": last.mac, "signature": "0" * 64}
        db.session.add(JournalSeal(**words, until=clock.now(), at=clock.now()))
        db.session.flush()
        db.session.execute(text("DELETE FROM log_entry WHERE word = 'ground.shame'"))
    assert level_of(app)[0] is Level.BROKEN
    write(app, "still")
    with app.app_context():
        assert close_journal() == 0


def test_a_seal_that_was_taken_away_is_seen(app: Flask) -> None:
    write(app, "a", "b", "c")
    later(app, KEPT.days + 1)
    with app.app_context(), transaction():
        db.session.execute(text("DROP TRIGGER journal_seal_kept"))
        db.session.execute(text("DELETE FROM journal_seal"))
    assert level_of(app)[0] is Level.BROKEN
