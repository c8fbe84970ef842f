"""Promises about asking an online geocoder: who is asked, how often, and what is believed."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest
from sqlalchemy import select

from maps.jobs import forget_geocodes, geocode_waiting_places
from maps.locating import geocoder
from maps.locating.asking import ask_next
from maps.locating.pacing import pause_after, take_clock
from maps.models import GeocodeAnswer, GeocodeClock
from nucleus.app import create_app
from nucleus.ground import clock
from nucleus.ground.database import db, transaction
from nucleus.ground.settings import Settings
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, pin_place
from nucleus.resources.models import VISIBILITIES
from tests.cast import Cast
from tests.conftest import settings_for
from tests.maps.provider import ROMA_8, Provider, provider, street_of, town_of
from tests.resources.furnish import place_of, put_resource, resource

ROMA = Whereabouts("Via Roma 8", "Teverola", "CE")
OTHER = Whereabouts("Via Milano 2", "Teverola", "CE")


@pytest.fixture
def nominatim() -> Iterator[Provider]:
    with provider() as one:
        yield one


def ask(cast: Cast, asked: Provider, times: int = 1) -> list[bool]:
    """Ask so often, as if a second had passed each time."""
    done = []
    for _ in range(times):
        free_the_clock(cast)
        with cast.app.app_context():
            done.append(ask_next(replace(settings_of(cast), geocoder=asked.settings)))
    return done


def free_the_clock(cast: Cast) -> None:
    with cast.stage():
        for row in db.session.scalars(select(GeocodeClock)):
            row.free_at = 0.0


def settings_of(cast: Cast) -> Settings:
    found: Settings = cast.app.extensions["nucleus.settings"]
    return found


def put(cast: Cast, where: Whereabouts = ROMA, name: str = "Sportello Aurora") -> int:
    """Put a place whose town the gazetteer has found already."""
    with cast.stage():
        number = put_resource(name, where=where)
    with cast.stage():
        geocode_waiting_places()
    return number


@pytest.mark.parametrize("kind", ["nominatim", "photon", "pelias"])
def test_an_address_is_known_to_the_house_number_and_says_from_whom(cast: Cast, kind: str) -> None:
    number = put(cast)
    assert place_of(cast, number).precision == "comune"
    with provider(kind) as one:
        assert ask(cast, one) == [True]
    place = place_of(cast, number)
    assert (place.lat, place.lon) == ROMA_8
    assert (place.precision, place.source) == ("street", kind)
    assert place.query == "Via Roma 8, Teverola CE, Italia"
    assert place.geocoded_at is not None
    assert one.asked == [place.query]
    said = one.calls[0][3]["User-Agent"]
    assert said == "nucleus-solidarity/1 (+http://127.0.0.1:8000)"


def test_the_same_address_is_asked_once_whoever_wrote_it_how(
    cast_on_both: Cast, nominatim: Provider
) -> None:
    first = put(cast_on_both)
    ask(cast_on_both, nominatim)
    second = put(cast_on_both, Whereabouts("VIA ROMA, 8", "Teverola", "CE"), name="Un altro")
    ask(cast_on_both, nominatim)
    assert len(nominatim.calls) == 1
    points = [(p.lat, p.lon) for p in (place_of(cast_on_both, n) for n in (first, second))]
    assert points == [ROMA_8, ROMA_8]


def test_that_nobody_knows_an_address_is_kept_for_two_weeks_and_not_for_ever(
    cast: Cast, nominatim: Provider
) -> None:
    nominatim.answer = lambda _query: []
    with clock.held_at(clock.now()):
        number = put(cast)
        ask(cast, nominatim)
        put(cast, name="Un altro")
        ask(cast, nominatim)
        assert len(nominatim.calls) == 1
        assert place_of(cast, number).precision == "comune"
        clock.advance(timedelta(days=15))
        put(cast, name="Un terzo")
        ask(cast, nominatim)
        assert len(nominatim.calls) == 2


def _lead_elsewhere(one: Provider) -> None:
    one.status, one.headers = 302, {"Location": f"http://127.0.0.1:{one.port}/elsewhere"}


LIES: dict[str, Callable[[Provider], None]] = {
    "another country": lambda one: setattr(
        one, "answer", lambda _q: street_of("nominatim", country="fr")
    ),
    "another town": lambda one: setattr(
        one, "answer", lambda _q: street_of("nominatim", (45.46, 9.19))
    ),
    "in the sea": lambda one: setattr(one, "answer", lambda _q: street_of("nominatim", (0.0, 0.0))),
    "only the town": lambda one: setattr(one, "answer", lambda _q: town_of("nominatim")),
    "nothing": lambda one: setattr(one, "answer", lambda _q: []),
    "a page": lambda one: setattr(one, "body", b"<html>Welcome to the hotel</html>"),
    "another shape": lambda one: setattr(one, "answer", lambda _q: [{"lat": "x"}, 7, None]),
    "a number": lambda one: setattr(one, "body", b"7"),
    "no number": lambda one: setattr(
        one, "answer", lambda _q: street_of("nominatim", (float("nan"), 1.0))
    ),
    "at the pole": lambda one: setattr(
        one, "answer", lambda _q: street_of("nominatim", (89.0, 14.0))
    ),
    "a very deep answer": lambda one: setattr(one, "body", b"[" * 200_000),
    "too long an answer": lambda one: setattr(one, "body", b"[" + b'"a",' * 400_000 + b'"a"]'),
    "no text": lambda one: setattr(one, "body", bytes(range(256))),
    "a fault": lambda one: setattr(one, "status", 500),
    "elsewhere": _lead_elsewhere,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_geocoder_that_is_broken_or_lies_moves_nothing(
    cast: Cast, nominatim: Provider, lie: str
) -> None:
    number = put(cast)
    LIES[lie](nominatim)
    assert ask(cast, nominatim) == [True]
    place = place_of(cast, number)
    assert (place.precision, place.source) == ("comune", "gazetteer")
    assert [path for _at, path, *_ in nominatim.calls] == ["/search"], "nothing was followed"


def test_one_that_dribbles_is_left_when_the_time_is_over(
    cast: Cast, nominatim: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geocoder, "SECONDS", 0.3)
    nominatim.dribbles = True
    put(cast)
    assert ask(cast, nominatim) == [True]
    with cast.stage():
        row = db.session.get_one(GeocodeClock, "nominatim")
        assert (row.failures, row.last_error) == (1, "slow")


def test_one_that_is_not_there_is_left_alone_longer_each_time(cast: Cast) -> None:
    with provider() as gone:
        pass
    for at in range(7):
        put(cast, Whereabouts(f"Via Roma {at}", "Teverola", "CE"))
    ask(cast, gone, 3)
    with cast.app.app_context():
        assert not take_clock("nominatim"), "the third failure closes the door for a minute"
    with cast.stage():
        row = db.session.get_one(GeocodeClock, "nominatim")
        assert (row.failures, row.last_error) == (3, "unreachable")
    assert [pause_after(n) for n in (0, 2, 3, 4, 50)] == [1, 1, 60, 120, 3600]


@pytest.mark.parametrize("code", [429, 503])
def test_one_that_wants_peace_gets_it_for_as_long_as_it_says(
    cast_on_both: Cast, nominatim: Provider, code: int
) -> None:
    nominatim.status, nominatim.headers = code, {"Retry-After": "7200"}
    number = put(cast_on_both)
    ask(cast_on_both, nominatim)
    with cast_on_both.app.app_context():
        assert not take_clock("nominatim")
    with cast_on_both.stage():
        row = db.session.get_one(GeocodeClock, "nominatim")
        free_at, row.free_at = row.free_at, row.free_at - 7190
    assert free_at > clock.now().timestamp() + 7000
    with cast_on_both.app.app_context():
        assert not take_clock("nominatim"), "not ten seconds too early"
    nominatim.status = 200
    assert ask(cast_on_both, nominatim) == [True]
    assert place_of(cast_on_both, number).precision == "street", "it is asked again afterwards"


def test_an_address_it_stumbles_over_does_not_hold_up_the_others(
    cast: Cast, nominatim: Provider
) -> None:
    stone = put(cast, Whereabouts("Via Sasso 1", "Teverola", "CE"))
    nominatim.answer = lambda query: 7 if "Sasso" in query else street_of("nominatim")
    fine = put(cast)
    ask(cast, nominatim, 12)
    assert place_of(cast, fine).precision == "street"
    assert nominatim.asked.count("Via Sasso 1, Teverola CE, Italia") == 5, "then a person looks"
    assert place_of(cast, stone).ask_failures == 5


@pytest.mark.parametrize("deed", ["pin", "hide", "move"])
def test_an_answer_that_comes_after_a_change_is_dropped(
    cast: Cast, nominatim: Provider, deed: str
) -> None:
    number = put(cast)

    def change() -> None:
        with cast.stage():
            place = resource(number).place
            assert place
            if deed == "pin":
                pin_place(place, (40.9999, 14.2222), by=cast.carla)
            elif deed == "hide":
                place.hidden = True
            else:
                place.address = "Via Milano 1"

    nominatim.meanwhile = change
    ask(cast, nominatim)
    assert place_of(cast, number).source != "nominatim"
    with cast.stage():
        assert db.session.scalar(select(Place.lat).where(Place.lat == ROMA_8[0])) is None


@pytest.mark.parametrize("deed", ["hide", "close"])
def test_what_is_closed_while_it_is_asked_or_later_stays_in_no_cache(
    cast: Cast, nominatim: Provider, deed: str
) -> None:
    """The cache is no place to read the address of a refuge, however it came to be asked."""

    def close(number: int) -> None:
        with cast.stage():
            row = resource(number)
            assert row.place
            if deed == "hide":
                row.place.hidden = True
            else:
                row.visibility = "coordinators"

    early = put(cast)
    nominatim.meanwhile = lambda: close(early)
    ask(cast, nominatim)
    assert cached(cast) == []
    assert place_of(cast, early).query is None
    nominatim.meanwhile = None
    late, open_one = put(cast, Whereabouts("Via Verdi 1", "Teverola", "CE")), put(cast, OTHER)
    ask(cast, nominatim, 2)
    assert len(cached(cast)) == 2
    close(late)
    with cast.stage():
        forget_geocodes()
    assert cached(cast) == ["via milano 2 teverola ce italia"]
    assert place_of(cast, late).query is None
    assert place_of(cast, open_one).query == "Via Milano 2, Teverola CE, Italia"


def test_whoever_types_an_address_now_does_not_wait_behind_a_long_list(
    cast: Cast, nominatim: Provider
) -> None:
    for at in range(3):
        put(cast, Whereabouts(f"Via Elenco {at}", "Teverola", "CE"))
    put(cast)
    ask(cast, nominatim)
    assert nominatim.asked == ["Via Roma 8, Teverola CE, Italia"]


def cached(cast: Cast) -> list[str]:
    with cast.stage():
        return list(db.session.scalars(select(GeocodeAnswer.query).order_by(GeocodeAnswer.query)))


def test_no_address_that_is_not_public_in_every_way_is_ever_sent(
    cast: Cast, nominatim: Provider
) -> None:
    """Every circle, hidden or not, every state, alone and with a neighbour at the same place."""
    states = ("proposed", "verified", "suspended", "retired")
    kinds = list(product(VISIBILITIES, (False, True), states))
    beside = [None, *(("public", False, state) for state in states), ("members", False, states[1])]
    open_ones = 0
    with cast.stage():
        for at, (first, second) in enumerate(product(kinds, beside)):
            allowed = _may_leave(first, second)
            open_ones += allowed
            word = "Aperta" if allowed else "Segreta"
            where = Whereabouts(f"Via {word} {at}", "Teverola", "CE", hidden=first[1])
            one = resource(put_resource(where=where, visibility=first[0], state=first[2]))
            if second:
                other = resource(put_resource(visibility=second[0], state=second[2]))
                other.place = one.place
    nominatim.answer = lambda _query: []
    while ask(cast, nominatim) == [True]:
        pass
    assert len(nominatim.asked) == open_ones > 5
    assert [query for query in nominatim.asked if "Segreta" in query] == []


Kind = tuple[str, bool, str]


def _may_leave(first: Kind, second: Kind | None) -> bool:
    """Say it again in other words than the product does."""
    all_here = [one for one in (first, second) if one]
    if first[1] or any(circle != "public" for circle, _hidden, _state in all_here):
        return False
    if any(state == "suspended" for *_, state in all_here):
        return False
    return any(state in {"proposed", "verified"} for *_, state in all_here)


def test_without_a_geocoder_in_the_settings_nobody_is_asked(cast: Cast) -> None:
    put(cast)
    with cast.app.app_context():
        assert not ask_next(settings_of(cast))
        assert db.session.scalar(select(GeocodeAnswer)) is None


def test_several_processes_together_ask_once_a_second_and_everything_once(
    tmp_path: Path, both_databases: str, nominatim: Provider
) -> None:
    settings = replace(settings_for(tmp_path, both_databases), geocoder=nominatim.settings)
    app = create_app(settings)
    with app.app_context(), transaction():
        db.create_all()
        for at in range(4):
            put_resource(where=Whereabouts(f"Via Roma {at}", "Teverola", "CE"))
    with app.app_context():
        db.engine.dispose()  # a connection must not pass a fork
    children = [_fork(settings) for _ in range(4)]
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert ends == [0, 0, 0, 0]
    moments = sorted(at for at, *_ in nominatim.calls)
    assert len(set(nominatim.asked)) == len(nominatim.asked) == 4
    assert [round(b - a, 2) for a, b in pairwise(moments) if b - a < 1.0] == []


def _fork(settings: Settings) -> int:
    """Let a process of its own ask until every place is settled."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        app = create_app(settings)
        with app.app_context():
            while db.session.scalar(select(Place.id).where(Place.asked_at.is_(None))):
                db.session.remove()
                ask_next(settings)
        code = 0
    finally:
        os._exit(code)
