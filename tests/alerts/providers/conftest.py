"""An administrator's browser, and a text message service on this machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alerts.sender import channels
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.people.models import Channel, Person, Role
from nucleus.people.services import add_contact_point, grant_role
from tests.alerts.sender.web_sink import WebSink, twilio
from tests.cast import Cast
from tests.conftest import opened, settings_for

TWILIO = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "f" * 32,
    "source": "+39 081 555 0100",
    "label": "Our Twilio",
    "private": "no",
    "price": "8",
}


@pytest.fixture
def sink() -> Iterator[WebSink]:
    """Twilio, on this machine."""
    with WebSink(twilio) as running:
        yield running
        channels.close()


@pytest.fixture
def app(tmp_path: Path, sink: WebSink) -> Iterator[Flask]:
    """A house whose Twilio is the sink."""
    settings = replace(settings_for(tmp_path), stand_ins=(("twilio", sink.url),), languages=("en",))
    yield from opened(create_app(settings))


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    """Carla, who administers the house and can be reached by text message."""
    with cast.stage():
        person = db.session.get_one(Person, cast.carla)
        person.language = "en"
        grant_role(person, Role.ADMINISTRATOR)
        add_contact_point(person, Channel.SMS, address="333 123 4567", verified=True)
    return cast.signed_in(cast.carla)
