"""Reads workbooks (XLSX), one row at a time."""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _

from maps.formats.joined import Carrying, look_inside, named
from maps.formats.safe_zip import refuse_bombs
from maps.formats.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    Sheet,
    Unreadable,
    Workbook,
    checked_row,
    counted,
    proposed_mapping,
    too_many,
)
from maps.formats.workbook import Reader

LAST_ROW = 1_048_576
"""Where every spreadsheet ends; a row beyond is an attack, and would keep us busy for ever."""

TITLES = 15
"""Rows that may hold a title, a date and a logo above the headings."""

TELLING = frozenset({"name", "category", "address", "comune", "phones", "hours", "lat"})
"""Words of which a row of headings knows two or more."""

LONG = 100_000
"""From here on a whole number may be one to dial."""

CHANGING = re.compile(r"\b(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\s*\(", re.IGNORECASE)
"""Formulas that say something else whenever the file is opened: the day of it is no fact."""


@dataclass
class Book:
    """A workbook being read, and the file that is closed with it."""

    path: Path
    file: IO[bytes]
    reader: Reader

    @classmethod
    def opened(cls, path: Path, *, computed: bool = True) -> "Book":
        """Open one to read the values its program computed, or what was written in its cells."""
        file = path.open("rb")  # the library believes the ending of a name, and uploads have none
        try:
            book = cls(path, file, Reader(file, computed=computed))
        except Exception as cause:  # a broken workbook fails in a dozen ways of its libraries
            file.close()
            raise broken() from cause
        book.read()
        return book

    @property
    def book(self) -> Any:
        """Return the workbook of the library."""
        return self.reader.wb

    def read(self) -> None:
        """Read what stands around its sheets."""
        try:
            self.reader.read()
        except Unreadable:
            self.close()
            raise
        except Exception as cause:  # see above
            self.close()
            raise broken() from cause

    def close(self) -> None:
        """Close the file, and take away what lies on disk of it."""
        self.reader.close()
        self.file.close()


@dataclass(frozen=True)
class Choice:
    """A sheet somebody may choose, how many of its rows stand above the headings, a list or not."""

    sheet: Any
    above: int
    is_list: bool


def read_xlsx(path: Path, wanted: str | None = None) -> Sheet:
    """Read one visible sheet; raise Unreadable when nothing can be used.

    That is the one that is *wanted*; without it the first with headings we know, whatever titles
    stand above them; else the first that says anything. A formula counts as what the spreadsheet
    showed to whoever saved it; one whose result nobody stored, or which says something else each
    day, is noted, and its row waits for a person.
    """
    refuse_bombs(path)
    book = Book.opened(path)
    try:
        choices = _choices(book.book)
        chosen = _chosen(choices, wanted)
        return _of_sheet(book, chosen, choices)
    except Unreadable:
        book.close()
        raise
    except Exception as cause:  # see above
        book.close()
        raise broken() from cause


def _of_sheet(book: Book, chosen: Choice, choices: list[Choice]) -> Sheet:
    sheet = chosen.sheet
    if (sheet.max_row or 0) > MOST_ROWS:
        raise too_many()
    sheet.reset_dimensions()  # some programs announce one row and write a thousand
    with sheet._get_source() as xml:  # the library names no public way to the XML of a sheet
        inside = look_inside(xml)
    rows = _rows(book, sheet, formulas=inside.formulas)
    first = next(row for row in rows if row.number > chosen.above)
    headings = _without_empty_end(first.raw)
    if len(headings) > MOST_COLUMNS:
        rows.close()
        raise Unreadable(_("This table has more columns than a list of places has."))
    below = [one for one in inside.joined if one.top > first.number]
    beside = [one for one in inside.joined if one.bottom >= first.number]
    told = Workbook(
        sheet.title,
        tuple(one.sheet.title for one in choices),
        hidden=sum(one.sheet_state != "visible" for one in book.book.worksheets),
        joined_down=named(below, headings, across=False),
        joined_across=named(beside, headings, across=True),
    )
    carrying = Carrying(below)
    full = (carrying.filled(row) for row in _full(rows, len(headings)))
    return Sheet("xlsx", headings, counted(full), told)


def _choices(book: Any) -> list[Choice]:
    """Return the visible sheets that say something; hidden ones are nobody's list."""
    visible = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
    choices = [choice for sheet in visible if (choice := _looked_at(sheet))]
    if not choices and any(sheet.sheet_state != "visible" for sheet in book.worksheets):
        raise Unreadable(_("Only hidden sheets of this file hold something. Show the right one."))
    if not choices:
        raise Unreadable(_("The file is empty."))
    return choices


