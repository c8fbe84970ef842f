"""The demo tells a true story: what it counts is what the rows and the sinks say."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.models import Recipient
from maps.models import Area
from nucleus.ground.database import db, reading
from nucleus.plans.models import Plan
from nucleus.resources.checking.queries import progress_of
from nucleus.resources.models import Resource
from nucleus.resources.photos.models import Photo
from nucleus.resources.reach import Reach
from nucleus.resources.suggesting.queries import tray_of
from nucleus.resources.twins.models import TwinPair
from tests.demo import report, story
from tests.demo.house import running
from tests.demo.network import fill


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> story.Story:
    """The whole story, told once, with the house still standing behind it."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with running(folder) as house:
        network = fill(house.app)
        finished = story.tell(house, network, lambda _line: None)
        assert report.wait_until_all_is_settled(finished)
        finished.result = report.count(finished)
        finished.lines = report.timeline(finished)
    return finished


def test_the_alert_is_answered_and_closed_and_nothing_is_lost(told: story.Story) -> None:
    result = told.result
    assert result["alert"]["state"] == "closed"
    assert result["alert"]["reason"] == "resolved"
    assert result["accepted"] == 3
    assert result["declined"] == 2
    assert result["waves"] >= 2
    assert result["lost"] == 0


def test_what_was_sent_is_what_the_sinks_received(told: story.Story) -> None:
    result = told.result
    assert result["received_by_sinks"] - result["repeated"] == result["deliveries"]["sent"]
    assert result["repeated"] == 0


def test_a_channel_failed_and_the_next_one_was_used(told: story.Story) -> None:
    assert told.result["deliveries"]["failed"] == 1
    with told.house.app.app_context(), reading():
        vito = told.network.people["Vito Vitale"]
        state = db.session.scalar(select(Recipient.state).where(Recipient.person_id == vito))
    assert state == "accepted"


def test_a_text_message_was_answered_by_a_text_message(told: story.Story) -> None:
    with told.house.app.app_context(), reading():
        luca = told.network.people["Luca Longo"]
        row = db.session.scalars(select(Recipient).where(Recipient.person_id == luca)).one()
        assert (row.state, row.eta_minutes, row.words) == ("accepted", 60, "sì 60")
    texts = told.house.sinks.received("sms")
    assert texts
    assert all("biblioteca" not in one.words.body for one in texts)


def test_the_journal_reads_as_a_story(told: story.Story) -> None:
    tale = " ".join(told.lines)
    for words in ("wrote it down", "Wave 1", "coming, in 15 minutes", "can't come any more"):
        assert words in tale
    assert "Noted" not in tale


def test_the_network_is_as_large_as_promised(told: story.Story) -> None:
    with told.house.app.app_context(), reading():
        assert db.session.scalar(select(func.count(Resource.id))) == 62
        assert db.session.scalar(select(func.count(Plan.id))) == 3
    assert len(told.network.people) == 40
    assert len(told.network.organisations) == 3


def test_the_map_is_looked_after_before_your_eyes(told: story.Story) -> None:
    everything = Reach(all=True)
    with told.house.app.app_context(), reading():
        progress = progress_of(everything)
        assert progress.done >= 12
        assert 8 <= progress.left <= 14
        assert tray_of(everything).number == 5
        shut = select(func.count(Resource.id)).where(Resource.state == "suspended")
        assert db.session.scalar(shut) == 1
        assert db.session.scalars(select(TwinPair).where(TwinPair.state == "open")).first()
        assert db.session.scalar(select(func.count(Photo.id))) == 2
        assert db.session.scalars(select(Area.name)).all() == ["Ondata di caldo"]
