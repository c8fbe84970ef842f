"""Which towns a map names, so that somebody sees where they are without tiles from anybody."""

from functools import cache
from itertools import islice
from zlib import crc32

from maps.earth.geometry import Box
from maps.locating.gazetteer import Gazetteer, GazetteerPlace, Precision, the_gazetteer


def towns_in(box: Box, count: int) -> list[GazetteerPlace]:
    """Return at most *count* comuni of a view, those most people know first."""
    return list(islice((town for town in _best_known() if box.holds(town.point)), count))


@cache
def _best_known() -> tuple[GazetteerPlace, ...]:
    """Return all comuni: capitals of a province, then by how many postcodes they need.

    Nobody tells us how many live there; a large town has many postcodes. The small ones follow in
    an order that is always the same and favours no letter.
    """
    known = the_gazetteer()
    comuni = (place for place in known.places if place.precision is Precision.COMUNE)
    return tuple(sorted(comuni, key=lambda town: _weight(town, known), reverse=True))


def _weight(town: GazetteerPlace, known: Gazetteer) -> tuple[bool, int, int]:
    is_capital = known.province_letters(town.name) == town.province
    return is_capital, len(town.caps), crc32(town.label.encode())
