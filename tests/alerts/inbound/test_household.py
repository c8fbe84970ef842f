"""AIUTO from a telephone that several people share: at once, cautiously, and naming nobody."""

import pytest
from sqlalchemy import select

from alerts.choosing.audience import unwanted_by
from alerts.choosing.unwanted import add_unwanted
from alerts.models import Alert, Recipient
from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point
from tests.alerts.inbound.conftest import AMINA, BEA, Wire


@pytest.fixture
def shared(wire: Wire) -> Wire:
    """Amina's telephone is Bea's and the outsider's too."""
    with wire.scene.cast.stage():
        for name in ("bea", "outsider"):
            person = db.session.get_one(Person, getattr(wire.scene.cast, name))
            add_contact_point(person, Channel.SMS, address=AMINA, verified=True)
    return wire


def cry(wire: Wire) -> Alert:
    """Return the open cry for help (inside a stage)."""
    open_ones = select(Alert).where(Alert.help.is_(True), Alert.state == "open")
    return db.session.scalars(open_ones).one()


def test_help_is_called_at_once_and_who_comes_must_ask_for_whom(shared: Wire) -> None:
    cast = shared.scene.cast
    shared.says(AMINA, "AIUTO")
    with cast.stage():
        alert = cry(shared)
        assert alert.person_id == cast.amina
        assert alert.what.endswith("AIUTO")
        assert "this telephone: ask who needs help" in alert.what
        names = {db.session.get_one(Person, each).first_name for each in (cast.bea, cast.amina)}
    assert not any(name in reply for name in names for reply in shared.replies())


def test_the_reply_is_the_same_as_from_a_telephone_of_one_s_own(shared: Wire) -> None:
    shared.says(AMINA, "AIUTO")
    shared.says(BEA, "AIUTO Bea")
    assert len(set(shared.replies())) == 1


def test_a_first_name_says_who_it_is(shared: Wire) -> None:
    cast = shared.scene.cast
    with cast.stage():
        name = db.session.get_one(Person, cast.bea).first_name
    shared.says(AMINA, f"Aiuto, sono {name.upper()}!")
    with cast.stage():
        alert = cry(shared)
        assert alert.person_id == cast.bea
        assert "this telephone" not in alert.what
        assert unwanted_by(cast.bea) == frozenset()


def test_who_keeps_somebody_away_counts_as_the_one_in_need(shared: Wire) -> None:
    cast = shared.scene.cast
    with cast.stage():
        add_unwanted(cast.bea, db.session.get_one(Person, cast.vito).name)
    shared.says(AMINA, "AIUTO")
    with cast.stage():
        assert cry(shared).person_id == cast.bea


def test_nobody_of_the_household_nor_whom_one_of_them_fears_is_asked(shared: Wire) -> None:
    cast = shared.scene.cast
    with cast.stage():
        luca, vito = (db.session.get_one(Person, each).name for each in (cast.luca, cast.vito))
        add_unwanted(cast.amina, luca)
        add_unwanted(cast.bea, vito)
    with clock.held_at(now()):
        shared.says(AMINA, "AIUTO")
        with cast.stage():
            kept_out = {cast.luca, cast.vito, cast.bea, cast.outsider}
            assert kept_out <= unwanted_by(cast.amina)
            of_this = select(Recipient.person_id).where(Recipient.alert_id == cry(shared).id)
            assert not kept_out & set(db.session.scalars(of_this))
        shared.says(AMINA, "annulla")
        with cast.stage():
            assert unwanted_by(cast.amina) == {cast.luca}
