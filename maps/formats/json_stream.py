"""Reads the elements of one long list in a JSON file, one at a time, and nothing else of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.formats.tables import Fault, Unreadable, too_long

BLOCK = 256 * 1024
LARGEST_ELEMENT = 8 * 1024 * 1024
BETWEEN = re.compile(r"[\s,]*")
IN_WORDS = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
BETWEEN_WORDS = re.compile(r'[^"{}\[\]]*+')


class JsonList:
    """A list inside a JSON file; *head* and *tail* are the text around it."""

    def __init__(self, path: Path, *keys: str) -> None:
        """Open the file at the list that stands under the first of the keys, or is all of it."""
        self.path, self.head, self.tail = path, "", ""
        self._open = re.compile("|".join(rf'"{key}"\s*:\s*\[' for key in keys))

    def __iter__(self) -> Iterator[Any]:
        """Give the elements; raise Unreadable where the file is no JSON."""
        decoder = json.JSONDecoder()
        with self.path.open(encoding="utf-8-sig", errors="replace") as file:
            buffer, at = self._find(file)
            while True:
                at = self._skip(buffer, at)
                if buffer[at : at + 1] == "]":
                    self.tail = buffer[at + 1 :][:BLOCK] + file.read(BLOCK)
                    return
                try:
                    element, at = decoder.raw_decode(buffer, at)
                except RecursionError as cause:
                    raise self.broken() from cause
                except ValueError as cause:
                    if len(buffer) - at > LARGEST_ELEMENT:
                        buffer, at = self._pass_over(buffer[at:], file), 0
                        yield Fault(too_long())
                        continue
                    if not (more := file.read(BLOCK)):
                        raise self.broken() from cause
                    buffer, at = buffer[at:] + more, 0
                    continue
                yield element

    def _find(self, file: Any) -> tuple[str, int]:
        """Return what was read so far, and where in it the first element may begin."""
        buffer = file.read(BLOCK)
        if buffer.lstrip().startswith("["):
            return buffer, buffer.index("[") + 1
        while (found := self._open.search(buffer)) is None:
            more = file.read(BLOCK)
            if not more or len(buffer) > LARGEST_ELEMENT:
                raise Unreadable(_("This file holds no list of places."))
            buffer += more
        self.head = buffer[: found.start()]
        return buffer, found.end()

    def _pass_over(self, buffer: str, file: Any) -> str:
        """Pass over an element that is too long; return what follows it, read so far.

        One that ends in what was read already is not long but broken, as the file is then.
        """
        at, deep, in_words, read_on = 0, 0, False, False
        while True:
            found = (IN_WORDS if in_words else BETWEEN_WORDS).match(buffer, at)
            at = found.end() if found else at
            if at + 1 >= len(buffer):
                more, read_on = file.read(BLOCK), True
                if not more:
                    raise self.broken()
                buffer, at = buffer[at:] + more, 0
                continue
            sign, at = buffer[at], at + 1
            in_words ^= sign == '"'
            deep += {"{": 1, "[": 1, "}": -1, "]": -1}.get(sign, 0)
            if not deep and not in_words:
                if not read_on:
                    raise self.broken()
                return buffer[at:]

    @staticmethod
    def _skip(buffer: str, at: int) -> int:
        found = BETWEEN.match(buffer, at)
        return found.end() if found else at

    @staticmethod
    def broken() -> Unreadable:
        """Return the refusal of a file that is cut off or no JSON."""
        return Unreadable(_("This file is damaged or cut off: it is no JSON."))
