"""Reads workbooks (XLSX), one row at a time; the only file that imports openpyxl."""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

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
    too_many,
)


def read_xlsx(path: Path) -> Sheet:
    """Read the first sheet that has rows; raise Unreadable when nothing can be used.

    A formula comes as its own text, beginning with `=`: what it was worth in somebody's
    spreadsheet is not a fact about a place.
    """
    refuse_bombs(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        announced = sheet.max_row or 0
    except Exception as cause:  # a broken workbook fails in a dozen ways of its libraries
        raise broken() from cause
    if announced > MOST_ROWS:
        book.close()
        raise too_many()
    rows = _rows(book, sheet)
    first = next(rows, None)
    if first is None:
        raise Unreadable(_("The file is empty."))
    headings = _without_empty_end(first.raw)
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(_("This table has more columns than a list of places has."))
    return Sheet("xlsx", headings, counted(_full(rows, len(headings))))


def broken() -> Unreadable:
    """Return the refusal of a workbook no program can open."""
    return Unreadable(_("This workbook is damaged. Save it anew, or save it as CSV."))


def _rows(book: Any, sheet: Any) -> Iterator[Row]:
    """Give the rows that say something; the numbers are the sheet's own."""
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
            raw = tuple(_text(cell.value) for cell in cells)
            if any(raw):
                yield Row(number, raw)
    except Unreadable:
        raise
    except Exception as cause:  # see above
        raise broken() from cause
    finally:
        book.close()


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
