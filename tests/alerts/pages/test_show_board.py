"""The board: who is missing, who answers, what happened; fresh, honest, and discreet."""

from flask.testing import FlaskClient
from sqlalchemy import select

from alerts.models import Alert
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from tests.alerts.pages.conftest import Scene
from tests.reading import has_word


def board(scene: Scene, browser: FlaskClient, page: str = "board") -> str:
    """Return the markup of a page of the alert."""
    answer = browser.get(f"/alerts/alert/{scene.alert}/{page}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words_in_journal(scene: Scene) -> list[str]:
    """Return what the journal says was done to the alert."""
    with scene.cast.stage():
        mine = select(LogEntry.word).where(LogEntry.subject == f"alert:{scene.alert}")
        return list(db.session.scalars(mine))


def test_it_says_first_who_is_missing_and_that_nobody_follows(
    scene: Scene, carla: FlaskClient
) -> None:
    scene.forget_coordinator()
    page = board(scene, carla)
    assert page.index("2 people are missing") < page.index("Who answers")
    assert "Nobody follows it" in page
    assert "I follow it" in page
    for name in ("Vito Vitale", "Amina Haddad", "Luca Longo"):
        assert name in page


def test_taking_it_gives_it_a_name_others_can_see(scene: Scene, carla: FlaskClient) -> None:
    scene.forget_coordinator()
    carla.post(f"/alerts/alert/{scene.alert}/take")
    page = board(scene, carla)
    assert "<bdi>Carla Coppola</bdi> follows it" in page
    assert "I follow it" not in page


def test_an_answer_shows_with_its_words_and_fills_the_need(
    scene: Scene, carla: FlaskClient
) -> None:
    scene.says(scene.cast.amina, "coming", minutes="15", words="I bring <b>tea</b>")
    page = board(scene, carla)
    assert 'class="state coming"><span>Coming</span>' in page
    assert "I bring &lt;b&gt;tea&lt;/b&gt;" in page
    assert "1 person is missing" in page


def test_what_has_not_changed_is_not_sent_again(scene: Scene, carla: FlaskClient) -> None:
    path = f"/alerts/alert/{scene.alert}/board-part"
    first = carla.get(path)
    again = carla.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    scene.says(scene.cast.vito, "coming")
    after = carla.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert "<html" not in after.get_data(as_text=True)
    other_language = carla.get(path + "?lang=it", headers={"If-None-Match": after.headers["ETag"]})
    assert other_language.status_code == 200


def test_the_mark_in_the_page_is_the_one_the_server_knows(scene: Scene, carla: FlaskClient) -> None:
    answer = carla.get(f"/alerts/alert/{scene.alert}/board-part")
    mark = answer.headers["ETag"].strip('"')
    assert f'data-version="{mark}"' in answer.get_data(as_text=True)


def test_the_name_is_hidden_until_it_is_asked_for_and_that_is_noted(
    scene: Scene, carla: FlaskClient
) -> None:
    assert not has_word(board(scene, carla), "Bea")
    assert "alerts.reveal_person" not in words_in_journal(scene)
    page = carla.post(f"/alerts/person/{scene.alert}/reveal").get_data(as_text=True)
    assert "Bea Bruno" in page
    assert words_in_journal(scene).count("alerts.reveal_person") == 1


def test_words_to_all_are_noted_and_an_empty_text_is_not_sent(
    scene: Scene, carla: FlaskClient
) -> None:
    path = f"/alerts/update/{scene.alert}/send"
    assert carla.post(path, data={"words": " "}).status_code == 422
    assert carla.post(path, data={"words": "The door is at the back"}).status_code == 303
    assert "alerts.send_update" in words_in_journal(scene)


def test_closing_asks_for_a_reason_and_tells_it_afterwards(
    scene: Scene, carla: FlaskClient
) -> None:
    path = f"/alerts/alert/{scene.alert}/close"
    assert carla.post(path, data={}).status_code == 422
    carla.post(path, data={"reason": "resolved"})
    with scene.cast.stage():
        alert = db.session.get_one(Alert, scene.alert)
        assert (alert.state, alert.reason) == ("closed", "resolved")
    page = board(scene, carla)
    assert "The need is met" in page
    assert "data-part" not in page


def test_asking_more_when_nobody_is_left_says_so(scene: Scene, carla: FlaskClient) -> None:
    answer = carla.post(f"/alerts/next-wave/{scene.alert}/ask", follow_redirects=True)
    assert "nobody left to ask" in answer.get_data(as_text=True)


def test_every_moment_of_the_timeline_has_words(scene: Scene, carla: FlaskClient) -> None:
    carla.post(f"/alerts/alert/{scene.alert}/take")
    scene.says(scene.cast.vito, "coming", minutes="15")
    scene.says(scene.cast.luca, "cant")
    scene.says(scene.cast.amina, "know_more")
    scene.says(scene.cast.amina, "coming")
    scene.says(scene.cast.vito, "cant")
    carla.post(f"/alerts/update/{scene.alert}/send", data={"words": "The door is at the back"})
    carla.post(f"/alerts/person/{scene.alert}/reveal")
    scene.close()
    page = board(scene, carla)
    whole = board(scene, carla, "timeline")
    assert whole.count("<li>") > 12
    assert "<span>Noted</span>" not in whole
    told = page.split('<ol class="time">')[1].split("</ol>")[0]
    assert "<span>Noted</span>" not in told
    assert told.count("<li>") == 12  # the last of it; the rest is a page of its own


def test_the_page_stands_without_scripts(scene: Scene, carla: FlaskClient) -> None:
    page = board(scene, carla)
    assert f'href="/alerts/alert/{scene.alert}/board">Load this page again' in page
    assert page.count('method="post"') >= 3
