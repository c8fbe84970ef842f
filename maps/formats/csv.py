"""Reads tables of places as associations really have them: any common encoding and separator.

Nothing is dropped without a word: a broken row costs that row alone and is named, with its
number as a spreadsheet shows it. Nothing is held in memory but the row at hand.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from flask_babel import gettext as _

from maps.formats.tables import (
    MOST_COLUMNS,
    Row,
    Sheet,
    Unreadable,
    checked_row,
    counted,
    too_long,
)

SEPARATORS = ",;\t|"
LONGEST_LINE = 1024 * 1024
LONGEST_START = 20_000
"""Letters of a line, and those that are kept of one which is longer."""

MOST_LINES = 200
"""Lines one row may run over; a quote that was never closed would swallow the file."""

_OPENED = re.compile(r'(?:^|[,;\t|])"')
"""Where a quote begins a cell; in the midst of one it is a sign like any other."""

BLOCK = 64 * 1024
MOST_CONTROL = 0.02
"""The share of signs nobody types, from which a file is no text."""

PASTED = "nucleus-pasted"


def read_csv(path: Path) -> Sheet:
    """Read a table of text; raise Unreadable when nothing in it can be used."""
    with path.open("rb") as raw:
        encoding, errors = reading_of(raw.read(BLOCK))
    file = path.open(encoding=encoding, errors=errors, newline="")
    lines = _Lines(file)
    first = lines.first()
    separator = _separator(first)
    if separator is None:
        separator = _separator_named(first)
        first = lines.take()
    lines.give_back([first])
    rows = _rows(lines, separator)
    heading = next(rows, None)
    if heading is None:
        raise Unreadable(_("The file is empty."))
    headings = tuple(cell.strip() for cell in heading.raw)
    if len(headings) > MOST_COLUMNS:
        file.close()
        raise Unreadable(_("This table has more columns than a list of places has."))
    return Sheet("csv", headings, counted(_full(rows, len(headings), file)))


def reading_of(start: bytes) -> tuple[str, str]:
    """Return the encoding, of those a spreadsheet may write, and what becomes of other bytes.

    Args:
        start: the first block of the file.
    """
    encoding = encoding_of(start)
    return encoding, PASTED if encoding == "utf-8-sig" else "replace"


def encoding_of(start: bytes) -> str:
    """Return the encoding; raise Unreadable for what is no text."""
    if not start.strip() or start == codecs.BOM_UTF8:
        raise Unreadable(_("The file is empty."))
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _wide(start[:2000]) or "utf-8-sig"


def _wide(start: bytes) -> str | None:
    """Return which UTF-16 it is when no mark says so: every other byte is zero."""
    zeros = start[0::2].count(0), start[1::2].count(0)
    if max(zeros) >= 0.8 * len(start) / 2 and min(zeros) < 0.2 * len(start) / 2:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if sum(byte < 32 and byte not in b"\t\r\n\0" for byte in start) > MOST_CONTROL * len(start):
        raise not_text()
    if start.count(0) > MOST_CONTROL * len(start) + 4:
        raise not_text()
    return None


def not_text() -> Unreadable:
    """Return the refusal of a file that is no text."""
    return Unreadable(_("This is not a table of text. Save your list as CSV and try again."))


def _as_windows_wrote(fault: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows writes them: two lists pasted into one file."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


codecs.register_error(PASTED, _as_windows_wrote)


def _separator(heading: str) -> str | None:
    """Return what stands most often between the headings; None when the line only names it."""
    if heading.lower().startswith("sep="):
        return None
    return max(SEPARATORS, key=heading.count)


def _separator_named(line: str) -> str:
    named = line.rstrip("\r\n")[4:5]
    return named if named in SEPARATORS else ";"


class _Cut(str):
    """The beginning of a line that is too long to be true; the rest of it was passed over."""

    __slots__ = ()


class _Lines:
    """Gives the lines of a file one by one, and takes some back."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.back: deque[str] = deque()

    def take(self) -> str:
        """Return the next line, or nothing at the end; of one without an end the beginning."""
        if self.back:
            return self.back.popleft()
        line = self.file.readline(LONGEST_LINE)
        if not line:
            self.file.close()
        if not _is_cut(line):
            return line
        self._pass_row(line)
        return _Cut(line[:LONGEST_START])

    def _pass_row(self, line: str) -> None:
        """Pass over the rest of a row that is too long; a quote in it may close some lines below.

        One that stays open for long was never closed: the lines below are rows of their own.
        """
        is_quoted = _OPENED.search(line) is not None
        is_open, below = self._pass_line(line) and is_quoted, list[str]()
        while is_open and len(below) < MOST_LINES and sum(map(len, below)) < LONGEST_LINE:
            if not (line := self.file.readline(LONGEST_LINE)):
                break
            if _is_cut(line):
                is_open, below = is_open != self._pass_line(line), []
            else:
                is_open, below = is_open != _has_odd_quotes(line), [*below, line]
        if is_open:
            self.give_back(below)

    def _pass_line(self, line: str) -> bool:
        """Pass over the rest of a line; say whether its quotes were odd in number."""
        is_odd = _has_odd_quotes(line)
        while _is_cut(line):
            line = self.file.readline(LONGEST_LINE)
            is_odd = is_odd != _has_odd_quotes(line)
        return is_odd

    def first(self) -> str:
        """Return the first line that says something."""
        while line := self.take() if not self.file.closed else "":
            if line.strip():
                return line
        raise Unreadable(_("The file is empty."))

    def give_back(self, lines: list[str]) -> None:
        """Let these come next."""
        self.back.extendleft(reversed(lines))

    def has_more(self) -> bool:
        """Say whether a line may be left."""
        return bool(self.back) or not self.file.closed


