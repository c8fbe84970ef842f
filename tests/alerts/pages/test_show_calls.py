"""The call list: whom to phone, what they said, and that looking at numbers is noted."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point
from tests.alerts.pages.conftest import Scene
from tests.alerts.stage import add_responders, opened
from tests.cast import Cast
from tests.reading import has_word


@pytest.fixture
def phoned(scene: Scene) -> Scene:
    """The same scene, in which Vito has left a phone number."""
    with scene.cast.stage():
        vito = db.session.get_one(Person, scene.cast.vito)
        add_contact_point(vito, Channel.PHONE, address="+393331234567", verified=True)
    return scene


def calls(scene: Scene, browser: FlaskClient) -> str:
    """Return the call list."""
    return browser.get(f"/alerts/alert/{scene.alert}/calls").get_data(as_text=True)


def say(scene: Scene, browser: FlaskClient, **said: str) -> int:
    """Note what Vito said on the phone and return the status."""
    with scene.cast.stage():
        number = scene.recipient(scene.cast.vito).id
    return browser.post(f"/alerts/by-phone/{number}/spoke", data=said).status_code


def test_numbers_can_be_tapped_and_looking_at_them_is_noted(
    phoned: Scene, carla: FlaskClient
) -> None:
    assert 'href="tel:+393331234567"' in calls(phoned, carla)
    with phoned.cast.stage():
        noted = select(LogEntry).where(LogEntry.word == "alerts.show_calls")
        entry = db.session.scalars(noted).one()
        assert (entry.actor_id, entry.subject) == (phoned.cast.carla, f"alert:{phoned.alert}")
        assert "333" not in str(entry.facts)


def test_a_person_without_a_phone_is_on_the_list_and_it_says_so(
    scene: Scene, carla: FlaskClient
) -> None:
    page = calls(scene, carla)
    assert "Luca Longo" in page
    assert "No number of theirs" in page


def test_a_yes_by_phone_counts_like_any_other(phoned: Scene, carla: FlaskClient) -> None:
    assert say(phoned, carla, how="coming", eta_minutes="20") == 303
    with phoned.cast.stage():
        vito = phoned.recipient(phoned.cast.vito)
        assert (vito.state, vito.eta_minutes) == ("accepted", 20)


def test_a_no_by_phone_counts_too(phoned: Scene, carla: FlaskClient) -> None:
    assert say(phoned, carla, how="cant") == 303
    assert phoned.state(phoned.cast.vito) == "declined"


def test_nobody_picked_up_changes_nothing_but_the_journal(
    phoned: Scene, carla: FlaskClient
) -> None:
    assert say(phoned, carla, how="no_answer") == 303
    assert phoned.state(phoned.cast.vito) == "alerted"
    with phoned.cast.stage():
        words = set(db.session.scalars(select(LogEntry.word)))
        assert "alerts.rang_in_vain" in words


@pytest.mark.parametrize("said", [{}, {"how": "dance"}, {"how": "coming", "eta_minutes": "soon"}])
def test_what_can_not_be_read_changes_nothing(
    phoned: Scene, carla: FlaskClient, said: dict[str, str]
) -> None:
    assert say(phoned, carla, **said) == 422
    assert phoned.state(phoned.cast.vito) == "alerted"


def test_looking_again_within_minutes_is_noted_once_and_later_once_more(
    phoned: Scene, carla: FlaskClient
) -> None:
    for _ in range(3):
        calls(phoned, carla)
    with held_at(now() + timedelta(minutes=11)):
        later = phoned.cast.signed_in(phoned.cast.carla)
        calls(phoned, later)
    with phoned.cast.stage():
        noted = select(LogEntry).where(LogEntry.word == "alerts.show_calls")
        assert len(db.session.scalars(noted).all()) == 2


def test_who_needs_a_call_most_comes_first_and_paper_has_room_to_write(
    phoned: Scene, carla: FlaskClient
) -> None:
    with phoned.cast.stage():
        luca = db.session.get_one(Person, phoned.cast.luca)
        add_contact_point(luca, Channel.PHONE, address="+393331111111", verified=True)
    phoned.says(phoned.cast.luca, "know_more")
    page = calls(phoned, carla)
    assert page.index("Luca Longo") < page.index("Vito Vitale") < page.index("Amina Haddad")
    sheet = page.split('class="print-only sheet"')[1]
    assert "4567" in sheet
    assert not has_word(page, "Bea")


def test_a_long_list_has_pages_and_each_number_is_opened_only_there(cast: Cast) -> None:
    with cast.stage():
        add_responders(cast, 70)
        alert = opened(cast, severity="Extreme", urgency="Immediate", drill=True)
        path = f"/alerts/alert/{alert.id}/calls?lang=en"
    browser = cast.signed_in(cast.carla)
    first = browser.get(path).text
    assert first.count('id="call-') == 50
    assert "Page 1 of 2" in first
    assert browser.get(path + "&page=2").text.count('id="call-') == 23


def test_words_said_on_the_phone_are_kept_beside_the_answer(
    phoned: Scene, carla: FlaskClient
) -> None:
    assert say(phoned, carla, how="coming", words="I bring the key") == 303
    with phoned.cast.stage():
        assert phoned.recipient(phoned.cast.vito).words == "I bring the key"
    assert "spoke to someone on the phone" in carla.get(f"/alerts/alert/{phoned.alert}/board").text


def test_ring_me_later_is_noted_and_is_no_answer(phoned: Scene, carla: FlaskClient) -> None:
    assert say(phoned, carla, how="call_back", eta_minutes="20") == 303
    with phoned.cast.stage():
        noted = select(LogEntry).where(LogEntry.word == "alerts.call_back")
        entry = db.session.scalars(noted).one()
        assert entry.facts["minutes"] == 20
    assert phoned.state(phoned.cast.vito) == "alerted"
    assert "Vito Vitale" in calls(phoned, carla)
