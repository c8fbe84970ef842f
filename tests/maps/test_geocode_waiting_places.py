"""Promises of the tray: addresses find their town without anybody outside hearing of them."""

import pytest
from sqlalchemy import select

from maps.jobs import geocode_waiting_places
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.places.queries import shown_point
from nucleus.places.services import Whereabouts, add_place, change_place, whereabouts_of
from tests.cast import Cast


def sweep(cast: Cast) -> int:
    with cast.stage():
        return geocode_waiting_places()


def place(cast: Cast) -> Place:
    found = db.session.scalar(select(Place).order_by(Place.id.desc()))
    assert found
    return found


@pytest.mark.parametrize(
    "said",
    [
        Whereabouts("Via Roma 8", "Teverola", "CE"),
        Whereabouts("Via Roma 8, 81030 Teverola CE"),
        Whereabouts(None, "Teverola"),
    ],
)
def test_an_address_finds_the_middle_of_its_town(cast: Cast, said: Whereabouts) -> None:
    with cast.stage():
        add_place(said)
    assert sweep(cast) == 1
    with cast.stage():
        found = place(cast)
        assert (found.lat, found.lon) == pytest.approx((40.99, 14.21), abs=0.02)
        assert (found.precision, found.source) == ("comune", "gazetteer")
        assert found.geocoded_at
    assert sweep(cast) == 0


@pytest.mark.parametrize("comune", ["Castro", "Qwertyuiop", "Teverola (NA)", None])
def test_what_is_not_certain_waits_for_a_person_and_is_tried_once(
    cast: Cast, comune: str | None
) -> None:
    with cast.stage():
        add_place(Whereabouts("Via Roma 8", comune))
    assert sweep(cast) == 0
    with cast.stage():
        assert place(cast).lat is None
        assert place(cast).tried_at
    assert sweep(cast) == 0


def test_a_pin_is_never_moved(cast: Cast) -> None:
    with cast.stage():
        add_place(Whereabouts("Via Roma 8", "Teverola", "CE", point=(40.9999, 14.2222)))
    assert sweep(cast) == 0
    with cast.stage():
        assert place(cast).lat == 40.9999


def test_a_hidden_place_gets_its_public_point_once_from_its_town(cast: Cast) -> None:
    said = Whereabouts("Vicolo 7", "Aversa", "CE", point=(40.961234, 14.187654), hidden=True)
    with cast.stage():
        add_place(said)
        assert shown_point(place(cast), exactly=False) is None
    sweep(cast)
    with cast.stage():
        found = place(cast)
        public = shown_point(found, exactly=False)
        assert public == (found.public_lat, found.public_lon)
        assert public != (40.961234, 14.187654)
        assert shown_point(found, exactly=True) == (40.961234, 14.187654)
        assert (found.lat, found.precision) == (40.961234, "pin")
    with cast.stage():
        change_place(place(cast), Whereabouts("Vicolo 9", "Aversa", "CE", hidden=True))
    sweep(cast)
    with cast.stage():
        assert (place(cast).public_lat, place(cast).public_lon) == public


def test_another_town_means_another_look(cast: Cast) -> None:
    with cast.stage():
        add_place(Whereabouts("Via Roma 8", "Teverola", "CE"))
    sweep(cast)
    with cast.stage():
        assert change_place(place(cast), Whereabouts("Via Roma 8", "Napoli", "NA"))
        assert place(cast).lat is None
    sweep(cast)
    with cast.stage():
        assert place(cast).lat == pytest.approx(40.85, abs=0.05)
        assert not change_place(place(cast), whereabouts_of(place(cast)))
