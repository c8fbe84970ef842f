"""Promises of finding entries that may be one place."""

import sqlite3
from contextlib import closing
from functools import partial

import pytest
from sqlalchemy import event, select

from maps.services import import_resources
from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.services import Occasion, edit_resource, retire_resource
from nucleus.resources.twins import finding
from nucleus.resources.twins.finding import changed_since_looked, likely_twins
from nucleus.resources.twins.jobs import find_twins
from nucleus.resources.twins.likeness import (
    CELL_LAT,
    CELL_LON,
    STEPS,
    cell_of,
    host_of,
    metres_between,
    titles_alike,
)
from nucleus.resources.twins.models import TwinPair
from nucleus.resources.twins.settling import part_twin
from tests.cast import Cast
from tests.real_data import real_file
from tests.resources.furnish import AVERSA, NAPLES, put_resource
from tests.resources.twins.pairs import entry, found, pair_of, place_at


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("sportello aurora", "sportello aurora", True),
        ("sportello aurora", "sportelo auora", True),
        ("sportello aurora", "aurora sportello salute", True),
        ("sportello aurora", "sportello salute aurora onlus", True),
        ("mensa caritas", "centro antiviolenza", False),
        ("sportello 1", "sportello 2", False),
        ("il pane", "la luna", False),
        ("", "", True),
    ],
)
def test_titles_are_alike_by_letters_or_by_words(one: str, other: str, alike: bool) -> None:
    assert titles_alike(one, other) is alike
    assert titles_alike(other, one) is alike


def test_a_web_page_counts_only_where_the_host_is_ones_own() -> None:
    assert host_of("https://www.aurora.example/it?x=1") == "aurora.example"
    assert host_of("aurora.example") == "aurora.example"
    for other in ("https://facebook.com/aurora", None, "", "https://[", "http://localhost/"):
        assert host_of(other) is None


def test_two_points_a_hundred_metres_apart_are_never_beyond_the_next_square() -> None:
    for lat in (35.3, 41.9, 47.1, 60.2):
        point = (lat, 12.5)
        for other in ((lat + 100 / 111_200, 12.5), (lat, 12.5 + CELL_LON), (lat - CELL_LAT, 12.5)):
            near = metres_between(point, other) <= 100
            assert not near or cell_of(other) - cell_of(point) in STEPS
        assert metres_between(point, (lat, 12.5 + CELL_LON)) > 100


