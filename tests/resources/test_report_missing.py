"""Promises to whoever misses a place on the map: what is there is shown before they send."""

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.twins.finding import look_for_twins
from tests.cast import Cast
from tests.resources.furnish import AVERSA, SECRET, put_resource

ENGLISH = {"Accept-Language": "en"}
PAGE = "/resources/missing/report"
TYPED = {"name": "Mensa della Pace", "category": "other", "comune": "Aversa", "province": "CE"}


def number_waiting(cast: Cast) -> int:
    with cast.stage():
        return len(db.session.scalars(select(Suggestion.id)).all())


def test_a_place_we_may_have_already_is_shown_before_it_is_sent(cast: Cast) -> None:
    with cast.stage():
        put_resource("Mensa della Pace", where=AVERSA, category="food")
        look_for_twins()
    stranger = cast.app.test_client()
    typed = {**TYPED, "name": "Mensa dela Pace"}
    asked = stranger.post(PAGE, data=typed, headers=ENGLISH)
    assert (asked.status_code, "Is it one of these?" in asked.text) == (422, True)
    assert "Mensa della Pace" in asked.text
    assert "هل هو أحد هذه الأماكن؟" in stranger.post(f"{PAGE}?lang=ar", data=typed).text
    assert number_waiting(cast) == 0
    assert stranger.post(PAGE, data={**typed, "anyway": "1"}).status_code == 303
    assert number_waiting(cast) == 1
    carla = cast.signed_in(cast.carla)
    page = carla.get("/resources/suggestion/show/1", headers=ENGLISH).text
    assert "We may have it already" in page
    assert "Almost the same name" in page


def test_nothing_alike_is_sent_at_once(cast: Cast) -> None:
    with cast.stage():
        put_resource("Mensa della Pace", where=AVERSA, category="food")
        look_for_twins()
    typed = {**TYPED, "name": "Biblioteca"}
    assert cast.app.test_client().post(PAGE, data=typed).status_code == 303


def test_what_may_not_be_seen_is_never_said_to_be_there_already(cast: Cast) -> None:
    """A place for a circle, one that is suspended, and whether a guessed house number is right."""
    with cast.stage():
        put_resource("Casa Alba", where=SECRET, visibility="members", phones=["+390815550123"])
        put_resource("Casa Bianca", where=AVERSA, state="suspended")
        look_for_twins()
    stranger = cast.app.test_client()
    for name in ("Casa Alba", "Casa Bianca"):
        typed = {**TYPED, "name": name, "phones": "0815550123"}
        assert stranger.post(PAGE, data=typed).status_code == 303, name
    bea = cast.signed_in(cast.bea)
    with cast.stage():
        put_resource("Casa Verde", where=SECRET)
        look_for_twins()
    pages = [
        bea.post(PAGE, data={**TYPED, "name": "Casa Verde", "address": guess}, headers=ENGLISH)
        for guess in ("Vicolo Segretissimo 77", "Vicolo Segretissimo 78", "")
    ]
    assert ["Is it one of these?" in page.text for page in pages] == [True] * 3
