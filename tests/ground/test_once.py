"""A form sent twice has one result, and its key tells nobody else where it led."""

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Submission
from nucleus.ground.web import anyone, may
from nucleus.people.models import Person
from tests.cast import Cast

SECRET_PLACE = "/alerts/help/7/show"


@pytest.fixture
def doors(cast: Cast) -> Cast:
    """The cast, with a form that leads somewhere private, and one that a link opens."""

    @may(anyone)
    def keep() -> ResponseReturnValue:
        db.session.add(Person(name="kept"))
        return redirect(SECRET_PLACE, 303)

    @may(anyone)
    def by_link(token: str) -> ResponseReturnValue:
        return redirect(f"/by-link/{token}", 303)

    cast.app.add_url_rule("/keep", "keep", keep, methods=["POST"])
    cast.app.add_url_rule("/keep-too", "keep_too", keep, methods=["POST"])
    cast.app.add_url_rule("/by-link/<token>", "by_link", by_link, methods=["POST"])
    return cast


def kept(app: Flask) -> int:
    with app.app_context():
        number = db.session.query(Person).filter_by(name="kept").count()
        db.session.rollback()
    return number


def send(client: FlaskClient, path: str = "/keep") -> str | None:
    return client.post(path, data={"once": "the-same-key"}).location


def test_the_second_sending_is_led_to_the_result_of_the_first(doors: Cast) -> None:
    bea = doors.signed_in(doors.bea)
    assert [send(bea), send(bea)] == [SECRET_PLACE, SECRET_PLACE]
    assert kept(doors.app) == 1


def test_a_key_of_somebody_else_leads_to_nothing_of_theirs(doors: Cast) -> None:
    """Whoever read the page over a shoulder is not told where its form led."""
    send(doors.signed_in(doors.bea))
    stranger = doors.app.test_client()
    assert stranger.post("/language", data={"once": "the-same-key"}).location == "/"
    send(doors.signed_in(doors.vito))
    assert kept(doors.app) == 2


def test_a_key_counts_for_one_page(doors: Cast) -> None:
    bea = doors.signed_in(doors.bea)
    send(bea)
    send(bea, "/keep-too")
    assert kept(doors.app) == 2


def test_neither_keys_nor_links_stand_in_the_table(doors: Cast) -> None:
    send(doors.signed_in(doors.bea))
    send(doors.app.test_client(), "/by-link/a-secret-token")
    with doors.stage():
        rows = db.session.execute(select(Submission.key, Submission.location)).all()
    assert len(rows) == 1
    assert "the-same-key" not in str(rows)
