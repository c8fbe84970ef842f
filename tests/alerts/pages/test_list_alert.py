"""The desk, the volunteer's list, the cards on the start page."""

from flask.testing import FlaskClient

from alerts.caring.after import send_debrief
from alerts.overview.timeline import LAST
from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.people.models import Person, Role
from nucleus.people.services import grant_role
from tests.alerts.pages.conftest import Scene
from tests.cast import Cast


def read(browser: FlaskClient, path: str) -> str:
    """Return a page."""
    return browser.get(path).get_data(as_text=True)


def test_the_desk_is_red_while_nobody_follows(scene: Scene, carla: FlaskClient) -> None:
    scene.forget_coordinator()
    assert '<section class="card danger" aria-labelledby="desk">' in read(carla, "/")
    carla.post(f"/alerts/alert/{scene.alert}/take")
    assert '<section class="card danger" aria-labelledby="desk">' not in read(carla, "/")
    assert "Carla Coppola" in read(carla, "/alerts/alert/list")


def test_a_volunteer_finds_their_own_answer_page_at_home(scene: Scene) -> None:
    vito = scene.cast.signed_in(scene.cast.vito)
    link = scene.link(scene.cast.vito)
    assert f'href="{link}"' in read(vito, "/")
    assert f'href="{link}"' in read(vito, "/alerts/mine/list")
    scene.says(scene.cast.vito, "cant")
    assert link not in read(vito, "/")


def test_what_ended_moves_down_and_leads_to_how_it_went(scene: Scene, carla: FlaskClient) -> None:
    scene.says(scene.cast.vito, "coming")
    scene.close()
    after = f'href="/alerts/alert/{scene.alert}/after"'
    assert after in read(carla, "/alerts/alert/list")
    assert after in read(scene.cast.signed_in(scene.cast.vito), "/alerts/mine/list")


def test_how_it_went_counts_from_the_journal(scene: Scene, carla: FlaskClient) -> None:
    scene.says(scene.cast.vito, "coming")
    scene.says(scene.cast.luca, "cant")
    scene.close()
    page = read(carla, f"/alerts/alert/{scene.alert}/after")
    for label, number in (("Asked", 3), ("Said yes", 1), ("Said no", 1), ("No answer", 1)):
        assert f"<dt>{label}</dt><dd>{number}</dd>" in page


def test_a_visitor_sees_no_card_of_ours(scene: Scene) -> None:
    page = read(scene.cast.app.test_client(), "/")
    assert "A-1001" not in page
    assert "/alerts/" not in page


def test_the_desk_leads_to_what_is_rarely_needed(scene: Scene, carla: FlaskClient) -> None:
    page = read(carla, "/alerts/alert/list")
    drill = f"/alerts/drill/{scene.cast.organisation}/edit"
    for path in (drill, "/alerts/cap/list", "/alerts/wall/list", "/alerts/totals/show"):
        assert f'href="{path}"' in page


def test_how_it_went_says_what_those_who_went_say_without_names(
    scene: Scene, carla: FlaskClient
) -> None:
    scene.says(scene.cast.vito, "coming")
    scene.says(scene.cast.vito, "arrived")
    scene.close()
    with scene.cast.stage():
        told = {"in_time": "yes", "enough_people": "no", "felt_safe": "unsure"}
        words = "The stairs were dark"
        assert send_debrief(scene.recipient(scene.cast.vito), **told, words=words)
    path = f"/alerts/alert/{scene.alert}/after"
    theirs = read(carla, path)
    assert words in theirs
    assert "1 person answered." in theirs
    assert words not in read(scene.cast.signed_in(scene.cast.vito), path)


def test_how_it_went_shows_the_newest_and_leads_to_the_rest(
    scene: Scene, carla: FlaskClient
) -> None:
    scene.close()
    path, all_of_it = f"/alerts/alert/{scene.alert}/after", "Everything that happened"
    assert all_of_it not in read(carla, path)
    with scene.cast.stage():
        for _turn in range(3000):
            journal.write("alerts.send_update", f"alert:{scene.alert}", actor=scene.cast.carla)
    page = read(carla, path)
    assert all_of_it in page
    assert page.count("wrote to all") == LAST


def test_an_administrator_finds_the_machine_room_at_home(cast: Cast, scene: Scene) -> None:
    with cast.stage():
        grant_role(db.session.get_one(Person, cast.luca), Role.ADMINISTRATOR, organisation=None)
    home = read(cast.signed_in(cast.luca), "/")
    doors = ("provider/list", "listener/list", "watch/show")
    assert all(f'href="/alerts/{door}"' in home.split("</main>")[0] for door in doors)
    assert "machine-room" not in read(cast.signed_in(scene.cast.vito), "/")
