"""Who sees what: a closed door looks like no door at all."""

import pytest
from flask.testing import FlaskClient

from alerts.helping import help as helping
from nucleus.ground.database import db
from nucleus.people.models import Person
from tests.alerts.pages.conftest import Scene
from tests.cast import Cast
from tests.reading import has_word

OF_COORDINATORS = ("board", "board-part", "calls", "check", "close")
DEEDS = ("alert/{}/open", "alert/{}/take", "alert/{}/close", "alert/{}/drop", "next-wave/{}/ask",
         "update/{}/send", "person/{}/reveal", "by-phone/{}/spoke")  # fmt: skip


def browsers(scene: Scene) -> dict[str, FlaskClient]:
    """Return the browsers of everybody who does not coordinate this association."""
    cast = scene.cast
    strangers = {"bea": cast.bea, "vito": cast.vito, "dario": cast.dario, "otto": cast.outsider}
    known = {name: cast.signed_in(person) for name, person in strangers.items()}
    return {"visitor": cast.app.test_client(), **known}


def test_nobody_but_its_coordinators_sees_an_alert(scene: Scene) -> None:
    for name, browser in browsers(scene).items():
        for page in OF_COORDINATORS:
            answer = browser.get(f"/alerts/alert/{scene.alert}/{page}")
            assert answer.status_code == 404, (name, page)


def test_nobody_but_its_coordinators_changes_an_alert(scene: Scene) -> None:
    for name, browser in browsers(scene).items():
        for deed in DEEDS:
            answer = browser.post("/alerts/" + deed.format(scene.alert), data={"how": "coming"})
            assert answer.status_code == 404, (name, deed)


def test_an_alert_that_is_not_there_looks_like_one_that_is_not_mine(
    scene: Scene, carla: FlaskClient
) -> None:
    for page in (*OF_COORDINATORS, "after"):
        assert carla.get(f"/alerts/alert/999999/{page}").status_code == 404


def test_a_coordinator_elsewhere_has_a_desk_without_this_alert(scene: Scene) -> None:
    desk = scene.cast.signed_in(scene.cast.dario).get("/alerts/alert/list")
    assert desk.status_code == 200
    assert "A-1001" not in desk.get_data(as_text=True)


def test_members_and_visitors_have_no_desk(cast: Cast) -> None:
    for browser in (cast.app.test_client(), cast.signed_in(cast.bea), cast.signed_in(cast.vito)):
        assert browser.get("/alerts/alert/list").status_code == 404
        assert browser.get("/alerts/alert/draft").status_code == 404


def test_how_it_went_is_for_those_who_came(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming")
    scene.says(scene.cast.luca, "cant")
    scene.close()
    path = f"/alerts/alert/{scene.alert}/after"
    seen = {
        name: scene.cast.signed_in(person).get(path).status_code
        for name, person in (
            ("carla", scene.cast.carla),
            ("vito", scene.cast.vito),
            ("luca", scene.cast.luca),
            ("bea", scene.cast.bea),
            ("dario", scene.cast.dario),
        )
    }
    assert seen == {"carla": 200, "vito": 200, "luca": 404, "bea": 404, "dario": 404}


def test_those_who_came_read_no_names_of_others(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming")
    scene.close()
    page = scene.cast.signed_in(scene.cast.vito).get(f"/alerts/alert/{scene.alert}/after")
    for name in ("Amina", "Luca", "Bea"):
        assert not has_word(page.get_data(as_text=True), name)


@pytest.mark.parametrize("page", ["show", "part"])
def test_a_call_for_help_is_seen_by_who_pressed_and_nobody_else(cast: Cast, page: str) -> None:
    with cast.stage():
        bea = db.session.get_one(Person, cast.bea)
        number = helping.press_help(bea, what="I need to talk", comune=None, circle=()).id
    path = f"/alerts/help/{number}/{page}"
    assert cast.signed_in(cast.bea).get(path).status_code == 200
    for other in (cast.vito, cast.carla, cast.outsider):
        assert cast.signed_in(other).get(path).status_code == 404


def test_a_visitor_is_shown_112_and_no_button_of_ours(cast: Cast) -> None:
    assert cast.app.test_client().get("/alerts/help/press").status_code == 404
    assert 'href="tel:112"' in cast.app.test_client().get("/").get_data(as_text=True)
