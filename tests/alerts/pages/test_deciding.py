"""The pages on which coordinators decide: reasons are asked for, and reach who has to know."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from alerts.models import Alert, Approval, Recipient
from alerts.services import NeedDraft
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Message
from tests.alerts.pages.conftest import Scene
from tests.alerts.stage import add_responders, deliveries, opened
from tests.cast import Cast


@pytest.fixture
def big(cast: Cast) -> int:
    """An alert of Carla's for which fifty were asked and ten more wait for a second yes."""
    with cast.stage():
        add_responders(cast, 57)
        return opened(cast, needs=(NeedDraft(count=30),), scale="area", everyone=True).id


def asked() -> int:
    counted = select(func.count()).select_from(Recipient).where(Recipient.called_wave > 0)
    return db.session.scalar(counted) or 0


def test_an_approver_elsewhere_reads_the_number_and_says_yes(cast: Cast, big: int) -> None:
    dario = cast.signed_in(cast.dario)
    page = dario.get(f"/alerts/surplus/{big}/approve").get_data(as_text=True)
    assert "10 more could be" in page
    assert "Yes, ask them" in page
    assert dario.get(f"/alerts/alert/{big}/board").status_code == 404
    assert dario.post(f"/alerts/surplus/{big}/approve").status_code == 303
    with cast.stage():
        assert asked() == 60


def test_the_author_sees_that_it_takes_somebody_else(
    cast: Cast, carla: FlaskClient, big: int
) -> None:
    page = carla.get(f"/alerts/surplus/{big}/approve").get_data(as_text=True)
    assert "has to come from somebody else" in page
    assert "Yes, ask them" not in page
    carla.post(f"/alerts/surplus/{big}/approve")
    with cast.stage():
        assert asked() == 50


def test_a_no_needs_a_reason_which_the_author_reads(
    cast: Cast, carla: FlaskClient, big: int
) -> None:
    dario = cast.signed_in(cast.dario)
    empty = dario.post(f"/alerts/surplus/{big}/refuse", data={"words": " "})
    assert empty.status_code == 422
    assert "Write in a few words why not." in empty.get_data(as_text=True)
    dario.post(f"/alerts/surplus/{big}/refuse", data={"words": "Fifty are enough"})
    assert "Fifty are enough" in carla.get(f"/alerts/surplus/{big}/approve").get_data(as_text=True)
    assert "A second person said no." in carla.get(f"/alerts/alert/{big}/board").get_data(
        as_text=True
    )


def test_breaking_the_glass_asks_for_a_sentence_and_stands_in_bold(
    cast: Cast, carla: FlaskClient, big: int
) -> None:
    page = f"/alerts/glass/{big}/break"
    assert carla.post(page, data={"words": "now"}).status_code == 422
    with cast.stage():
        assert asked() == 50
    assert carla.post(page, data={"words": "The bridge is down"}).status_code == 303
    with cast.stage():
        assert asked() == 60
        assert db.session.scalars(select(Approval.state)).all() == ["broken"]
    board = carla.get(f"/alerts/alert/{big}/board").get_data(as_text=True)
    assert "<strong>Carla Coppola went on without a second yes</strong>" in board
    there = cast.signed_in(cast.dario).get(f"/alerts/surplus/{big}/approve")
    assert "The bridge is down" in there.get_data(as_text=True)


def test_who_does_not_run_it_can_not_break_the_glass(cast: Cast, big: int) -> None:
    for person in (cast.dario, cast.vito, cast.bea):
        browser = cast.signed_in(person)
        answer = browser.post(f"/alerts/glass/{big}/break", data={"words": "I want to, very much"})
        assert answer.status_code == 404


def test_a_correction_reaches_whoever_heard_also_after_the_end(
    scene: Scene, carla: FlaskClient
) -> None:
    with scene.cast.stage():
        for row in deliveries(db.session.get_one(Alert, scene.alert), "call"):
            row.state, row.copies = "sent", 1
    scene.close()
    page = f"/alerts/correction/{scene.alert}/send"
    assert carla.post(page, data={"words": ""}).status_code == 422
    assert carla.post(page, data={"words": "At the library, not here"}).status_code == 303
    with scene.cast.stage():
        rows = deliveries(db.session.get_one(Alert, scene.alert), "correction")
        assert {row.person_id for row in rows} == {
            scene.cast.vito, scene.cast.amina, scene.cast.luca,
        }  # fmt: skip
        assert "library" in rows[0].message.texts["en"]["body"]


def test_a_look_at_the_board_is_a_sign_and_no_noise(scene: Scene, carla: FlaskClient) -> None:
    with scene.cast.stage():
        before = db.session.scalar(select(func.count(LogEntry.id)))
        alert = db.session.get_one(Alert, scene.alert)
        alert.seen_at = clock.now() - timedelta(hours=1)
    assert carla.post(f"/alerts/alert/{scene.alert}/look").status_code == 204
    with scene.cast.stage():
        alert = db.session.get_one(Alert, scene.alert)
        assert alert.seen_at is not None
        assert clock.now() - alert.seen_at < timedelta(minutes=1)
        assert db.session.scalar(select(func.count(LogEntry.id))) == before


def test_handing_over_alone_is_not_possible(scene: Scene, carla: FlaskClient) -> None:
    page = carla.get(f"/alerts/handover/{scene.alert}/offer").get_data(as_text=True)
    assert "There is no other coordinator" in page
    answer = carla.post(f"/alerts/handover/{scene.alert}/offer", data={"to": str(scene.cast.dario)})
    assert answer.status_code == 422
    carla.post(f"/alerts/handover/{scene.alert}/accept")
    with scene.cast.stage():
        assert db.session.get_one(Alert, scene.alert).coordinator_id == scene.cast.carla
        assert db.session.scalar(select(Message.id).where(Message.kind == "handover")) is None
