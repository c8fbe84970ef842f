"""The keepers hear of a trouble once, by a channel that works, and once that it is over."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.sender.heartbeat import SENDER, TICKER, Heartbeat
from alerts.watching.auditing import AUDITOR
from alerts.watching.keepers import contacts_of, keepers, tell_keepers
from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, Person, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from tests.cast import Cast

NIGHT = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Hold the clock, so that what lasts is a matter of rows alone."""
    with held_at(NIGHT):
        yield


@pytest.fixture
def kept(cast_on_both: Cast) -> Cast:
    """The cast with two keepers, each with a mailbox and a phone notice."""
    with cast_on_both.stage():
        for name in ("Kira Kern", "Kevin Koch"):
            person = add_person(name, organisation=cast_on_both.organisation)
            grant_role(person, Role.KEEPER)
            local = name.split()[0].lower()
            address = f"{local}@example.org"
            add_contact_point(person, Channel.EMAIL, address=address, verified=True)
            topic = f"{local}-topic"
            add_contact_point(person, Channel.NTFY, address=topic, verified=True)
    return cast_on_both


def look(cast: Cast, *, well: bool) -> None:
    """Let twenty seconds pass with all at work, or with a sender that is silent; look once."""
    advance(timedelta(seconds=20))
    with cast.stage():
        for name in (TICKER, AUDITOR, SENDER):
            at = now() if well or name != SENDER else NIGHT - timedelta(minutes=5)
            db.session.merge(Heartbeat(name=name, process="test:1", at=at, facts={}))
    with cast.stage():
        tell_keepers()


def told() -> Sequence[str]:
    """Return the subjects of what was posted, one a delivery."""
    posted = select(Message).join(Delivery.message).where(Message.kind == "self_watch")
    return [one.texts["en"]["subject"] for one in db.session.scalars(posted.order_by(Delivery.id))]


def test_a_trouble_that_lasts_is_told_once_to_each_keeper_and_once_that_it_is_over(
    kept: Cast,
) -> None:
    for _ in range(6):
        look(kept, well=False)
    with kept.stage():
        assert told() == []
    for _ in range(30):
        look(kept, well=False)
    with kept.stage():
        assert told() == ["The site needs you"] * 2
    for _ in range(40):
        look(kept, well=True)
    with kept.stage():
        assert told() == ["The site needs you"] * 2 + ["The site is well again"] * 2


def test_a_trouble_that_comes_and_goes_is_told_as_one(kept: Cast) -> None:
    for turn in range(90):
        look(kept, well=turn % 9 < 4 and turn > 9)
    with kept.stage():
        assert told() == ["The site needs you"] * 2


def test_a_short_trouble_wakes_nobody(kept: Cast) -> None:
    for turn in range(60):
        look(kept, well=turn > 3)
    with kept.stage():
        assert told() == []


def test_the_message_leaves_by_another_channel_than_the_failed_one(kept: Cast) -> None:
    with kept.stage():
        channels = [one.channel for one in contacts_of(keepers(), without="email")]
        assert channels == ["ntfy", "ntfy"]
        only_mail = add_person("Mia Mail")
        add_contact_point(only_mail, Channel.EMAIL, address="mia@example.org", verified=True)
        assert [one.channel for one in contacts_of([only_mail], without="email")] == ["email"]


def test_without_a_keeper_the_administrators_hear_of_it(cast: Cast) -> None:
    with cast.stage():
        grant_role(db.session.get_one(Person, cast.dario), Role.ADMINISTRATOR)
        db.session.flush()
        assert [person.id for person in keepers()] == [cast.dario]
