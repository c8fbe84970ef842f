"""Reads the elements of one long list in a JSON file, one at a time, and nothing else of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.formats.tables import Unreadable

BLOCK = 256 * 1024
LARGEST_ELEMENT = 8 * 1024 * 1024
BETWEEN = re.compile(r"[\s,]*")


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
                    more = file.read(BLOCK)
                    if not more or len(buffer) - at > LARGEST_ELEMENT:
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

    @staticmethod
    def _skip(buffer: str, at: int) -> int:
        found = BETWEEN.match(buffer, at)
        return found.end() if found else at

    @staticmethod
    def broken() -> Unreadable:
        """Return the refusal of a file that is cut off or no JSON."""
        return Unreadable(_("This file is damaged or cut off: it is no JSON."))
