"""A whole story leaves no address, no link and nobody's words where they don't belong."""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from alerts.models import Recipient
from nucleus.ground.database import db, reading
from nucleus.ground.models import LogEntry, Submission
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Message
from nucleus.people.models import ContactPoint, Person
from tests.demo import report, story
from tests.demo.house import House, running
from tests.demo.network import OWN_WORDS, fill


@dataclass
class Left:
    """What a story has left behind: log lines, the bytes of the database, the journal."""

    log: str
    file: bytes
    journal: str
    forms: str
    messages: str
    addresses: list[str]
    tokens: list[str]
    names: list[str]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """One whole story, every logger at its most talkative."""
    folder, heard, root = tmp_path_factory.mktemp("left"), io.StringIO(), logging.getLogger()
    ear, level = logging.StreamHandler(heard), root.level
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard))
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    try:
        with running(folder) as house:
            told = story.tell(house, fill(house.app), lambda _line: None)
            assert report.wait_until_all_is_settled(told)
            found = gather(house, folder)
        # What the visitors' own client says of its visits is not ours.
        lines = heard.getvalue().splitlines()
        found.log = "\n".join(line for line in lines if house.base not in line)
        yield found
    finally:
        root.removeHandler(ear)
        root.setLevel(level)
        structlog.reset_defaults()


def gather(house: House, folder: Path) -> Left:
    """Read what was left while the house still stands."""
    file = b"".join(each.read_bytes() for each in sorted(folder.glob("nucleus.db*")))
    with house.app.app_context(), reading():
        entries = select(LogEntry.word, LogEntry.subject, LogEntry.facts)
        people = db.session.scalars(select(Recipient)).all()
        return Left(
            log="",
            file=file,
            journal=str(db.session.execute(entries).all()),
            forms=str(db.session.execute(select(Submission.key, Submission.location)).all()),
            messages=str([each.texts for each in db.session.scalars(select(Message))]),
            addresses=[each.address for each in db.session.scalars(select(ContactPoint))],
            tokens=[derive_token("answer", one.id, one.alert.nonce) for one in people],
            names=list(db.session.scalars(select(Person.name))),
        )


def test_the_story_left_something_to_look_at(left: Left) -> None:
    assert len(left.addresses) > 80
    assert len(left.tokens) > 5
    assert b"Bea Bruno" in left.file, "the file was read before it was written"
    assert "alerts.answer" in left.journal


def test_no_log_line_tells_who_it_was_about(left: Left) -> None:
    for secret in (*left.addresses, *left.tokens, *left.names, *own_words()):
        assert secret not in left.log, secret


def test_the_database_holds_no_address_no_link_and_no_word_of_a_plan(left: Left) -> None:
    for secret in (*left.addresses, *left.tokens, *own_words()):
        assert secret.encode() not in left.file, secret


def test_the_journal_knows_numbers_and_states_only(left: Left) -> None:
    for secret in (*left.addresses, *left.tokens, *left.names, *own_words()):
        assert secret not in left.journal, secret


def test_no_message_holds_a_link_or_a_name(left: Left) -> None:
    for secret in (*left.addresses, *left.tokens, *left.names):
        assert secret not in left.messages, secret


def own_words() -> list[str]:
    """Return what the invented people wrote into their plans."""
    return [line for lines in OWN_WORDS.values() for line in lines]
