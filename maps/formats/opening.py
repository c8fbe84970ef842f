"""Finds out what a file is from its first bytes, and opens it; its name is not believed."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from flask_babel import gettext as _

from maps.formats.csv import read_csv
from maps.formats.geojson import read_geojson
from maps.formats.hsds.reading import read_hsds, read_hsds_tables
from maps.formats.tables import LARGEST, Sheet, Unreadable

START = 64 * 1024
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM6", b"II*\0", b"MM\0*")
SQUEEZED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


def open_sheet(path: Path, kinds: Mapping[str, str], *, sheet: str | None = None) -> Sheet:
    """Open a list of places of any format we know; raise Unreadable for any other.

    Args:
        path: the file.
        kinds: tags of OpenStreetMap and the category each means.
        sheet: which one of a workbook; without it, or when there is none, the first with a list.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(_("The file is too large to be a list of places."))
        with path.open("rb") as file:
            start = file.read(START)
    except OSError as cause:
        raise Unreadable(_("The file can't be opened: is its name right?")) from cause
    if b"OSMHeader" in start[:64]:
        from maps.formats.osm import read_osm

        return read_osm(path, kinds)
    if start.startswith(b"PK\x03\x04"):
        return _packed(path, sheet)
    refuse_others(path, start)
    return _of_text(path, start)


def _packed(path: Path, sheet: str | None) -> Sheet:
    try:
        with ZipFile(path) as packed:
            names = packed.namelist()
    except BadZipFile as cause:
        raise Unreadable(_("This file is damaged or locked with a password.")) from cause
    if any(name.startswith("xl/") for name in names):
        from maps.formats.xlsx import read_xlsx

        return read_xlsx(path, sheet)
    if any(name.endswith(".csv") for name in names):
        return read_hsds_tables(path)
    raise Unreadable(_("This packed file holds no list of places."))


def refuse_others(path: Path, start: bytes) -> None:
    """Raise Unreadable for what people send by mistake, and say what it is."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            words = _("This workbook is locked with a password. Save it without one and try again.")
            raise Unreadable(words)
        raise Unreadable(_("This is an old workbook. Save it as XLSX or CSV and try again."))
    if start.startswith(b"%PDF"):
        raise Unreadable(_("This is a PDF. Ask for the table it was printed from."))
    if start.startswith(PICTURES):
        raise Unreadable(_("This is a picture, not a list. Type the rows into a table."))
    if start.startswith(SQUEEZED):
        raise Unreadable(_("This file is packed in a way we do not open. Unpack it first."))


def _holds(path: Path, words: bytes) -> bool:
    """Say whether some bytes stand at the beginning or the end of a file."""
    with path.open("rb") as file:
        start = file.read(START)
        file.seek(max(0, path.stat().st_size - START))
        return words in start or words in file.read(START)


def _of_text(path: Path, start: bytes) -> Sheet:
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first.startswith(b"<"):
        raise Unreadable(_("This is a web page or XML, not a list of places we can read."))
    if first.startswith((b"{", b"[")):
        if b'"features"' in start or b'"FeatureCollection"' in start:
            return read_geojson(path)
        return read_hsds(path)
    return read_csv(path)
