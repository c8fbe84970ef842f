"""A trial goes through the very account that is tried, at its pace, and is booked there."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from alerts.sender import channels
from alerts.sender.engine import NOWHERE, Engine, run_until_idle
from alerts.sender.models import ProviderAccount
from alerts.sender.outcomes import refused, sent
from alerts.sender.roads import KNOWN_AFTER
from alerts.sender.routing import Health
from alerts.sender.slips import Parcel
from nucleus.ground.clock import advance, held_at, now, steady
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from tests.alerts.providers.conftest import TWILIO
from tests.alerts.providers.test_add_provider import ADD
from tests.alerts.sender.web_sink import Says, WebSink
from tests.cast import Cast

SECOND = "+390815550200"


@pytest.fixture
def labels(cast: Cast, carla: FlaskClient) -> list[str]:
    """Two accounts for text messages: the labels of the first and the second."""
    carla.post(ADD, data=TWILIO)
    carla.post(ADD, data=TWILIO | {"label": "The other", "source": SECOND, "cap": "0.08"})
    with cast.stage():
        order = select(ProviderAccount).order_by(ProviderAccount.rank)
        return [account.label for account in db.session.scalars(order)]


def press(cast: Cast, carla: FlaskClient) -> None:
    """Try out the second account."""
    with cast.stage():
        uid = db.session.scalars(select(ProviderAccount.uid).filter_by(rank=2)).one()
    carla.post(f"/alerts/provider/{uid}/test")


def trial(cast: Cast) -> tuple[str | None, str, str | None]:
    """Return by which way the last trial went, and how it ended."""
    with cast.stage():
        row = db.session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
        return row.provider, row.state, row.reason


def turned(engine: Engine) -> list[Parcel]:
    """Return what goes out while there is something to do."""
    return [parcel for _ in range(3) if engine.is_worth_a_turn() for parcel in engine.turn()]


def test_a_trial_leaves_by_its_account_and_is_labelled_so(
    cast: Cast, carla: FlaskClient, sink: WebSink, labels: list[str]
) -> None:
    press(cast, carla)
    assert run_until_idle(cast.app, send=channels.send) == 1
    assert sink.last.form["From"] == SECOND
    assert trial(cast)[:2] == (labels[1], "sent")


def test_a_trial_that_fails_is_tried_by_no_other_account(
    cast: Cast, carla: FlaskClient, sink: WebSink, labels: list[str]
) -> None:
    sink.answers = lambda _asked: Says(401)
    press(cast, carla)
    run_until_idle(cast.app, send=channels.send)
    assert [asked.form["From"] for asked in sink.asked] == [SECOND]
    assert trial(cast)[:2] == (labels[1], "failed")


def test_a_trial_waits_for_its_own_account_and_never_takes_another(
    cast: Cast, carla: FlaskClient, labels: list[str]
) -> None:
    with held_at(now()), cast.app.app_context():
        press(cast, carla)
        engine = Engine(cast.app, threads=8)
        engine.roads.health[labels[1]] = Health(closed_until=steady() + 30)
        assert turned(engine) == []
        due = engine.next_due()
        assert due is not None
        assert due - now() == timedelta(seconds=30)
        engine.roads.health[labels[0]] = Health(closed_until=steady() + 3600)
        advance(timedelta(seconds=30))
        (parcel,) = turned(engine)
        assert parcel.way.label == labels[1]
        engine.finish(parcel, refused("no"))
        assert engine.roads.others(parcel.held, parcel.way) == 0
        engine.turn()
    assert trial(cast)[1] == "failed"


def test_a_trial_goes_although_this_month_s_limit_is_reached(
    cast: Cast, carla: FlaskClient, sink: WebSink, labels: list[str]
) -> None:
    for number in (1, 2):
        press(cast, carla)
        run_until_idle(cast.app, send=channels.send)
        assert len(sink.asked) == number


def test_a_trial_of_an_account_that_was_given_up_meanwhile_fails_in_words(
    cast: Cast, carla: FlaskClient, labels: list[str]
) -> None:
    with held_at(now()), cast.app.app_context():
        press(cast, carla)
        with cast.stage():
            uid = db.session.scalars(select(ProviderAccount.uid).filter_by(rank=2)).one()
        carla.post(f"/alerts/provider/{uid}/retire")
        engine = Engine(cast.app, threads=8)
        assert turned(engine) == []
        advance(KNOWN_AFTER)
        assert run_until_idle(cast.app, send=lambda *_each: sent("taken")) == 0
        assert turned(engine) == []
    assert trial(cast)[1:] == ("failed", NOWHERE.words)
