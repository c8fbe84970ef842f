"""A responder's town finds its centre without the net; one nobody knows is said to them."""

import pytest

from maps.jobs import place_responders
from nucleus.ground.database import db
from nucleus.roster.models import Responder
from nucleus.roster.services import edit_zone
from tests.cast import Cast

PAGE = "/roster/availability/edit"
UNKNOWN = "We do not know this town yet"


def move_to(cast: Cast, comune: str) -> Responder:
    """Let Vito write another town and the job come by."""
    with cast.stage():
        edit_zone(db.session.get_one(Responder, cast.vito), comune, 20)
    with cast.stage():
        place_responders()
    return vito(cast)


def vito(cast: Cast) -> Responder:
    with cast.stage():
        row = db.session.get_one(Responder, cast.vito)
        db.session.expunge(row)
        return row


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Caserta", ("Caserta", "CE")),
        ("castro (le)", ("Castro", "LE")),
        ("Via Roma 8, Teverola", ("Teverola", "CE")),
    ],
)
def test_a_town_is_found_and_anything_else_typed_is_let_go(
    cast_on_both: Cast, written: str, name: tuple[str, str]
) -> None:
    found = move_to(cast_on_both, written)
    assert (found.comune, found.province) == name
    assert found.lat is not None
    assert found.lon is not None
    assert UNKNOWN not in cast_on_both.signed_in(cast_on_both.vito).get(PAGE).text


@pytest.mark.parametrize("written", ["Qwertyuiop", "Castro"])
def test_a_town_nobody_knows_for_certain_stays_and_is_said(cast: Cast, written: str) -> None:
    found = move_to(cast, written)
    assert (found.comune, found.lat, found.lon) == (written, None, None)
    assert UNKNOWN in cast.signed_in(cast.vito).get(PAGE, headers={"Accept-Language": "en"}).text


def test_saving_the_same_town_again_keeps_its_centre(cast: Cast) -> None:
    move_to(cast, "castro (le)")
    form = {"comune": "Castro", "radius_km": "7"}
    assert cast.signed_in(cast.vito).post("/roster/zone/edit", data=form).status_code == 303
    kept = vito(cast)
    assert (kept.province, kept.radius_km) == ("LE", 7)
    assert kept.lat is not None


def test_who_has_coordinates_and_who_has_left_are_let_be(cast: Cast) -> None:
    with cast.stage():
        db.session.get_one(Responder, cast.amina).comune = "Caserta"
        luca = db.session.get_one(Responder, cast.luca)
        edit_zone(luca, "Caserta", 20)
        luca.stopped_at = luca.active_since
    with cast.stage():
        assert place_responders() == 0


def test_the_house_looks_for_towns_by_itself(cast: Cast) -> None:
    assert "place_responders" in {job.name for job in cast.app.extensions["nucleus.jobs"]}