def _rows(lines: _Lines, separator: str) -> Iterator[Row]:
    """Read row by row; after one that can't be read, begin again at the line below it."""
    number, columns = 1, 0
    while line := lines.take() if lines.has_more() else "":
        cells = _row(line, lines, separator, columns)
        if isinstance(cells, str):
            yield Row(number, tuple(line.rstrip("\r\n").split(separator)), cells)
        else:
            yield Row(number, tuple(cells))
            columns = columns or len(cells)
        number += 1


def _row(line: str, lines: _Lines, separator: str, columns: int) -> list[str] | str:
    """Return the cells of the row that begins at this line, or why it can't be read.

    A row that runs over several lines and then has the wrong number of cells is one whose quote
    was never closed: only its first line is given up, the others are read again.
    """
    taken, fault = [line], too_long() if isinstance(line, _Cut) else _misquoted()
    while not isinstance(taken[-1], _Cut):
        try:
            rows = list(csv.reader(taken, delimiter=separator, strict=True))
        except csv.Error as cause:
            if "field limit" in str(cause) and len(taken) == 1:
                fault = too_long()
            more = lines.take() if _may_go_on(str(cause), taken) and lines.has_more() else ""
            if not more:
                break
            taken.append(more)
            continue
        if len(rows) == 1 and (len(taken) == 1 or not columns or len(rows[0]) == columns):
            return rows[0]
        break
    lines.give_back(taken[1:])
    return fault


def _misquoted() -> str:
    return str(_("A quotation mark is opened and never closed, or stands in a wrong place."))


def _may_go_on(fault: str, taken: list[str]) -> bool:
    """Say whether the row may be whole with the next line."""
    is_short = len(taken) < MOST_LINES and sum(map(len, taken)) <= LONGEST_LINE
    return is_short and "unexpected end" in fault


def _is_cut(line: str) -> bool:
    """Say whether more of this line follows."""
    return len(line) == LONGEST_LINE and not line.endswith(("\n", "\r"))


def _has_odd_quotes(line: str) -> bool:
    return line.count('"') % 2 == 1


def records(file: TextIO) -> Iterator[Row]:
    """Give the rows of a table between commas, its headings first; no line is held whole."""
    rows = _rows(_Lines(file), ",")
    heading = next(rows, None)
    if heading is not None:
        yield heading
        yield from _full(rows, len(heading.raw), file)


def _full(rows: Iterator[Row], columns: int, file: TextIO) -> Iterator[Row]:
    """Leave out empty rows and find those with too many or too few cells."""
    with file:
        for row in rows:
            if row.fault or any(cell.strip() for cell in row.raw):
                yield checked_row(row, columns)
