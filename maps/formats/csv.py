"""Reads tables of places as associations really have them: any common encoding and separator.

Nothing is dropped without a word: a broken row costs that row alone and is named, with its
number as a spreadsheet shows it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from nucleus.ground.words import plain

SEPARATORS = ",;\t|"
LARGEST = 64 * 1024 * 1024
"""Bytes; a list of places is never this long, a film is."""

NAMES = {
    "id": ("id", "codice", "code", "identificativo"),
    "name": ("nome", "name", "denominazione", "titolo", "title"),
    "category": ("servizio", "service", "categoria", "category", "tipo", "tipologia", "type"),
    "what": ("descrizione", "description", "cosa fa", "what", "note", "notes"),
    "address": ("indirizzo", "address", "via", "street"),
    "comune": ("citta", "comune", "city", "town", "localita"),
    "province": ("provincia", "prov", "province"),
    "hours": ("orari", "orario", "orari di apertura", "hours", "opening hours", "apertura"),
    "phones": ("numero di telefono", "telefono", "tel", "telefoni", "phone", "phones"),
    "email": ("email", "e mail", "mail", "posta elettronica"),
    "web": ("sito", "sito web", "web", "website", "url"),
    "lat": ("y", "lat", "latitude", "latitudine"),
    "lon": ("x", "lon", "lng", "long", "longitude", "longitudine"),
    "languages": ("lingue", "lingua", "languages", "language"),
    "wheelchair": ("sedia a rotelle", "accessibile", "accessibilita", "wheelchair"),
    "who_for": ("destinatari", "per chi", "who for", "eligibility"),
    "cost": ("costo", "cost", "prezzo", "price"),
    "documents": ("documenti", "documents"),
    "how_to_get_in": ("come si entra", "accesso", "how to get in"),
    "visibility": ("visibilita", "visibility"),
}
"""Our word for a column to the headings people write, in plain letters."""


class Unreadable(ValueError):
    """The file can't be used at all; the text is a sentence for the person who chose it."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells under our words.

    *fault* says in words why the row can't be read; its cells then hold what was there.
    """

    number: int
    cells: dict[str, str]
    raw: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A file, read: its own headings, which of them we know, and its rows."""

    headings: tuple[str, ...]
    known: dict[str, int]
    rows: tuple[Row, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return the headings nobody will read."""
        used = set(self.known.values())
        return tuple(name for at, name in enumerate(self.headings) if at not in used and name)

    def heading(self, word: str) -> str:
        """Return the file's own heading for one of our words."""
        return self.headings[self.known[word]] if word in self.known else word


def read_table(path: Path) -> Table:
    """Read a CSV file; raise Unreadable when nothing in it can be used."""
    lines = _text_of(path).splitlines(keepends=True)
    if not any(line.strip() for line in lines):
        raise Unreadable(_("The file is empty."))
    separator = max(SEPARATORS, key=lines[0].count)
    rows = _rows(lines, separator)
    headings = tuple(cell.strip() for cell in next(rows).raw)
    known = _known(headings)
    return Table(headings, known, tuple(_named(rows, headings, known)))


def _text_of(path: Path) -> str:
    """Return the text, whichever of the usual encodings it has."""
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(_("The file is too large to be a list of places."))
        data = path.read_bytes()
    except OSError as cause:
        raise Unreadable(_("The file can't be opened: is its name right?")) from cause
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("This is a workbook. Save it as CSV and try again."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise Unreadable(_("This is not a table of text. Save your list as CSV and try again."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _known(headings: tuple[str, ...]) -> dict[str, int]:
    """Return where our columns stand; the first heading that fits a word wins."""
    written = [plain(heading) for heading in headings]
    known = {
        word: written.index(name)
        for word, names in NAMES.items()
        for name in names[::-1]
        if name in written
    }
    if not known.keys() & {"name", "category"}:
        raise Unreadable(
            _(
                "No column of this file is called “nome” or “servizio” (name, service). "
                "Its first row must name the columns. It names: %(names)s",
                names=", ".join(headings[:12]),
            )
        )
    return known


def _named(rows: Iterator[Row], headings: tuple[str, ...], known: dict[str, int]) -> Iterator[Row]:
    """Put the cells under our words and find rows that have too many or too few."""
    for row in rows:
        if not row.fault and not any(cell.strip() for cell in row.raw):
            continue
        cells = {word: row.raw[at].strip() for word, at in known.items() if at < len(row.raw)}
        fault = row.fault or _miscounted(row, len(headings))
        yield Row(row.number, cells, row.raw, fault)


def _miscounted(row: Row, columns: int) -> str:
    if len(row.raw) == columns:
        return ""
    words: str = _(
        "The row has %(cells)d cells and the heading has %(columns)d: is a quote or comma missing?",
        cells=len(row.raw),
        columns=columns,
    )
    return words


def _rows(lines: list[str], separator: str) -> Iterator[Row]:
    """Read row by row; after one that can't be read, begin again at the line below it.

    A quote that is never closed would swallow the rest of the file. A row that runs over several
    lines and then has the wrong number of cells is such a one: only its first line is given up.
    """
    at, number, columns = 0, 1, 0
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=separator, strict=True)
        used = 0
        try:
            for cells in reader:
                if columns and reader.line_num - used > 1 and len(cells) != columns:
                    raise csv.Error
                yield Row(number, {}, tuple(cells))
                used, number, columns = reader.line_num, number + 1, columns or len(cells)
            return
        except csv.Error:
            broken = lines[at + used].rstrip("\r\n")
            fault = _("A quotation mark is opened and never closed, or stands in a wrong place.")
            yield Row(number, {}, tuple(broken.split(separator)), fault)
            at, number = at + used + 1, number + 1
