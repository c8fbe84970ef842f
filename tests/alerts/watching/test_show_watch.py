"""The red bar: nobody is told that all is well while it is not, and a stranger is told nothing."""

from datetime import timedelta

from flask.testing import FlaskClient

from alerts.sender.heartbeat import SENDER, TICKER, Heartbeat
from alerts.watching.auditing import AUDITOR
from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from tests.alerts.stage import opened, pretend_sent
from tests.cast import Cast

BAR = "Messages may not arrive at the moment."


def alive(cast: Cast, **seconds_ago: int) -> None:
    """Write signs of life: each part gave its last one so many seconds ago."""
    with cast.stage():
        for name in (SENDER, TICKER, AUDITOR):
            at = now() - timedelta(seconds=seconds_ago.get(name, 1))
            db.session.merge(Heartbeat(name=name, process="test:1", at=at, facts={}))


def home(client: FlaskClient) -> str:
    """Return the start page."""
    return client.get("/?lang=en").get_data(as_text=True)


def test_there_is_no_bar_while_everything_is_at_work(cast: Cast) -> None:
    alive(cast)
    assert BAR not in home(cast.signed_in(cast.carla))
    page = cast.signed_in(cast.carla).get("/alerts/watch/show?lang=en").get_data(as_text=True)
    assert "Yes: nothing is late" in page


def test_a_silent_sender_is_told_to_everybody_who_is_signed_in_and_to_no_stranger(
    cast: Cast,
) -> None:
    alive(cast, sender=91)
    coordinator = home(cast.signed_in(cast.carla))
    assert BAR in coordinator
    assert "the sender gives no sign of life" in coordinator
    member = home(cast.signed_in(cast.bea))
    assert BAR in member
    assert "nucleus serve" not in member
    assert BAR not in home(cast.app.test_client())


def test_a_house_in_which_no_sender_was_ever_started_says_so_after_two_minutes(cast: Cast) -> None:
    browser = cast.signed_in(cast.carla)
    assert BAR not in home(browser)
    with held_at(now() + timedelta(minutes=3)):
        assert BAR in home(cast.signed_in(cast.carla))


def test_what_is_late_is_named_with_what_to_do(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        pretend_sent(alert)
        alert.next_wave_at = now() - timedelta(minutes=9)
    alive(cast, auditor=120)
    page = home(cast.signed_in(cast.carla))
    assert "In 1 alert more people should have been asked by now." in page
    assert "nucleus check" in page
    with cast.stage():
        db.session.merge(alert).next_wave_at = None
    assert "The check of what should have happened" in home(cast.signed_in(cast.carla))