def test_near_and_called_about_the_same_or_the_same_phone_or_page(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        desk = place_at(
            "Sportello Aurora", 0, phones=["+390815550123"], web="https://aurora.example"
        )
        near = place_at("Sportelo Aurora", 95)
        far = place_at("Sportello Aurora", 130)
        caller = put_resource("Tutt’altro nome", where=NAPLES, phones=["081 555 0123"])
        page = put_resource("Ancora un altro", where=AVERSA, web="http://www.aurora.example/x")
        other = place_at("Centro antiviolenza Luna", 10)
        pairs = found()
    assert pairs >= {(desk, near), (desk, caller), (near, far)}
    assert (desk, far) not in pairs
    assert (desk, page) not in pairs, "two houses of one association, far apart, with other names"
    assert not any(other in pair for pair in pairs)


def test_whose_point_nobody_knows_meets_the_same_name_in_its_town(cast: Cast) -> None:
    somewhere = Whereabouts(None, "Teverola", "CE")
    with cast.stage():
        desk = place_at("Sportello Aurora", 0)
        typed = put_resource("Sportello Aurora", where=somewhere)
        put_resource("Sportello Aurora", where=Whereabouts("Via Roma 99", "Teverola", "CE"))
        pairs = found()
    assert (desk, typed) in pairs
    assert len([pair for pair in pairs if desk in pair]) == 1, "number 99 is not number 8"


def test_a_switchboard_makes_no_twins(cast: Cast) -> None:
    with cast.stage():
        for number in range(8):
            put_resource("abcdefgh"[number] * 9, where=NAPLES, phones=["+390815550199"])
        assert found() == set()


def test_only_what_changed_is_compared_again(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        desk, near = place_at("Sportello Aurora", 0), place_at("Tutt’altro", 20)
        assert found() == set()
        assert changed_since_looked(0) == []
        edit_resource(entry(near), {"name": "Sportello Aurora"}, occasion=Occasion())
        assert changed_since_looked(0) == [near]
        assert found() == {(desk, near)}
        number = pair_of(desk, near).id
        edit_resource(entry(near), {"cost": "free"}, occasion=Occasion())
        found()
        assert pair_of(desk, near).id == number, "the page somebody has open still opens"
        edit_resource(entry(near), {"name": "Tutt’altro"}, occasion=Occasion())
        assert found() == set()


def test_a_point_found_later_is_compared_then(cast: Cast) -> None:
    with cast.stage():
        desk = place_at("Sportello Aurora", 0)
        late = put_resource("Sportello Aurora", where=Whereabouts("Via Roma 9", "Carinaro", "CE"))
        assert found() == set()
        place = entry(late).place
        assert place
        place.lat, place.lon, place.precision = 40.9949, 14.2108, "street"
        db.session.flush()
        assert found() == {(desk, late)}


def test_who_left_the_list_is_nobodys_twin(cast: Cast) -> None:
    with cast.stage():
        desk, near = place_at("Sportello Aurora", 0), place_at("Sportello Aurora", 20)
        assert found() == {(desk, near)}
        retire_resource(entry(near), actor=cast.carla)
        db.session.flush()
        assert found() == set()


def test_a_minute_in_which_nothing_changed_keeps_no_writer_waiting(cast: Cast) -> None:
    with cast.stage():
        near = [place_at("Sportello Aurora", metres) for metres in (0, 20)][1]
    begun: list[str] = []
    with cast.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *said: begun.append(said[2]))
        assert find_twins() == 1
        begun.clear()
        assert find_twins() == 0
        assert [line for line in begun if "SELECT" not in line] == ["BEGIN"], "no write lock"
    with cast.stage():
        retire_resource(entry(near), actor=cast.carla)
    with cast.app.app_context():
        find_twins()
        assert db.session.scalars(select(TwinPair)).all() == []
        db.session.rollback()


def test_between_two_turns_of_a_long_comparison_others_get_to_write(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_at_a_time = partial(changed_since_looked, limit=1)
    monkeypatch.setattr(finding, "changed_since_looked", one_at_a_time)
    with cast.stage():
        for metres in (0, 500, 1000):
            place_at("Sportello Aurora", metres)
    file = str(cast.app.config["SQLALCHEMY_DATABASE_URI"]).removeprefix("sqlite:///")
    written: list[float] = []

    def write_meanwhile(seconds: float) -> None:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
        written.append(seconds)

    monkeypatch.setattr("nucleus.ground.database.time.sleep", write_meanwhile)
    with cast.app.app_context():
        assert find_twins() == 3
    longest_look = 0.1
    assert len(written) == 3
    assert min(written) > longest_look


def test_what_was_said_to_be_different_is_never_asked_again(cast: Cast) -> None:
    with cast.stage():
        desk, near = place_at("Sportello Aurora", 0), place_at("Sportello Aurora", 20)
        part_twin(pair_of(desk, near), actor=cast.carla)
        edit_resource(entry(near), {"phones": ["+390815550777"]}, occasion=Occasion())
        assert found() == set()


def test_one_place_with_two_services_is_no_twin(cast: Cast) -> None:
    with cast.stage():
        desk = put_resource("Casa della salute", phones=["+390815550123"])
        other = put_resource("Casa della salute", category="clinic", phones=["+390815550123"])
        entry(other).place_id = entry(desk).place_id
        db.session.flush()
        assert found() == set()


def test_the_real_list_has_no_twins_and_a_copy_of_it_waits_for_a_person(cast: Cast) -> None:
    path = real_file("sanimapp.csv")
    with cast.app.app_context():
        import_resources(path, source="one")
        find_twins()
        first = len(db.session.scalars(select(TwinPair)).all())
        copy = import_resources(path, source="other")
        db.session.rollback()
    assert first == 0
    assert copy.held_back >= 160


def test_what_is_typed_is_compared_before_it_is_saved(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        desk = place_at("Sportello Aurora", 0, phones=["+390815550123"])
        found()
        here = {"lat": 40.9949, "lon": 14.2108, "precision": "pin"}
        assert [one for one, _ in likely_twins({"name": "sportello AURORA", **here})] == [desk]
        assert [one for one, _ in likely_twins({"name": "X", "phones": ["0815550123"]})] == [desk]
        assert likely_twins({"name": "Mensa", "phones": [], **here}) == []
        assert likely_twins({"name": "", "web": "https://["}) == []
