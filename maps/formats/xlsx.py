"""Reads workbooks (XLSX), one row at a time; the only file that imports openpyxl."""

from collections.abc import Generator, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

import openpyxl
from flask_babel import gettext as _

from maps.formats.safe_zip import refuse_bombs
from maps.formats.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    Sheet,
    Unreadable,
    checked_row,
    counted,
    proposed_mapping,
    too_many,
)

LAST_ROW = 1_048_576
"""Where every spreadsheet ends; a row beyond is an attack, and would keep us busy for ever."""

TITLES = 15
"""Rows that may hold a title, a date and a logo above the headings."""

TELLING = frozenset({"name", "category", "address", "comune", "phones", "hours", "lat"})
"""Words of which a row of headings knows two or more."""


def read_xlsx(path: Path) -> Sheet:
    """Read the sheet that holds a list; raise Unreadable when nothing can be used.

    That is the first one with headings we know, whatever titles stand above them; else the first
    that says anything. A formula comes as its own text, beginning with `=`: what it was worth in
    somebody's spreadsheet is not a fact about a place.
    """
    refuse_bombs(path)
    file = path.open("rb")  # the library believes the ending of a name, and uploads have none
    try:
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheet, skipped = _with_list(book)
        announced = sheet.max_row or 0
        sheet.reset_dimensions()  # some programs announce one row and write a thousand
    except Unreadable:
        file.close()
        raise
    except Exception as cause:  # a broken workbook fails in a dozen ways of its libraries
        file.close()
        raise broken() from cause
    if announced > MOST_ROWS:
        file.close()
        raise too_many()
    rows = _rows(file, sheet)
    first = next(row for row in rows if row.number > skipped)
    headings = _without_empty_end(first.raw)
    if len(headings) > MOST_COLUMNS:
        rows.close()
        raise Unreadable(_("This table has more columns than a list of places has."))
    return Sheet("xlsx", headings, counted(_full(rows, len(headings))))


def _with_list(book: Any) -> tuple[Any, int]:
    """Return the sheet with the list, and how many of its rows stand above the headings."""
    fallback = None
    for sheet in book.worksheets:
        for number, cells in enumerate(_first_rows(sheet), start=1):
            if any(cells) and fallback is None:
                fallback = sheet, number - 1
            if len(proposed_mapping(cells).keys() & TELLING) > 1:
                return sheet, number - 1
    if fallback is None:
        raise Unreadable(_("The file is empty."))
    return fallback


def _first_rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    """Give the rows among which the headings stand."""
    for values in sheet.iter_rows(max_row=TITLES, max_col=MOST_COLUMNS, values_only=True):
        yield tuple(_text(value) for value in values)


def broken() -> Unreadable:
    """Return the refusal of a workbook no program can open."""
    return Unreadable(_("This workbook is damaged. Save it anew, or save it as CSV."))


def _rows(file: IO[bytes], sheet: Any) -> Generator[Row]:
    """Give the rows that say something; the numbers are the sheet's own.

    Rows that are missing come as empty ones: one cell left in the last row of a sheet is a million.
    """
    try:
        told = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
        for number, values in enumerate(told, start=1):
            if number > LAST_ROW:
                raise too_many()
            if values.count(None) == len(values):
                continue
            raw = tuple(_text(value) for value in values)
            if any(raw):
                yield Row(number, raw)
    except Unreadable:
        raise
    except Exception as cause:  # see above
        raise broken() from cause
    finally:
        file.close()


def _text(value: Any) -> str:
    """Return a cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
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
        yield checked_row(Row(row.number, raw + ("",) * (columns - len(raw))), columns)
