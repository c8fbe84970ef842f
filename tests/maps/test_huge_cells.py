"""Promises about cells as long as a library: each costs its row, and hardly any memory."""

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile
from zlib import compress

import openpyxl
import pytest
from PIL import Image

from maps.formats.opening import open_sheet
from maps.formats.safe_zip import bomb
from maps.formats.tables import Unreadable, too_long
from nucleus.resources.photos.decoding import LARGE, decode
from tests.cast import Cast

LETTERS = 30_000_000
HUGE = "y" * LETTERS
NAMES = ("Aurora", "Biblioteca", "Centro")


def as_list(path: Path) -> None:
    path.write_text(json.dumps([{"id": n, "name": n, "description": d} for n, d in said()]))


def as_map(path: Path) -> None:
    point = {"type": "Point", "coordinates": [14.2108, 40.9949]}
    features = [
        {"type": "Feature", "geometry": point, "properties": {"nome": n, "descrizione": d}}
        for n, d in said()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def as_tables(path: Path) -> None:
    rows = "".join(f'{n},{n},"{d}"\n' for n, d in said())
    with ZipFile(path, "w", ZIP_STORED) as packed:
        packed.writestr("services.csv", f"id,name,description\n{rows}")


def as_workbook(path: Path) -> None:
    """Write the long words beside the others, as spreadsheets do; the library refuses to."""
    book = openpyxl.Workbook()
    for row in (("nome", "descrizione"), *((n, d if len(d) < 99 else "LONG") for n, d in said())):
        book.active.append(row)
    book.save(path)
    with ZipFile(path) as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    with ZipFile(path, "w", ZIP_STORED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part.replace(b"LONG", HUGE.encode()))


def said() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        yield name, HUGE if name == "Biblioteca" else "poche parole"


@pytest.mark.parametrize("write", [as_list, as_map, as_tables, as_workbook])
def test_a_huge_cell_costs_its_row_alone(
    cast: Cast, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(path := tmp_path / "lista")
    with cast.app.app_context():
        tracemalloc.start()
        try:
            faults = [row.fault for row in open_sheet(path, {}).rows]
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert sum(too_long() in one for one in faults) == 1
        assert (len(faults), faults.count("")) == (3, 2)
    assert most < LETTERS


def test_a_picture_with_one_clear_colour_is_made_small_strip_by_strip(tmp_path: Path) -> None:
    whole = Image.new("RGB", (3 * LARGE + 7, 2 * LARGE + 5), "white")
    whole.paste((10, 120, 10), (0, 0, whole.width, LARGE))
    whole.save(path := tmp_path / "a.png", transparency=(255, 255, 255))
    picture = decode(path.read_bytes())
    assert (picture.width, picture.height) == (LARGE, 1067)


def test_an_extract_that_unpacks_into_gigabytes_is_not_opened(cast: Cast, tmp_path: Path) -> None:
    """Each block says at its head how large it is; zeros pack a thousand times smaller."""
    packed = compress(bytes(8_000_000))
    inside = b"\x10" + number(8_000_000) + b"\x1a" + number(len(packed)) + packed
    head = b"\x0a\x09OSMHeader\x18" + number(len(inside))
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(len(head).to_bytes(4) + head + inside)
    with cast.stage():
        with pytest.raises(Unreadable) as refused:
            open_sheet(path, {})
        assert str(refused.value) == str(bomb())


def number(value: int) -> bytes:
    """Write a number seven bits a byte."""
    return bytes([value & 127 | 128]) + number(value >> 7) if value > 127 else bytes([value])
