"""Promises of the line that `nucleus check` has for how places are found."""

from dataclasses import replace

from maps.jobs import geocode_waiting_places
from maps.models import GeocodeClock
from maps.wellness import check_geocoder
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.database import db
from nucleus.ground.settings import GeocoderSettings, Settings
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.maps.provider import provider
from tests.resources.furnish import put_resource


def look(cast: Cast, geocoder: GeocoderSettings | None) -> Finding:
    settings: Settings = cast.app.extensions["nucleus.settings"]
    with cast.app.app_context():
        (found,) = check_geocoder(replace(settings, geocoder=geocoder))
    return found


def put_a_vague_place(cast: Cast) -> None:
    with cast.stage():
        put_resource(where=Whereabouts("Via Roma 8", "Teverola", "CE"))
    with cast.stage():
        geocode_waiting_places()


def test_without_a_geocoder_it_says_offline_and_what_waits(cast: Cast) -> None:
    put_a_vague_place(cast)
    found = look(cast, None)
    assert found.level is Level.WELL
    assert "the list of towns alone, offline; 1 places wait for a pin" in found.said


def test_a_geocoder_is_reached_without_asking_it_anything(cast: Cast) -> None:
    put_a_vague_place(cast)
    with provider() as one:
        found = look(cast, one.settings)
        assert one.calls == []
    assert found.level is Level.WELL
    assert "nominatim at 127.0.0.1 can be reached; 1 addresses to ask, 0 answers" in found.said
    assert "the-key" not in found.said


def test_one_that_is_gone_or_refuses_is_said_with_what_to_do(cast: Cast) -> None:
    with provider() as one:
        settings = one.settings
        with cast.stage():
            db.session.add(GeocodeClock(provider="nominatim", failures=4, last_error="http 429"))
        refuses = look(cast, settings)
    assert refuses.level is Level.LOOK
    assert "failed 4 times in a row (http 429)" in refuses.said
    gone = look(cast, settings)
    assert gone.level is Level.LOOK
    assert "cannot be reached (unreachable)" in gone.said
    assert "nothing is lost" in gone.remedy
