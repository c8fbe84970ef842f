"""Where and for whom: a code to the volunteer's own contact, once, noted, told, and gone again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from alerts import services
from alerts.answering.confidences import Confided, keep_confidence
from alerts.answering.revealing import CODES_AN_HOUR
from alerts.models import Alert, Confidence, Reveal
from alerts.services import Answer
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint
from tests.alerts.pages.conftest import Scene, code_sent
from tests.alerts.stage import recipient
from tests.reading import has_word

PRIVATE = ("Bea", "library", "Via Roma 3", "+393337654321", "333 765 4321")


@pytest.fixture
def told(scene: Scene) -> Scene:
    """The same scene, with an address and a phone kept in confidence, and Vito on his way."""
    with scene.cast.stage():
        alert = db.session.get_one(Alert, scene.alert)
        told = Confided(phone="+393337654321", address="Via Roma 3, second bell")
        keep_confidence(alert, told)
    scene.says(scene.cast.vito, "coming", minutes="15")
    return scene


@pytest.fixture
def browser(told: Scene) -> FlaskClient:
    """Somebody's browser that holds the link and nothing else."""
    return told.cast.app.test_client()


def ask_for_code(scene: Scene, browser: FlaskClient, way: str = "email") -> TestResponse:
    """Press the button that sends a code."""
    return browser.post(scene.link(scene.cast.vito) + "/code", data={"way": way})


def digits(scene: Scene) -> str:
    """Return the code as the letter to Vito carries it."""
    return code_sent(scene, scene.cast.vito)


def type_code(scene: Scene, browser: FlaskClient, code: str) -> TestResponse:
    """Type a code on the answer page."""
    return browser.post(scene.link(scene.cast.vito) + "/where", data={"code": code})


def shows_nothing(page: str) -> bool:
    """Whether nothing private stands on a page."""
    return not any(has_word(page, word) for word in PRIVATE)


def test_the_code_goes_to_the_contact_of_who_was_asked_and_to_nobody_else(
    told: Scene, browser: FlaskClient
) -> None:
    answer = ask_for_code(told, browser)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert 'name="code"' in page
    assert shows_nothing(page)
    code = digits(told)
    assert code not in page
    with told.cast.stage():
        message = db.session.scalars(select(Message).where(Message.kind == "reveal_code")).one()
        sent = select(Delivery).where(Delivery.message_id == message.id)
        delivery = db.session.scalars(sent).one()
        point = db.session.get_one(ContactPoint, delivery.contact_point_id)
        assert (point.person_id, point.channel) == (told.cast.vito, "email")
        assert message.link_path is None
        assert code not in str(message.texts)


def test_the_right_code_shows_it_once_and_the_page_leaves_by_itself(
    told: Scene, browser: FlaskClient
) -> None:
    ask_for_code(told, browser)
    code = digits(told)
    answer = type_code(told, browser, f" {code[:3]} {code[3:]} ")
    assert answer.status_code == 200
    for word in ("Bea", "In front of the town library", "Via Roma 3", "tel:+393337654321"):
        assert word in answer.text
    assert "Bruno" not in answer.text
    assert answer.headers["Refresh"].startswith("600; url=/a/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    again = type_code(told, browser, code)
    assert again.status_code == 422
    assert shows_nothing(again.text)
    assert shows_nothing(browser.get(told.link(told.cast.vito)).text)


def test_the_reading_is_noted_told_and_on_the_timeline(told: Scene, browser: FlaskClient) -> None:
    ask_for_code(told, browser)
    type_code(told, browser, digits(told))
    with told.cast.stage():
        noted = select(LogEntry).where(LogEntry.word == "alerts.show_where")
        entry = db.session.scalars(noted).one()
        assert entry.actor_id == told.cast.vito
        message = db.session.scalars(select(Message).where(Message.kind == "was_read")).one()
        to = select(Delivery.person_id).where(Delivery.message_id == message.id)
        assert set(db.session.scalars(to)) == {told.cast.bea}
        assert "Vitale" not in str(message.texts)
    board = told.cast.signed_in(told.cast.carla).get(f"/alerts/alert/{told.alert}/board").text
    assert "read where and for whom" in board


def test_what_can_not_be_noted_is_not_shown(
    told: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_code(told, browser)
    code = digits(told)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the journal is away")

    monkeypatch.setattr("alerts.answering.revealing.journal.write", broken)
    told.cast.app.testing = False
    answer = type_code(told, browser, code)
    assert answer.status_code == 500
    assert shows_nothing(answer.text)


def test_wrong_codes_are_counted_and_the_door_rests(told: Scene, browser: FlaskClient) -> None:
    ask_for_code(told, browser)
    code = digits(told)
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 8)]
    answers = [type_code(told, browser, each) for each in wrong]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert all(shows_nothing(answer.text) for answer in answers)
    assert type_code(told, browser, code).status_code == 429


def test_nobody_gets_more_codes_than_they_need(told: Scene, browser: FlaskClient) -> None:
    answers = [ask_for_code(told, browser).status_code for _ in range(CODES_AN_HOUR + 2)]
    assert answers == [303] * CODES_AN_HOUR + [429] * 2
    with told.cast.stage():
        assert len(db.session.scalars(select(Reveal)).all()) == CODES_AN_HOUR


