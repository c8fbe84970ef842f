"""The desk, the volunteer's list, the cards on the start page."""

from flask.testing import FlaskClient

from tests.alerts.pages.conftest import Scene


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
