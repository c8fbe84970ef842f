"""Opens a workbook so that no cell, no row and no heap of words of it fills the memory.

Its library takes a row apart as a whole and keeps every word of the workbook: a cell of a hundred
megabytes took two hundred, two million short words took four hundred (measured). Here the XML is
shortened while it is read, and the words lie on disk. The only file that imports openpyxl.
"""

import io
import os
import re
from array import array
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from maps.formats.safe_zip import bomb
from maps.formats.tables import LONGEST_CELL

PIECE = 64 * 1024
LONGEST_RUN = 100_000
"""Bytes from one tag to the next: a tag with the words behind it, longer than a cell may be."""

LONGEST_ROW = 2 * 1024 * 1024
"""Bytes of one row; four of them already make an object."""

MOST_WORDS = 5_000_000
FILL = b"." * (LONGEST_CELL + 1)
"""Stands behind words that were cut, so that they are too long to be true whatever was cut."""

LAST_SIGN = 12
"""Bytes an escaped sign (`&#x10FFFF;`) takes at most: none may be cut in two."""

_END = re.compile(rb"</(?:\w+:)?(row|si|sheetData)>")


class Shortened(io.RawIOBase):
    """XML as it is read, with words that are too long cut; raises Unreadable at an endless row."""

    def __init__(self, file: IO[bytes]) -> None:
        """Read from this file, and close it in the end."""
        super().__init__()
        self.file, self.pieces, self.ready = file, self._pieces(), b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        while size < 0 or len(self.ready) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.ready += piece
        end = len(self.ready) if size < 0 else size
        found, self.ready = self.ready[:end], self.ready[end:]
        return found

    def close(self) -> None:
        """Close the file too."""
        self.file.close()
        super().close()

    def _pieces(self) -> Iterator[bytes]:
        run = row = 0
        is_over = False
        while piece := self.file.read(PIECE):
            begins = piece.find(b"<") if b"<" in piece else len(piece)
            given = _cut(piece[:begins], run) + piece[begins:]
            run = len(piece) - piece.rfind(b"<") if begins < len(piece) else run + len(piece)
            ends = list(_END.finditer(given))
            row = len(given) - ends[-1].end() if ends else row + len(given)
            is_over = is_over or any(one[1] == b"sheetData" for one in ends)
            if row > LONGEST_ROW and not is_over:
                raise bomb()
            yield given


def _cut(words: bytes, before: int) -> bytes:
    """Return what is kept of words of which some bytes were given already."""
    room = LONGEST_RUN - before
    if len(words) <= room:
        return words
    if room <= 0:
        return b""
    kept = words[:room]
    escaped = kept.rfind(b"&", -LAST_SIGN)
    kept = kept[:escaped] if escaped >= 0 else kept
    return kept.decode("utf-8", "ignore").encode() + FILL


class Package(ZipFile):
    """A workbook's file, whose sheets are shortened while they are read."""

    def open(self, name: Any, *args: Any, **kwargs: Any) -> IO[bytes]:
        """Open one of its parts."""
        part = super().open(name, *args, **kwargs)
        path = name if isinstance(name, str) else name.filename
        return Shortened(part) if path.startswith("xl/worksheets/") else part  # type: ignore[return-value]


class Words:
    """The words of a workbook by number, on disk."""

    def __init__(self, part: IO[bytes]) -> None:
        """Read them all; raise Unreadable when they are too many to be true."""
        self.file = TemporaryFile()  # noqa: SIM115 - lives as long as the workbook
        self.ends = array("Q", [0])
        self._said: list[str] = []
        self._room, self._inside, self._aloud = 0, False, True
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._say, self._refuse
        parser.ParseFile(Shortened(part))
        self.file.flush()

    def __getitem__(self, number: int) -> str:
        """Return the words of a number."""
        begins, ends = self.ends[number], self.ends[number + 1]
        return os.pread(self.file.fileno(), ends - begins, begins).decode()

    def close(self) -> None:
        """Take them away."""
        self.file.close()

    def _begin(self, tag: str, _told: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self._said, self._room = [], LONGEST_CELL + 1
        self._aloud = self._aloud and name != "rPh"  # how a Japanese word is spoken
        self._inside = name == "t" and self._aloud

    def _say(self, words: str) -> None:
        if self._inside and self._room > 0:
            self._said.append(words[: self._room])
            self._room -= len(words)

    def _end(self, tag: str) -> None:
        name, self._inside = tag.rpartition(":")[2], False
        self._aloud = self._aloud or name == "rPh"
        if name != "si":
            return
        if len(self.ends) > MOST_WORDS:
            raise bomb()
        said = "".join(self._said).replace("x005F_", "").encode("utf-8", "replace")
        self.file.write(said)
        self.ends.append(self.ends[-1] + len(said))

    def _refuse(self, *_declared: object) -> None:
        raise bomb()


class Reader(ExcelReader):  # type: ignore[misc]
    """The library's reader, with our package and our words."""

    def __init__(self, file: IO[bytes], *, computed: bool) -> None:
        """Read from this file the values that were computed, or what was written."""
        super().__init__(file, read_only=True, keep_links=False, data_only=computed)
        self.archive = Package(file)

    def read_strings(self) -> None:
        """Put the words on disk."""
        if (part := self.package.find(SHARED_STRINGS)) is not None:
            with self.archive.open(part.PartName[1:]) as words:
                self.shared_strings = Words(words)

    def close(self) -> None:
        """Take away what lies on disk."""
        if isinstance(self.shared_strings, Words):
            self.shared_strings.close()
