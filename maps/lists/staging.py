"""Makes a list ready to be taken in: written down row by row, its columns found, doubles marked.

Whatever the format, a file is first written down as plain rows (one JSON list a line), so that
the rest can begin again at any byte.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from maps.formats.numbers import Numbers
from maps.formats.opening import open_sheet
from maps.formats.rows.cells import Cells, Reading
from maps.formats.rows.understanding import key_as_it_came, understand
from maps.formats.tables import WORDS, Row, proposed_mapping
from maps.models import ImportRun, ImportSource
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.resources.drafts import same_key
from nucleus.resources.queries import categories

ONCE, AGAIN, OTHERWISE = range(3)
"""What a row says of a place: what no earlier one said, the same again, or something else."""

KEPT_OF_FAULTS = 2000
"""Letters a cell; a hundred cells of a megabyte each would all be held at once."""


@dataclass(frozen=True)
class Files:
    """Where the files of a run lie."""

    uid: str

    def _named(self, ending: str) -> Path:
        folder = settings().data / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.uid}.{ending}"

    @property
    def upload(self) -> Path:
        """Return the file as it came."""
        return self._named("upload")

    @property
    def rows(self) -> Path:
        """Return the staged rows, one JSON list a line: number, fault or notes, cells."""
        return self._named("rows")

    @property
    def twice(self) -> Path:
        """Return a byte a row: whether an earlier one said the same place, and the same of it."""
        return self._named("twice")

    def remarks(self, *, foreseen: bool = False) -> Path:
        """Return every row that needs a look, with its reason, as CSV."""
        return self._named("foreseen.csv" if foreseen else "remarks.csv")

    def forget_all(self) -> None:
        """Remove the remarks too, in which rows stand as they came."""
        self.forget()
        self.remarks().unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove what is not needed any more once a run has ended; the remarks stay."""
        for path in (self.upload, self.rows, self.twice, self.remarks(foreseen=True)):
            path.unlink(missing_ok=True)


def stage(run: ImportRun, path: Path) -> None:
    """Write the rows of a file down; raise Unreadable when nothing in it can be used.

    Opens no transaction of its own: a long file holds nobody up while it is read. What was
    written down before stays until the new rows are whole.
    """
    rows = Files(run.uid).rows
    fresh, lines = rows.with_suffix(".fresh"), 0
    sheet = open_sheet(path, kinds_of_tags(), sheet=run.sheet)
    try:
        with fresh.open("w", encoding="utf-8", errors="replace") as out:
            for row in sheet.rows:
                lines += 1
                cells = [clipped(cell) for cell in row.raw] if row.fault else row.raw
                told = [row.number, row.fault or row.notes, *cells]
                out.write(json.dumps(told, ensure_ascii=False) + "\n")
        fresh.replace(rows)
    finally:
        fresh.unlink(missing_ok=True)
    run.kind, run.headings, run.lines = sheet.kind, list(sheet.headings), lines
    run.sheet = sheet.book.sheet if sheet.book else None
    run.workbook = asdict(sheet.book) if sheet.book else {}


def clipped(cell: str) -> str:
    """Return what is kept of a cell of a row that can't be read: enough to find it again."""
    return cell if len(cell) <= KEPT_OF_FAULTS else cell[:KEPT_OF_FAULTS] + "…"


def kinds_of_tags() -> dict[str, str]:
    """Return which tag of OpenStreetMap means which category, in the words of this house."""
    language = settings().languages[0]
    return {
        tag: term.label(language) for term in categories() for tag in term.known_as.get("osm", [])
    }


def reading_of(run: ImportRun) -> Reading:
    """Return how the file of a run is read: as remembered of its source, else as it seems."""
    headings = tuple(run.headings)
    source = db.session.get(ImportSource, run.source)
    remembered = {
        word: headings.index(name)
        for word, name in (source.mapping if source else {}).items()
        if name in headings and word in WORDS
    }
    return Reading(
        headings,
        remembered or proposed_mapping(headings),
        abroad=bool(source and source.abroad),
        trusting=bool(source and source.trusted),
    )


def lines_from(path: Path, offset: int) -> Iterator[tuple[Row, int]]:
    """Give the staged rows from a byte on, each with the byte where the next one begins."""
    with path.open("rb") as file:
        file.seek(offset)
        while line := file.readline():
            offset += len(line)
            yield _staged(*json.loads(line)), offset


def _staged(number: int, told: str | dict[str, str], *raw: str) -> Row:
    if isinstance(told, str):
        return Row(number, raw, told)
    return Row(number, raw, notes={int(at): note for at, note in told.items()})


def first_rows(run: ImportRun, count: int) -> list[Row]:
    """Return the first rows of a run, to look at while its columns are chosen."""
    path = Files(run.uid).rows
    return [row for row, _offset in islice(lines_from(path, 0), count)] if path.exists() else []


def note_doubles(run: ImportRun, reading: Reading) -> None:
    """Mark the rows that say a place again which an earlier row said, in the same words or not.

    Only rows whose key stands twice are understood for it: an earlier one that can't be read
    must not hide a later one that can. Some sixteen bytes a row are kept meanwhile.
    """
    rows, marks = Files(run.uid).rows, Files(run.uid).twice
    repeated, seen, said = _repeated(rows, reading), Numbers(), Numbers()
    with marks.open("wb") as out:
        for row, _offset in lines_from(rows, 0) if len(repeated) else ():
            key, words = _short(row, reading), _eight_bytes("\n".join(("whole", *row.raw)))
            mark = ONCE if key not in seen else AGAIN if words in said else OTHERWISE
            out.write(bytes([mark]))
            if mark == ONCE and key in repeated and understand(row, reading)[0]:
                seen.add(key)
                said.add(words)
        if not len(repeated):
            out.write(bytes(run.lines))


def _repeated(rows: Path, reading: Reading) -> Numbers:
    """Return the keys that stand more than once."""
    seen, repeated = Numbers(), Numbers()
    for row, _offset in lines_from(rows, 0):
        key = _short(row, reading)
        if not seen.add(key):
            repeated.add(key)
    return repeated


def _short(row: Row, reading: Reading) -> int:
    """Return what makes a row the same place next time, in eight bytes."""
    own = Cells(row, reading).raw("uid") if reading.trusting else ""
    return _eight_bytes(own or same_key(key_as_it_came(row, reading)))


def _eight_bytes(words: str) -> int:
    digest = blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1 or 1
