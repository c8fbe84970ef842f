"""Promises of finding, on both databases: the same answer for list, map and file."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from maps.earth.geometry import Point, distance_km
from maps.finding.search import Eyes, Filters, find, nearest, search
from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts
from nucleus.resources.hours import ITALY, OpenState
from tests.cast import Cast
from tests.maps.crowd import crowd_of
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource, resource

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ITALY)
WHOLE_TABLE = re.compile(r"Seq Scan on resource\b|SCAN resource$")
HERE = Point(40.9949, 14.2108)
EVERYONE = Eyes()
COORDINATOR = Eyes(("public", "members", "responders", "coordinators"), exactly=True)


def names(filters: Filters, eyes: Eyes = EVERYONE) -> list[str]:
    return [hit.name for hit in find(filters, eyes, MONDAY)]


@pytest.fixture
def town(cast_on_both: Cast) -> Cast:
    with cast_on_both.stage():
        put_resource("Sportello Aurora", what="Tessere sanitarie", hours="Mo-Fr 08:00-12:00")
        put_resource(
            "Mensa della Pace", where=AVERSA, category="food", hours="Sa 12:00-14:00",
            languages=("it", "ar"), wheelchair="yes",
            accessibility=["toilet", "signing"],
        )  # fmt: skip
        put_resource("Ascolto Città", where=NAPLES, category="counselling", hours=None)
        put_resource("Soli soci", visibility="members")
        put_resource("Casa Nascosta", where=SECRET, visibility="members")
        put_resource("Da mappare", where=Whereabouts(comune="Peio", province="TN"))
        number = put_resource("Chiuso per sempre")
        resource(number).state = "retired"
    return cast_on_both


def test_a_visitor_finds_public_places_only_the_open_ones_first(town: Cast) -> None:
    with town.stage():
        assert names(Filters()) == [
            "Da mappare", "Sportello Aurora", "Ascolto Città", "Mensa della Pace"
        ]  # fmt: skip


def test_each_filter_keeps_what_fits_and_all_hold_together(town: Cast) -> None:
    with town.stage():
        assert names(Filters(category="food")) == ["Mensa della Pace"]
        assert names(Filters(language="ar")) == ["Mensa della Pace"]
        assert names(Filters(wheelchair=True)) == ["Mensa della Pace"]
        assert names(Filters(accessibility="signing")) == ["Mensa della Pace"]
        assert names(Filters(accessibility="lift")) == []
        assert names(Filters(language="ar", category="counselling")) == []


def test_open_now_leaves_out_what_is_closed_and_what_nobody_knows(town: Cast) -> None:
    with town.stage():
        assert "Mensa della Pace" not in names(Filters(open_now=True))
        assert "Ascolto Città" not in names(Filters(open_now=True))
        states = {hit.name: hit.state for hit in find(Filters(), EVERYONE, MONDAY)}
        assert states["Ascolto Città"] is OpenState.UNKNOWN
        assert states["Mensa della Pace"] is OpenState.CLOSED


def test_near_sorts_by_distance_and_leaves_nobody_out(town: Cast) -> None:
    with town.stage():
        found = find(Filters(near=HERE), EVERYONE, MONDAY)
        assert [hit.name for hit in found] == [
            "Sportello Aurora", "Mensa della Pace", "Ascolto Città", "Da mappare"
        ]  # fmt: skip
        assert found[0].km == pytest.approx(0, abs=0.01)
        assert found[1].km == pytest.approx(2.46, abs=0.05)
        assert found[3].km is None
        assert names(Filters(near=HERE, within_km=5)) == ["Sportello Aurora", "Mensa della Pace"]


def test_words_are_found_without_accents_by_synonym_and_with_a_slip(town: Cast) -> None:
    with town.stage():
        assert names(Filters(text="citta")) == ["Ascolto Città"]
        assert names(Filters(text="PSICOLOGO")) == ["Ascolto Città"]
        assert names(Filters(text="mensa aversa")) == ["Mensa della Pace"]
        assert names(Filters(text="sportelo aurorra")) == ["Sportello Aurora"]
        assert names(Filters(text="zzzzzz")) == []


def test_a_mistyped_word_never_brings_up_what_may_not_be_seen(town: Cast) -> None:
    with town.stage():
        assert names(Filters(text="nascota")) == []
        assert names(Filters(text="nascota"), COORDINATOR) == ["Casa Nascosta"]


def test_what_is_called_so_stands_first_then_its_beginning_then_words_then_parts(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        put_resource("Ammensamento", hours="24/7")
        put_resource("Centro Sole", what="Con una mensa", hours="24/7")
        put_resource("La mensa del Sole", hours="24/7")
        put_resource("Mensa della Pace", hours=None)
        put_resource("Mensa", hours="off")
        expected = ["Mensa", "Mensa della Pace", "La mensa del Sole", "Centro Sole", "Ammensamento"]
        assert names(Filters(text="Mènsa")) == expected
        assert names(Filters(text="mensaa")) == expected[:-1], "a slip means a whole word"
        assert names(Filters(text="sole mensa")) == ["La mensa del Sole", "Centro Sole"]


@pytest.mark.parametrize(
    "typed", ["0815550123", "081 555 0123", "+39 081 5550123", "0039 0815550123", "00390815550123"]
)
def test_a_telephone_number_is_found_however_it_is_typed(cast: Cast, typed: str) -> None:
    with cast.stage():
        put_resource("Sportello Aurora", phones=["+390815550123"])
        put_resource("Un altro", phones=["+390815550199"])
        assert names(Filters(text=typed)) == ["Sportello Aurora"]


def test_who_offers_it_and_the_street_are_found_but_not_how_to_get_into_a_secret_place(
    cast: Cast,
) -> None:
    with cast.stage():
        put_resource("Sportello", offered_by="Associazione Girasole")
        put_resource("Casa", where=SECRET, how_to_get_in="Suona Bianchi")
        assert names(Filters(text="girasole")) == names(Filters(text="via roma")) == ["Sportello"]
        for secret in ("segretissimo", "vicolo", "bianchi", "77"):
            assert names(Filters(text=secret), COORDINATOR) == [], secret


def test_one_word_that_slipped_leaves_the_others_as_they_were_typed(town: Cast) -> None:
    with town.stage():
        assert names(Filters(text="mennsa aversa")) == ["Mensa della Pace"]
        assert names(Filters(text="mennsa napoli")) == []


def test_a_word_that_stands_only_inside_others_or_never_beside_them_is_a_slip_too(
    cast: Cast,
) -> None:
    with cast.stage():
        put_resource("Sportello Montebelluna", what="Di Giuliano")
        put_resource("Sportello Belluno")
        put_resource("Mensa Giugliano in Campania")
        assert names(Filters(text="belluna")) == ["Sportello Belluno", "Sportello Montebelluna"]
        assert names(Filters(text="giuliano")) == ["Sportello Montebelluna"]
        assert names(Filters(text="giuliano in campania")) == ["Mensa Giugliano in Campania"]


def test_a_slip_means_the_same_whatever_else_is_asked(town: Cast) -> None:
    with town.stage():
        assert names(Filters(text="mensa", category="counselling")) == []
        assert names(Filters(text="mennsa", open_now=True)) == []


def test_a_confidential_place_answers_from_its_public_point(town: Cast) -> None:
    member = Eyes(("public", "members"))
    true = Point(40.961234, 14.187654)
    with town.stage():
        seen = {hit.name: hit for hit in find(Filters(near=true), member, MONDAY)}
        hit = seen["Casa Nascosta"]
        assert hit.point == Point(40.973, 14.2065)
        assert hit.roughly
        assert hit.km == pytest.approx(distance_km(true, Point(40.973, 14.2065)), abs=0.01)
        near = replace(Filters(near=true), within_km=0.5)
        assert "Casa Nascosta" not in names(near, member)
        assert "Casa Nascosta" in names(near, COORDINATOR)
        assert names(Filters(text="segretissimo"), COORDINATOR) == []


def test_a_confidential_place_without_a_public_point_has_none(town: Cast) -> None:
    member = Eyes(("public", "members"))
    with town.stage():
        for place in db.session.scalars(select(Place).where(Place.hidden)):
            place.public_lat = place.public_lon = None
        db.session.flush()
        seen = {hit.name: hit for hit in find(Filters(near=HERE), member, MONDAY)}
        assert seen["Casa Nascosta"].point is None
        assert seen["Casa Nascosta"].km is None


def test_the_nearest_are_found_in_growing_rings(town: Cast) -> None:
    with town.stage():
        found = nearest(Filters(near=HERE), EVERYONE, now=MONDAY, limit=2)
        assert [hit.name for hit in found] == ["Sportello Aurora", "Mensa della Pace"]
        everything = nearest(Filters(near=HERE), EVERYONE, now=MONDAY, limit=50)
        assert [hit.name for hit in everything][-1] == "Ascolto Città"


def test_the_database_measures_as_arithmetic_does(town: Cast) -> None:
    with town.stage():

        @settings(max_examples=30, deadline=None)
        @given(st.floats(36, 47), st.floats(7, 18))
        def check(lat: float, lon: float) -> None:
            for hit in find(Filters(near=Point(lat, lon)), EVERYONE, MONDAY):
                if hit.point and hit.km is not None:
                    assert hit.km == pytest.approx(
                        distance_km(Point(lat, lon), hit.point), abs=0.001
                    )

        check()


def questions_of(text: str) -> list[tuple[str, Any]]:
    """Search, and return what the database was asked for it."""
    told: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        told.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    search(Filters(text=text), EVERYONE, MONDAY)
    event.remove(db.engine, "before_cursor_execute", note)
    return told


def test_a_word_nobody_says_is_not_sought_in_every_place(cast_on_both: Cast) -> None:
    """Among 100,000 places that took PostgreSQL 0.4 s for each such word."""
    with cast_on_both.stage():
        put_resource("Rifugio Xyzzo", visibility="members")  # near the slip, and not for everybody
        crowd_of(3000)
        db.session.execute(text("ANALYZE"))
        connection = db.session.connection()
        explain = "EXPLAIN" + " QUERY PLAN" * (connection.dialect.name == "sqlite")
        for statement, values in questions_of("sportelo qwertz xyzzy"):
            plan = connection.exec_driver_sql(f"{explain} {statement}", values).all()
            steps = [" ".join(map(str, step)) for step in plan]
            assert not [step for step in steps if WHOLE_TABLE.search(step)], statement
