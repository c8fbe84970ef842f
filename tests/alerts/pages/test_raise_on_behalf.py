"""Somebody telephones: a coordinator asks for help for them, and nothing they said leaks."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from alerts.models import Alert, Confidence, Recipient
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from tests.cast import Cast

PAGE = "/alerts/on-behalf/raise"


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return cast.signed_in(cast.carla)


def typed(cast: Cast, **more: str) -> dict[str, str]:
    """Return what a coordinator writes while Bea is on the line."""
    return {
        "not_for_peers": "no", "what": "Company for an hour", "comune": "Teverola", "count": "2",
        "urgency": "Immediate", "severity": "Moderate", "person": str(cast.bea),
        "write_to_them": "yes", "organisation": str(cast.organisation), **more,
    }  # fmt: skip


def told_of(cast: Cast, kind: str) -> set[int]:
    """Return who was told something of this kind."""
    with cast.stage():
        to = select(Delivery.person_id).join(Delivery.message).where(Message.kind == kind)
        return set(db.session.scalars(to))


def the_alert() -> Alert:
    return db.session.scalars(select(Alert)).one()


def test_one_press_asks_people_and_the_journal_says_who_wrote_for_whom(
    cast: Cast, carla: FlaskClient
) -> None:
    answer = carla.post(PAGE, data=typed(cast))
    assert answer.status_code == 303
    assert answer.location.endswith("/board")
    with cast.stage():
        alert = the_alert()
        assert (alert.state, alert.person_id, alert.help) == ("open", cast.bea, False)
        assert alert.coordinator_id == cast.carla
        noted = select(LogEntry).where(LogEntry.word == "alerts.raise_on_behalf")
        entry = db.session.scalars(noted).one()
        assert (entry.actor_id, entry.facts["person"]) == (cast.carla, cast.bea)
        assert db.session.scalars(select(Recipient)).all()
    assert told_of(cast, "on_behalf") == {cast.bea}
    assert "wrote it for somebody else" in carla.get(answer.location).text


def test_who_is_in_danger_at_home_is_not_written_to(cast: Cast, carla: FlaskClient) -> None:
    carla.post(PAGE, data=typed(cast, write_to_them="no"))
    assert told_of(cast, "on_behalf") == set()
    with cast.stage():
        assert db.session.get_one(Confidence, the_alert().id).silent


def test_a_caller_without_an_account_stays_sealed(cast: Cast, carla: FlaskClient) -> None:
    said = {"person": "", "caller_name": "Ornella", "caller_phone": "333 7654321"}
    assert carla.post(PAGE, data=typed(cast, **said, address="Via Roma 3")).status_code == 303
    with cast.stage():
        row = db.session.get_one(Confidence, the_alert().id)
        assert (row.name, row.phone, row.address) == ("Ornella", "+393337654321", "Via Roma 3")
        tables = ("confidence", "alert", "message", "log_entry", "recipient")
        kept = "".join(str(db.session.execute(db.text(f"SELECT * FROM {t}")).all()) for t in tables)  # noqa: S608
    for word in ("Ornella", "7654321", "Via Roma"):
        assert word not in kept


def test_what_is_not_for_peers_sends_nobody_and_says_so(cast: Cast, carla: FlaskClient) -> None:
    page = carla.post(PAGE, data=typed(cast, not_for_peers="yes"), follow_redirects=True).text
    assert "Nobody was sent" in page
    with cast.stage():
        assert db.session.scalars(select(Recipient)).all() == []
    assert cast.carla in told_of(cast, "coordinators")


def test_danger_is_asked_first_and_must_be_answered(cast: Cast, carla: FlaskClient) -> None:
    page = carla.get(PAGE).text
    assert page.index("in danger of life") < page.index("Who telephones")
    said = typed(cast)
    del said["not_for_peers"]
    assert carla.post(PAGE, data=said).status_code == 422
    with cast.stage():
        assert db.session.scalars(select(Alert)).all() == []


def test_a_second_call_for_the_same_person_is_news_and_no_second_alert(
    cast: Cast, carla: FlaskClient
) -> None:
    for _ in range(2):
        assert carla.post(PAGE, data=typed(cast)).status_code == 303
    with cast.stage():
        assert the_alert().state == "open"
        words = select(LogEntry.word).where(LogEntry.word == "alerts.join_on_behalf")
        assert len(db.session.scalars(words).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"caller_phone": "call me"}, {"what": ""}, {"comune": "Nowhere"}, {"count": "900"},
     {"address": "x" * 300}, {"write_to_them": "perhaps"}, {"person": "99999"}],
)  # fmt: skip
def test_what_can_not_be_is_refused_and_nobody_is_asked(
    cast: Cast, carla: FlaskClient, wrong: dict[str, str]
) -> None:
    assert carla.post(PAGE, data=typed(cast, **wrong)).status_code == 422
    with cast.stage():
        assert db.session.scalars(select(Alert)).all() == []


def test_a_drill_can_not_be_smuggled_in(cast: Cast, carla: FlaskClient) -> None:
    carla.post(PAGE, data=typed(cast, drill="yes", scale="area"))
    with cast.stage():
        assert (the_alert().drill, the_alert().scale) == (False, "person")
