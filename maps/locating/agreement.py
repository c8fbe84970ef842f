"""Says whether a point can lie in the town that was typed; a wrong pin sends people astray.

Where the border of the typed comune was taken in, it decides. Without it only the middle of each
comune is known. So a point is doubted when it lies further from the typed comune than its
neighbours do, and another comune is clearly nearer: Rome reaches thirty kilometres, Teverola three.
"""

from collections.abc import Sequence
from functools import lru_cache

from maps.earth.geometry import Point, distance_km
from maps.earth.shapes import Outline, Town
from maps.locating.boundaries import border_at, borders_by_name, borders_of_places
from maps.locating.gazetteer import (
    Gazetteer,
    GazetteerPlace,
    stands_alone,
    the_gazetteer,
)
from nucleus.places.doubting import Disagreement
from nucleus.places.services import Whereabouts

NEIGHBOURS, REACHES = 3, 2.0
"""A comune reaches twice as far as its third neighbour is away. Measured on ISTAT's borders: of
random points inside a comune 8 in 1,000 are doubted, of points in one of its forty neighbours two
in three; of 167 real places of Lazio none is."""
LEAST_KM, MOST_KM = 6.0, 40.0
"""No comune is doubted nearer than the first, and none reaches further than the second."""

CLEARLY = 0.6
"""Another town must be nearer by this share before somebody's pin is doubted."""

BESIDE_KM = 0.5
"""So far past a border a point may lie: our borders are thinned by 80 m, a phone between houses
errs by as much again, and a door across the road from the border is found all the same."""


def disagreements(said: Sequence[Whereabouts]) -> list[Disagreement | None]:
    """Say of each place why its point is not believed to lie in its town; None when it may.

    Of two towns in a hundred the gazetteer has no point: there only the border can tell.
    """
    towns = [town_of(one.comune, one.province) if one.point else None for one in said]
    borders = borders_of_places({town for town in towns if town})
    unknown = {named(one) for one, town in zip(said, towns, strict=True) if one.point and not town}
    by_name = borders_by_name({town for town in unknown if town.name})
    return [
        _disagreement_of(one, town, borders.get(town) if town else None, by_name.get(named(one)))
        for one, town in zip(said, towns, strict=True)
    ]


def named(said: Whereabouts) -> Town:
    """Return the comune that was typed, known or not."""
    return Town(said.comune or "", said.province or "")


def _disagreement_of(
    said: Whereabouts,
    town: GazetteerPlace | None,
    border: Outline | None,
    by_name: tuple[str, Outline] | None,
) -> Disagreement | None:
    if said.point is None:
        return None
    if town:
        return disagreement(Point(*said.point), town, border)
    return _by_border(Point(*said.point), *by_name) if by_name else None


def disagreement(
    point: Point, typed: GazetteerPlace, border: Outline | None = None
) -> Disagreement | None:
    """Return why a point is not believed to lie in a comune, by its border if that is known."""
    return _by_border(point, typed.label, border) if border else _by_distance(point, typed)


def _by_border(point: Point, typed: str, border: Outline) -> Disagreement | None:
    km = border.distance_km(point)
    if km <= BESIDE_KM:
        return None
    inside = border_at(point)
    nearer = inside or the_gazetteer().nearest(point).label
    return Disagreement(typed, nearer, km, by_border=bool(inside))


def _by_distance(point: Point, typed: GazetteerPlace) -> Disagreement | None:
    km = distance_km(typed.point, point)
    if km <= reach_km(typed):
        return None
    nearer = the_gazetteer().nearest(point)
    if km <= MOST_KM and distance_km(nearer.point, point) > CLEARLY * km:
        return None
    return None if nearer == typed else Disagreement(typed.label, nearer.label, km)


def town_of(comune: str | None, province: str | None) -> GazetteerPlace | None:
    """Return the comune or locality that was typed, when there is one and only one it can be."""
    if not comune:
        return None
    return _town_named(the_gazetteer(), f"{comune} ({province})" if province else comune)


@lru_cache(maxsize=8192)
def _town_named(gazetteer: Gazetteer, words: str) -> GazetteerPlace | None:
    """Look a name up once: a list of thousands of rows names few towns."""
    matches = gazetteer.find(words)
    return matches[0].place if stands_alone(matches) else None


def reach_km(town: GazetteerPlace) -> float:
    """Return how far from its middle a comune may reach, told from where its neighbours begin."""
    return _reach(the_gazetteer(), town)


@lru_cache(maxsize=8192)
def _reach(gazetteer: Gazetteer, town: GazetteerPlace) -> float:
    """Measure once a town: a list of all Italy names every comune there is."""
    others = [other for other in gazetteer.around(town.point, NEIGHBOURS + 1) if other != town]
    away = distance_km(town.point, others[NEIGHBOURS - 1].point)
    return min(MOST_KM, max(LEAST_KM, REACHES * away))
