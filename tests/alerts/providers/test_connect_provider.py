"""One press tells Telegram where answers go; the page says whether it was told, or why not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from alerts.providers import connecting
from alerts.sender import channels, providers
from alerts.sender.models import ProviderAccount
from nucleus.app import create_app
from nucleus.ground.database import db
from tests.alerts.providers.furnish import TELEGRAM
from tests.alerts.sender.web_sink import Says, WebSink
from tests.cast import Cast
from tests.conftest import opened, settings_for

TYPED = TELEGRAM | {"label": "Our bot", "private": "no", "price": "0"}


@pytest.fixture
def sink() -> Iterator[WebSink]:
    """Telegram, on this machine."""
    with WebSink(lambda _asked: Says(200, {"ok": True, "result": True})) as running:
        yield running
        channels.close()


@pytest.fixture
def app(tmp_path: Path, sink: WebSink) -> Iterator[Flask]:
    """A house on the web whose Telegram is the sink."""
    kept = settings_for(tmp_path)
    chosen = replace(
        kept,
        stand_ins=(("telegram", sink.url),),
        languages=("en",),
        base_url="https://nucleo.example.org",
    )
    yield from opened(create_app(chosen))


@pytest.fixture
def page(cast: Cast, carla: FlaskClient) -> str:
    """The page of a bot that was just set up."""
    carla.post("/alerts/provider/telegram/add", data=TYPED)
    with cast.stage():
        return f"/alerts/provider/{db.session.scalars(select(ProviderAccount.uid)).one()}"


def connect(cast: Cast, carla: FlaskClient, page: str) -> str:
    """Press the button, let it happen, and look again."""
    assert carla.post(f"{page}/connect").status_code == 303
    assert "We are telling it" in carla.get(f"{page}/edit").text
    with cast.app.app_context():
        connecting.connect(1)
    return carla.get(f"{page}/edit").text


def test_one_press_sets_up_where_answers_go(
    cast: Cast, carla: FlaskClient, page: str, sink: WebSink
) -> None:
    assert "Not set up" in carla.get(f"{page}/edit").text
    assert "Answers come in" in connect(cast, carla, page)
    [asked] = sink.asked
    assert asked.path == f"/bot{TELEGRAM['token']}/setWebhook"
    with cast.app.app_context():
        uid = page.rpartition("/")[2]
        assert asked.json["secret_token"] == providers.inbound_token(uid)
        assert asked.json["url"] == f"https://nucleo.example.org/alerts/inbound/receive/{uid}"


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (Says(401, {"ok": False}), "the token of the bot is not right"),
        (Says(200, {"ok": False}), "the provider answered 200"),
        (Says(500, "<html>"), "the provider answered 500"),
    ],
)
def test_a_no_is_shown_and_may_be_tried_again(
    cast: Cast, carla: FlaskClient, page: str, sink: WebSink, says: Says, words: str
) -> None:
    yes, sink.answers = sink.answers, lambda _asked: says
    shown = connect(cast, carla, page)
    assert words in shown
    assert TELEGRAM["token"] not in shown
    sink.answers = yes
    assert "Answers come in" in connect(cast, carla, page)


def test_the_sweep_goes_to_who_was_asked_for_and_to_nobody_else(
    cast: Cast, carla: FlaskClient, page: str
) -> None:
    went: list[int] = []
    cast.app.extensions["nucleus.connecting"].go = went.append
    with cast.stage():
        connecting.set_out()
    carla.post(f"{page}/connect")
    with cast.stage():
        connecting.set_out()
    assert went == [1]


def test_only_a_bot_is_told_by_us(carla: FlaskClient) -> None:
    carla.post("/alerts/provider/matrix/add")
    assert carla.post("/alerts/provider/nobody/connect").status_code == 404
    assert "end-to-end" in carla.get("/alerts/provider/matrix/add").text
