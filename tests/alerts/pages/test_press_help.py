"""*I need help*: one press, ten seconds to take it back, honest words, 112 always there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from alerts.models import Alert, Recipient
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from tests.alerts.pages.conftest import Scene, code_sent
from tests.cast import Cast
from tests.reading import has_word

PRESS = "/alerts/help/press"


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """A clock that only moves when it is told to."""
    with clock.held_at(datetime(2026, 3, 4, 21, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def bea(cast: Cast) -> FlaskClient:
    """The member's browser."""
    return cast.signed_in(cast.bea)


def press(browser: FlaskClient, **said: str) -> str:
    """Press, and return the address of the page that follows."""
    return str(browser.post(PRESS, data={"what": "company", "place": "none", **said}).location)


def read(browser: FlaskClient, path: str) -> str:
    """Return a page."""
    return browser.get(path).get_data(as_text=True)


def only_alert(cast: Cast) -> Alert:
    """Return the one alert there is, detached."""
    with cast.stage():
        alert = db.session.scalars(select(Alert)).one()
        db.session.expunge(alert)
        return alert


def scene_of(cast: Cast) -> Scene:
    """Return the one alert as a scene."""
    return Scene(cast, only_alert(cast).id)


def test_112_stands_before_the_button_and_the_page_says_who_is_free_now(bea: FlaskClient) -> None:
    page = read(bea, PRESS)
    main = page[page.index("<main") :]
    assert main.index('href="tel:112"') < main.index("Ask for help now")
    assert "right now" in main
    assert not has_word(main, "24")
    assert "not an emergency number" in main


def test_one_press_with_nothing_typed_is_enough(cast: Cast, bea: FlaskClient) -> None:
    address = press(bea)
    assert only_alert(cast).state == "open"
    assert "Nobody has been told yet" in read(bea, address)


def test_a_double_press_and_a_second_press_join_the_one_alert(cast: Cast, bea: FlaskClient) -> None:
    first = press(bea, once="the-same-showing")
    assert press(bea, once="the-same-showing") == first
    assert press(bea) == first
    bea.post(first.replace("show", "again"))
    with cast.stage():
        assert db.session.scalar(select(func.count(Alert.id))) == 1


def test_taken_back_within_ten_seconds_nobody_is_told(cast: Cast, bea: FlaskClient) -> None:
    address = press(bea)
    clock.advance(timedelta(seconds=8))
    page = bea.post(address.replace("show", "undo"), follow_redirects=True)
    assert "Nobody was told" in page.get_data(as_text=True)
    assert (only_alert(cast).state, only_alert(cast).reason) == ("closed", "cancelled")
    with cast.stage():
        assert set(db.session.scalars(select(Delivery.state))) <= {"skipped"}


def test_a_late_undo_is_told_to_everyone_and_says_so(cast: Cast, bea: FlaskClient) -> None:
    address = press(bea)
    clock.advance(timedelta(seconds=11))
    page = bea.post(address.replace("show", "undo"), follow_redirects=True)
    assert "Nobody was told" not in page.get_data(as_text=True)
    assert only_alert(cast).state == "closed"


def test_while_nobody_answers_the_page_says_so_and_after_five_minutes_to_call(
    cast: Cast, bea: FlaskClient
) -> None:
    address = press(bea)
    clock.advance(timedelta(seconds=30))
    assert "coming" not in read(bea, address).split("<h1")[1].split("</h1>")[0]
    with cast.stage():
        db.session.execute(update(Delivery).values(state="sent", copies=1))
    assert "nobody has answered yet" in read(bea, address)
    clock.advance(timedelta(minutes=5))
    assert "Nobody has answered yet: call 112" in read(bea, address)


def test_who_comes_is_shown_by_first_name_only(cast: Cast, bea: FlaskClient) -> None:
    address = press(bea)
    clock.advance(timedelta(seconds=30))
    scene_of(cast).says(cast.vito, "coming", minutes="15")
    page = read(bea, address)
    assert "Someone is coming" in page
    assert "<bdi>Vito</bdi>" in page
    for name in ("Vitale", "Amina", "Luca"):
        assert name not in page


def test_false_alarm_ends_it_for_everyone(cast: Cast, bea: FlaskClient) -> None:
    address = press(bea)
    clock.advance(timedelta(minutes=2))
    bea.post(address.replace("show", "end"))
    assert only_alert(cast).state == "closed"
    assert "It is over" in read(bea, address)


def test_the_part_is_sent_again_only_when_it_says_something_else(
    cast: Cast, bea: FlaskClient
) -> None:
    part = press(bea).replace("show", "part")
    first = bea.get(part).headers["ETag"]
    assert bea.get(part, headers={"If-None-Match": first}).status_code == 304
    clock.advance(timedelta(seconds=11))
    assert bea.get(part, headers={"If-None-Match": first}).status_code == 200


def test_own_words_are_hidden_from_those_asked_until_they_say_yes(
    cast: Cast, bea: FlaskClient
) -> None:
    press(bea, words="My husband threw me out", place="zone", comune="Aversa")
    clock.advance(timedelta(seconds=30))
    scene = scene_of(cast)
    vito = cast.signed_in(cast.vito)
    for path in (scene.link(cast.vito), "/", "/alerts/mine/list"):
        assert "husband" not in read(vito, path)
    assert "husband" not in scene.says(cast.vito, "coming")
    link = scene.link(cast.vito)
    cast.app.test_client().post(link + "/code", data={"way": "email"})
    typed = {"code": code_sent(scene, cast.vito)}
    assert "husband" in cast.app.test_client().post(link + "/where", data=typed).text


def test_the_start_page_leads_back_to_an_open_call(cast: Cast, bea: FlaskClient) -> None:
    assert PRESS in read(bea, "/")
    address = press(bea)
    assert f'href="{address}"' in read(bea, "/")


def test_nobody_is_asked_twice_and_the_presser_never(cast: Cast, bea: FlaskClient) -> None:
    press(bea)
    with cast.stage():
        asked = db.session.scalars(select(Recipient.person_id)).all()
        assert cast.bea not in asked
        assert len(asked) == len(set(asked))