def _looked_at(sheet: Any) -> Choice | None:
    """Find the headings of a sheet; None when it is empty."""
    above: int | None = None
    for number, cells in enumerate(_first_rows(sheet)):
        if any(cells) and above is None:
            above = number
        if len(proposed_mapping(cells).keys() & TELLING) > 1:
            return Choice(sheet, number, is_list=True)
    return None if above is None else Choice(sheet, above, is_list=False)


def _chosen(choices: list[Choice], wanted: str | None) -> Choice:
    by_name = (choice for choice in choices if choice.sheet.title == wanted)
    lists = (choice for choice in choices if choice.is_list)
    return next(by_name, None) or next(lists, None) or choices[0]


def _first_rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    """Give the rows among which the headings stand."""
    for values in sheet.iter_rows(max_row=TITLES, max_col=MOST_COLUMNS, values_only=True):
        yield tuple(_text(value) for value in values)


def broken() -> Unreadable:
    """Return the refusal of a workbook no program can open."""
    return Unreadable(_("This workbook is damaged. Save it anew, or save it as CSV."))


def _rows(book: Book, sheet: Any, *, formulas: bool) -> Generator[Row]:
    """Give the rows that say something; the numbers are the sheet's own.

    Rows that are missing come as empty ones: one cell left in the last row of a sheet is a million.
    """
    try:
        told = _computed(book.path, sheet) if formulas else _values(sheet)
        for number, (values, notes) in enumerate(told, start=1):
            if number > LAST_ROW:
                raise too_many()
            if values.count(None) == len(values):
                continue
            raw = tuple(_text(value) for value in values)
            if any(raw):
                yield Row(number, raw, notes={**_long_numbers(values), **notes})
    except Unreadable:
        raise
    except Exception as cause:  # see above
        raise broken() from cause
    finally:
        book.close()


def _values(sheet: Any) -> Iterator[tuple[Sequence[Any], dict[int, str]]]:
    for values in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
        yield values, {}


def _computed(path: Path, sheet: Any) -> Iterator[tuple[Sequence[Any], dict[int, str]]]:
    """Give the values of a sheet with formulas: each cell is looked at beside what was written."""
    written = Book.opened(path, computed=False)
    try:
        twin = written.book[sheet.title]
        twin.reset_dimensions()
        formulas = twin.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        shown = sheet.iter_rows(max_col=MOST_COLUMNS + 1)
        for cells, texts in zip(shown, formulas, strict=True):
            values, notes = [cell.value for cell in cells], dict[int, str]()
            for at, text in enumerate(texts):
                if text is not None and (formula := _formula(text)) and formula != values[at]:
                    values[at], notes[at] = _result(cells[at], formula)
            yield values, {at: note for at, note in notes.items() if note}
    finally:
        written.close()


def _formula(text: Any) -> str:
    """Return a formula as it was written, or nothing for any other cell."""
    written = getattr(text, "text", text)  # an array formula is an object of the library
    return written if isinstance(written, str) and written.startswith("=") else ""


def _result(cell: Any, formula: str) -> tuple[Any, str]:
    """Return what a formula was worth, and why that is not to be believed."""
    if cell.value is None and cell.data_type != "str":  # a stored result of no letters is one
        return formula, "unknown"
    return cell.value, "changing" if CHANGING.search(formula) else ""


def _long_numbers(values: Sequence[Any]) -> dict[int, str]:
    """Note where a number may be one to dial, which has lost a zero in front."""
    return {
        at: "number"
        for at, value in enumerate(values)
        if type(value) in {int, float} and LONG <= value < 10**12 and value == int(value)
    }


def _text(value: Any) -> str:
    """Return a cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"  # a 1 would be a number of places, or of a street
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).strip()


def _without_empty_end(raw: tuple[str, ...]) -> tuple[str, ...]:
    cells = list(raw)
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _full(rows: Iterator[Row], columns: int) -> Iterator[Row]:
    """Give every row as many cells as there are headings, when those beyond are empty."""
    for row in rows:
        raw = _without_empty_end(row.raw)
        full = Row(row.number, raw + ("",) * (columns - len(raw)), notes=row.notes)
        yield checked_row(full, columns)
