"""What every format becomes before it is understood: numbered rows of text under headings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from nucleus.ground.words import plain

MOST_ROWS = 2_000_000
MOST_COLUMNS = 300
LONGEST_CELL = 20_000
"""Letters; the longest description of a place is a page of a book."""

LARGEST = 1024 * 1024 * 1024
"""Bytes of a file on disk: a million rows with long descriptions."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet would compute instead of show, full-width signs too."""

NAMES = {
    "id": ("id", "codice", "code", "identificativo"),
    "uid": (),
    "place_uid": (),
    "origins": (),
    "fresh": (),
    "point_from": (),
    "name": ("nome", "name", "denominazione", "titolo", "title"),
    "category": ("servizio", "service", "categoria", "category", "tipo", "tipologia", "type"),
    "what": ("descrizione", "description", "cosa fa", "what", "note", "notes"),
    "offered_by": (
        *("ente", "organizzazione", "associazione", "gestore", "organisation", "organization"),
        *("operator", "offered by"),
    ),
    "address": ("indirizzo", "address", "via", "street"),
    "comune": ("citta", "comune", "city", "town", "localita"),
    "province": ("provincia", "prov", "province"),
    "label": (),
    "hours": ("orari", "orario", "orari di apertura", "hours", "opening hours", "apertura"),
    "hours_osm": ("hours osm",),
    "hours_unsure": (),
    "emergency_hours": ("orari straordinari", "emergency hours"),
    "emergency_until": ("orari straordinari fino al", "emergency until"),
    "phones": ("numero di telefono", "telefono", "tel", "telefoni", "phone", "phones"),
    "email": ("email", "e mail", "mail", "posta elettronica"),
    "web": ("sito", "sito web", "web", "website", "url"),
    "lat": ("lat", "latitude", "latitudine", "y"),
    "lon": ("lon", "lng", "long", "longitude", "longitudine", "x"),
    "hidden": ("nascosto", "hidden"),
    "languages": ("lingue", "lingua", "languages", "language"),
    "wheelchair": ("sedia a rotelle", "accessibile", "accessibilita", "wheelchair"),
    "accessibility": ("ausili", "servizi per disabili", "accessibility", "aids"),
    "by_appointment": ("su appuntamento", "by appointment"),
    "phone_first": ("chiamare prima", "phone first"),
    "who_for": ("destinatari", "per chi", "who for", "eligibility"),
    "age_from": ("eta minima", "eta da", "age from", "minimum age"),
    "age_to": ("eta massima", "eta fino a", "age to", "maximum age"),
    "cost": ("costo", "cost", "prezzo", "price"),
    "documents": ("documenti", "documents"),
    "how_to_get_in": ("come si entra", "accesso", "how to get in"),
    "capacity_unit": ("unita di capienza", "capacity unit"),
    "capacity_free": ("posti liberi", "liberi", "capacity free"),
    "capacity_max": ("capienza", "posti", "posti totali", "capacity", "capacity max"),
    "capacity_at": ("capienza aggiornata al", "capacity at"),
    "visibility": ("visibilita", "visibility"),
    "told_on": (
        *("aggiornato al", "ultimo aggiornamento", "data aggiornamento", "verificato il"),
        *("updated", "last updated", "told on"),
    ),
}
"""Our word for a column to the headings people write, in plain letters."""

BY_MACHINE = ("uid", "place_uid", "origins", "fresh", "label", "point_from")
"""Columns that only files of other installations fill; nobody is asked for them."""

WORDS = tuple(NAMES)


class Unreadable(ValueError):
    """The file can't be used at all; the text is a sentence for the person who chose it."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells as they were.

    *fault* says in words why the row can't be read; its cells then hold what was there. *notes*
    say of a cell, by its place, what its text can't: `number`, `changing`, `wide area`.
    """

    number: int
    raw: tuple[str, ...]
    fault: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)


class Fault(str):
    """What stands where a place should be and can't be read: why, in words."""

    __slots__ = ()


@dataclass(frozen=True)
class Workbook:
    """Which sheet is read of which, and under which headings its cells are joined."""

    sheet: str
    sheets: tuple[str, ...]
    hidden: int
    joined_down: tuple[str, ...] = ()
    joined_across: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file being read: its own headings, and its rows, one at a time."""

    kind: str
    headings: tuple[str, ...]
    rows: Iterator[Row]
    book: Workbook | None = None


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def words_row(number: int, cells: Mapping[str, str]) -> Row:
    """Return a row of a format that knows our words by itself."""
    return Row(number, tuple(cells.get(word, "") for word in WORDS))


def proposed_mapping(headings: tuple[str, ...]) -> dict[str, int]:
    """Return where our columns probably stand; the first heading that fits a word wins."""
    written = [plain(heading) for heading in headings]
    return {
        word: written.index(name)
        for word, names in NAMES.items()
        for name in (plain(word), *names[::-1])
        if name in written
    }


def refuse_unusable(headings: tuple[str, ...], mapping: Mapping[str, int]) -> None:
    """Raise Unreadable when nothing tells what the places are called."""
    if not mapping.keys() & {"name", "category"}:
        raise Unreadable(
            _(
                "No column of this file is called “nome” or “servizio” (name, service). "
                "Its first row must name the columns. It names: %(names)s",
                names=", ".join(headings[:12]),
            )
        )


def counted(rows: Iterator[Row]) -> Iterator[Row]:
    """Pass rows on until there are too many; a list of places never has so many."""
    for so_far, row in enumerate(rows, start=1):
        if so_far > MOST_ROWS:
            raise too_many()
        yield row


def too_many() -> Unreadable:
    """Return the refusal of a list that is too long."""
    return Unreadable(_("This file has more than %(most)d rows. Split it.", most=MOST_ROWS))


def checked_row(row: Row, columns: int) -> Row:
    """Find a row that has too many or too few cells, or one that is a book."""
    if row.fault:
        return row
    if len(row.raw) != columns:
        words = _(
            "The row has %(cells)d cells and the heading has %(columns)d: "
            "is a quote or comma missing?",
            cells=len(row.raw),
            columns=columns,
        )
        return Row(row.number, row.raw, words)
    if any(len(cell) > LONGEST_CELL for cell in row.raw):
        return Row(row.number, row.raw, too_long())
    return row


def too_long() -> str:
    """Return what is said of a row that is a book."""
    return str(_("A cell of this row is too long to be true."))


def no_place(found: object) -> str:
    """Return what is said of a thing that stands where a place should be."""
    return (
        str(found) if isinstance(found, Fault) else str(_("This is no place but something else."))
    )
