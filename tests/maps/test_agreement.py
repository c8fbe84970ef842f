"""Promises of the doubt about a point that does not lie in the town that was typed."""

import csv
from collections.abc import Iterator

import pytest

from maps.areas.borders import Border
from maps.areas.services import keep_borders
from maps.earth.geometry import Point, distance_km
from maps.earth.shapes import Outline, closed
from maps.locating.gazetteer import Precision, the_gazetteer
from nucleus.ground import i18n
from nucleus.places.doubting import disagreement_of, disagreement_words, disagreements
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.real_data import real_file

TEVEROLA_POINT, NAPLES_POINT = (40.9949, 14.2108), (40.8401, 14.2488)


def square(number: str, name: str, middle: tuple[float, float], half: float = 0.01) -> Border:
    """Return a border of four corners, *half* degrees away from a middle."""
    (lat, lon), h = middle, half
    corners = [(lat - h, lon - h), (lat - h, lon + h), (lat + h, lon + h), (lat + h, lon - h)]
    return Border(number, name, "CE", Outline((closed(corners),)))


def at(point: tuple[float, float], comune: str = "Teverola", province: str = "CE") -> Whereabouts:
    return Whereabouts("Via Roma 8", comune, province, point=point)


def told_by_sanimapp() -> Iterator[Whereabouts]:
    """Give 167 real places of Lazio, as their list says where they are."""
    with real_file("sanimapp.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            lon, lat = (float(row[axis].replace(",", ".")) for axis in "xy")
            province = the_gazetteer().province_letters(row["Provincia"])
            yield Whereabouts(row["Indirizzo"], row["Città"], province, point=(lat, lon))


def test_without_borders_a_point_is_doubted_by_its_distance(cast: Cast) -> None:
    with cast.stage():
        assert disagreement_of(at(TEVEROLA_POINT)) is None
        doubt = disagreement_of(at(NAPLES_POINT))
        assert doubt is not None
        assert (doubt.typed, doubt.nearer, round(doubt.km)) == ("Teverola (CE)", "Napoli (NA)", 18)
        with i18n.speaking("en"):
            assert "near Napoli (NA)" in disagreement_words(doubt)


def test_a_town_without_a_point_is_known_by_its_border(cast_on_both: Cast) -> None:
    """The gazetteer knows no Qwertyuiop; the borders that were taken in do."""
    with cast_on_both.stage():
        keep_borders([square("061999", "Qwertyuiop", TEVEROLA_POINT)])
        said = [
            at(TEVEROLA_POINT, "Qwertyuiop"),
            at(NAPLES_POINT, "qwertyuiòp", ""),
            at(NAPLES_POINT, "Qwertyuiop", "NA"),
            at(NAPLES_POINT, "Asdfghjkl"),
        ]
        inside, outside, *others = disagreements(said)
        assert (inside, others) == (None, [None, None])
        assert outside is not None
        assert (outside.typed, round(outside.km)) == ("Qwertyuiop (CE)", 16)
        keep_borders(
            [square("061999", "Qwertyuiop", TEVEROLA_POINT), square("1", "Qwertyuiop", (45, 9))]
        )
        assert disagreement_of(at(NAPLES_POINT, "Qwertyuiop", "")) is None, "two of that name"


def test_nothing_is_doubted_where_nobody_knows_better(cast: Cast) -> None:
    with cast.stage():
        said = [
            Whereabouts("Via Roma 8", "Teverola", "CE"),
            Whereabouts("Via Roma 8", None, point=NAPLES_POINT),
            at(NAPLES_POINT, "Qwertyuiop"),
            at(NAPLES_POINT, "Castro", ""),
        ]
        assert disagreements(said) == [None] * 4, "no point, no town, no such town, two such towns"


def test_the_border_decides_where_it_is_known(cast: Cast) -> None:
    with cast.stage():
        lat, lon = TEVEROLA_POINT
        beside = (lat + 0.03, lon)
        keep_borders(
            [square("061091", "Teverola", (lat, lon)), square("061016", "Carinaro", beside)]
        )
        assert disagreement_of(at((lat + 0.009, lon))) is None
        assert disagreement_of(at((lat + 0.013, lon))) is None, "330 metres past the border"
        doubt = disagreement_of(at(beside))
        assert doubt is not None, "three kilometres are nothing without a border"
        assert (doubt.nearer, doubt.by_border) == ("Carinaro (CE)", True)
        assert doubt.km == pytest.approx(2.2, abs=0.05)
        with i18n.speaking("it"):
            assert "a Carinaro (CE)" in disagreement_words(doubt)
            assert "2,2 km" in disagreement_words(doubt)


def test_a_border_numbered_otherwise_is_found_by_its_name(cast: Cast) -> None:
    with cast.stage():
        keep_borders([square("999999", "TEVEROLA", TEVEROLA_POINT, half=0.001)])
        doubt = disagreement_of(at((41.004, 14.2108)))
        assert doubt is not None
        assert doubt.km == pytest.approx(0.9, abs=0.05)


def test_a_town_reaches_as_far_as_its_border_even_to_an_island(cast: Cast) -> None:
    main, island = square("", "", TEVEROLA_POINT), square("", "", (41.3, 14.2))
    both = Outline((*main.shape.rings, *island.shape.rings))
    with cast.stage():
        keep_borders([Border("061091", "Teverola", "CE", both)])
        assert disagreement_of(at((41.3, 14.2))) is None
        assert both.distance_km(Point(41.32, 14.2)) == pytest.approx(1.1, abs=0.05)


def test_no_real_place_of_lazio_is_doubted(cast: Cast) -> None:
    with cast.stage():
        said = list(told_by_sanimapp())
        assert len(said) > 160
        assert [doubt for doubt in disagreements(said) if doubt] == []


def test_neighbours_beside_a_town_are_those_of_all_italy() -> None:
    """Islands, corners of the country and Rome: the squares beside it hold whoever is near."""
    italy = the_gazetteer()
    comuni = [one for one in italy.places if one.precision is Precision.COMUNE]
    for name in ("Lampedusa e Linosa", "Sesto", "Pantelleria", "Roma", "Otranto", "Teverola"):
        town = next(one for one in comuni if one.name == name)
        away = sorted(distance_km(town.point, one.point) for one in comuni)
        found = [distance_km(town.point, one.point) for one in italy.around(town.point, 6)]
        assert found == away[:6], name