def test_an_older_code_stops_working_and_so_does_one_that_is_too_old(
    told: Scene, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_code(told, browser)
    first = digits(told)
    ask_for_code(told, browser, "ntfy")
    second = digits(told)
    assert type_code(told, browser, first).status_code == 422
    later = now() + timedelta(minutes=16)
    monkeypatch.setattr("alerts.answering.revealing.now", lambda: later)
    assert type_code(told, browser, second).status_code == 422


@pytest.mark.parametrize("way", ["", "phone", "sms", "e-mail", "x" * 4000])
def test_a_way_that_is_not_theirs_sends_nothing(
    told: Scene, browser: FlaskClient, way: str
) -> None:
    assert ask_for_code(told, browser, way).status_code == 422
    with told.cast.stage():
        assert db.session.scalars(select(Reveal)).all() == []


@pytest.mark.parametrize("end", ["cant", "close", "done"])
def test_it_is_gone_again_after_the_end_a_no_and_the_way_home(
    told: Scene, browser: FlaskClient, end: str
) -> None:
    ask_for_code(told, browser)
    code = digits(told)
    if end == "close":
        told.close()
    elif end == "done":
        told.says(told.cast.vito, "arrived")
        told.says(told.cast.vito, "done")
    else:
        told.says(told.cast.vito, "cant")
    for answer in (type_code(told, browser, code), ask_for_code(told, browser)):
        assert answer.status_code == (410 if end == "close" else 422)
        assert shows_nothing(answer.text)
        assert 'name="code"' not in answer.text


def test_before_a_yes_no_code_is_sent(scene: Scene) -> None:
    client = scene.cast.app.test_client()
    assert ask_for_code(scene, client).status_code == 422
    assert type_code(scene, client, "000000").status_code == 422
    with scene.cast.stage():
        assert db.session.scalars(select(Reveal)).all() == []


def test_somebody_else_s_code_opens_nothing(told: Scene, browser: FlaskClient) -> None:
    told.says(told.cast.amina, "coming")
    browser.post(told.link(told.cast.amina) + "/code", data={"way": "email"})
    code = code_sent(told, told.cast.amina)
    ask_for_code(told, browser)
    answer = type_code(told, browser, code)
    assert answer.status_code == (200 if code == digits(told) else 422)


def test_a_person_in_danger_at_home_is_not_written_to(scene: Scene) -> None:
    with scene.cast.stage():
        hushed = Confided(address="Via Roma 3", silent=True)
        keep_confidence(db.session.get_one(Alert, scene.alert), hushed)
    scene.says(scene.cast.vito, "coming")
    client = scene.cast.app.test_client()
    ask_for_code(scene, client)
    assert "Via Roma 3" in type_code(scene, client, digits(scene)).text
    with scene.cast.stage():
        assert db.session.scalars(select(Message).where(Message.kind == "was_read")).all() == []


def test_what_is_kept_in_confidence_stands_in_no_column_in_clear(told: Scene) -> None:
    with told.cast.stage():
        kept = str(db.session.execute(db.text("SELECT * FROM confidence")).all())
    assert "Via Roma" not in kept
    assert "3337654321" not in kept


@pytest.fixture
def exactly(scene: Scene) -> Scene:
    """Bea pressed herself and said exactly where she is; Vito is on his way."""
    cast = scene.cast
    typed = {"place": "exact", "address": "Via Roma 3, second bell", "spot": "41.00042,14.20042"}
    page = cast.signed_in(cast.bea).post("/alerts/help/press", data=typed)
    assert page.status_code == 303
    with cast.stage():
        alert = db.session.scalars(select(Alert).where(Alert.help)).one()
        services.ask_next_wave(alert)
        services.answer(recipient(alert, cast.vito), Answer.COMING, by=cast.vito)
    return replace(scene, alert=alert_id_of(scene))


def alert_id_of(scene: Scene) -> int:
    """Return the call for help."""
    with scene.cast.stage():
        return db.session.scalars(select(Alert.id).where(Alert.help)).one()


def test_where_a_person_is_exactly_stands_behind_the_code_alone(exactly: Scene) -> None:
    cast, browser = exactly.cast, exactly.cast.app.test_client()
    with cast.stage():
        alert = db.session.get_one(Alert, exactly.alert)
        assert alert.comune is not None, "who is near is asked first"
        kept = repr([tuple(row) for row in db.session.execute(select(Confidence.__table__))])
        said = str(db.session.scalars(select(LogEntry.facts)).all())
        letters = str([each.texts for each in db.session.scalars(select(Message))])
    board = cast.signed_in(cast.carla).get(f"/alerts/alert/{exactly.alert}/board").text
    page = browser.get(exactly.link(cast.vito)).text
    for place in (kept, said, letters, board, page):
        assert "Via Roma" not in place
        assert "41.000" not in place
    ask_for_code(exactly, browser)
    shown = type_code(exactly, browser, digits(exactly)).text
    assert "Via Roma 3, second bell" in shown
    assert 'href="geo:41.00042,14.20042' in shown


@pytest.mark.parametrize(
    "spot",
    ["", "1,2", "91.0000,14.0000", "javascript:alert(1)", "\u0664.000,1.000"],
)
def test_a_spot_that_is_none_keeps_no_call_back(scene: Scene, spot: str) -> None:
    typed = {"place": "exact", "spot": spot}
    page = scene.cast.signed_in(scene.cast.bea).post("/alerts/help/press", data=typed)
    assert page.status_code == 303
    with scene.cast.stage():
        assert db.session.scalars(select(Confidence)).all() == []


def test_a_second_press_can_say_where(scene: Scene) -> None:
    client = scene.cast.signed_in(scene.cast.bea)
    for typed in ({}, {"place": "exact", "address": "Via Po 1"}, {"place": "exact"}):
        assert client.post("/alerts/help/press", data=typed).status_code == 303
    with scene.cast.stage():
        assert db.session.scalars(select(Confidence)).one().address == "Via Po 1"
