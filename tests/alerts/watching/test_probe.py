"""The probe: a test message goes the whole way, and what became of it is told truly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.sender.channels import send
from alerts.sender.engine import run_until_idle
from alerts.sender.heartbeat import SENDER, TICKER, Heartbeat
from alerts.sender.outcomes import refused, sent
from alerts.watching import outside
from alerts.watching.auditing import AUDITOR
from alerts.watching.models import Probe
from alerts.watching.probing import probe
from alerts.watching.wellbeing import troubles
from nucleus.accounts.services.inviting import open_account
from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.ground.settings import MailSettings, NtfySettings
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from tests.alerts.sender.outside import World
from tests.cast import Cast
from tests.demo.sinks import Sinks

NIGHT = datetime(2026, 3, 14, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """Hold the clock; the sender is told apart from it in other promises."""
    with held_at(NIGHT):
        yield


def look(cast: Cast, minutes: float = 0) -> None:
    """Let time pass and run the probe's job once."""
    advance(timedelta(minutes=minutes))
    with cast.stage():
        probe()


def lanes(cast: Cast) -> dict[str, Probe]:
    """Return what is known of each lane."""
    with cast.app.app_context():
        rows = db.session.scalars(select(Probe)).all()
        db.session.expunge_all()
        return {row.lane: row for row in rows}


def set_up(cast: Cast, **changes: object) -> None:
    """Change the settings of the running house."""
    before = cast.app.extensions["nucleus.settings"]
    cast.app.extensions["nucleus.settings"] = replace(before, **changes)


def failing(cast: Cast) -> set[str]:
    """Return the probes that are among the troubles while everything else is at work."""
    with cast.stage():
        for name in (SENDER, TICKER, AUDITOR):
            db.session.merge(Heartbeat(name=name, process="test:1", at=now(), facts={}))
    with cast.app.app_context():
        return {one.what for one in troubles() if one.what.startswith("probe")}


def test_the_houses_own_addresses_are_probed_without_any_set_up(cast_on_both: Cast) -> None:
    look(cast_on_both)
    world = World(lambda _told: sent("taken", "ref1"))
    look(cast_on_both, 6)
    run_until_idle(cast_on_both.app, send=world.send)
    assert sorted(told.address for told in world.told)[0] == "nucleo@example.org"
    assert len(world.told) == 2
    look(cast_on_both, 1)
    found = lanes(cast_on_both)
    assert found["email"].well_at is not None
    assert found["ntfy"].well_at is None  # taken, but nobody has read it yet
    assert failing(cast_on_both) == set()


def test_a_refused_probe_is_a_trouble_until_one_gets_through(cast: Cast) -> None:
    look(cast)
    look(cast, 6)
    run_until_idle(cast.app, send=World(lambda _told: refused("no such mailbox")).send)
    look(cast, 1)
    assert failing(cast) == {"probe:email", "probe:ntfy"}
    assert lanes(cast)["email"].said == "no such mailbox"
    look(cast, 10)  # it is tried again sooner than in an hour
    run_until_idle(cast.app, send=World(lambda _told: sent("taken", "r")).send)
    look(cast, 1)
    assert failing(cast) == {"probe:ntfy"}


def test_a_probe_that_never_leaves_is_a_trouble(cast: Cast) -> None:
    look(cast)
    look(cast, 6)
    look(cast, 14)
    assert failing(cast) == set()
    look(cast, 2)
    assert failing(cast) == {"probe:email", "probe:ntfy"}


def test_the_next_one_goes_after_an_hour_and_not_before(cast: Cast) -> None:
    look(cast)
    look(cast, 6)
    run_until_idle(cast.app, send=World(lambda _told: sent("taken")).send)
    look(cast, 5)
    posted = lanes(cast)["email"].posted_at
    look(cast, 54)
    assert lanes(cast)["email"].posted_at == posted
    look(cast, 2)
    assert lanes(cast)["email"].posted_at != posted


def test_a_phone_notice_is_read_back_as_a_subscriber_would(cast: Cast) -> None:
    with Sinks() as sinks:
        mail = MailSettings("127.0.0.1", sinks.smtp_port, "none", "nucleo@example.org")
        set_up(cast, mail=mail, ntfy=NtfySettings(sinks.ntfy_url))
        look(cast)
        look(cast, 6)
        run_until_idle(cast.app, send=send)
        with cast.app.app_context():
            outside.read_back()
    look(cast, 1)
    row = lanes(cast)["ntfy"]
    assert row.back_at is not None
    assert row.well_at == row.back_at


def test_a_notice_that_was_taken_and_never_arrives_is_a_trouble(cast: Cast) -> None:
    look(cast)
    look(cast, 6)
    run_until_idle(cast.app, send=World(lambda _told: sent("taken", "ref1")).send)
    with cast.app.app_context():
        outside.read_back()  # nobody answers at the ntfy server of the tests
    look(cast, 11)
    assert failing(cast) == {"probe:ntfy"}
    assert lanes(cast)["ntfy"].trouble == "not_back"


def test_a_keeper_may_lend_a_contact_once_a_day_and_take_it_back(cast: Cast) -> None:
    set_up(cast, ntfy=None)
    with cast.stage():
        keeper = add_person("Kira Kern", organisation=cast.organisation)
        grant_role(keeper, Role.KEEPER)
        point = add_contact_point(keeper, Channel.NTFY, address="kira-topic", verified=True)
        open_account(keeper, "kira@example.org")
        keeper_id, point_id = keeper.id, point.id
    browser = cast.signed_in(keeper_id)
    assert "Send a test to me, once a day" in browser.get("/alerts/watch/show?lang=en").text
    assert browser.post(f"/alerts/probe/{point_id}/lend").status_code == 303
    look(cast)
    with cast.stage():
        mine = select(Delivery).where(Delivery.contact_point_id == point_id)
        assert len(db.session.scalars(mine).all()) == 1
    assert lanes(cast)["ntfy"].next_at == now() + timedelta(days=1)
    assert browser.post("/alerts/probe/ntfy/drop").status_code == 303
    assert "ntfy" not in lanes(cast)
    assert browser.post("/alerts/probe/9999/lend").status_code == 404


def test_a_house_that_probes_nothing_sends_nothing(cast: Cast) -> None:
    set_up(cast, probe_minutes=0)
    look(cast)
    look(cast, 60)
    assert lanes(cast) == {}


def test_the_address_outside_hears_of_us_only_while_all_is_well(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = outside.ask
    with Sinks() as sinks:
        address = f"{sinks.ntfy_url}/v1/health"
        set_up(cast, heartbeat_url=address)
        monkeypatch.setattr(outside, "ask", asked.append)
        with cast.app.app_context():
            outside.call_outside()
            assert (asked, real(address)) == ([address], b'{"healthy": true}')
            advance(timedelta(minutes=3))  # and nobody has given a sign of life
            outside.call_outside()
    assert len(asked) == 1
