"""Texts that stand sealed in their row: a stolen file shows no crisis and no meeting place."""

import json
from typing import Any, Generic, TypeVar, cast, overload
from uuid import uuid4

import structlog

from nucleus.ground.crypto import CantOpen, ring

T = TypeVar("T")
LOST = "[…]"  # what is read where the key is gone: the page still works, and says that it can't
log = structlog.get_logger()


def new_uid() -> str:
    """Return a random name for a row, to bind sealed values to."""
    return uuid4().hex


class Sealed(Generic[T]):
    """A text of a row, sealed when it is written and opened when it is read.

    It stands in the column `sealed_<name>` and is bound to table, column and row, so that it
    can't be moved to another one; the row has a random name for that, its `uid`.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn which column it is."""
        self.table, self.column = str(getattr(owner, "__tablename__", "")), f"sealed_{name}"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: object, owner: type) -> T: ...
    def __get__(self, row: Any, owner: type) -> "T | Sealed[T]":
        """Open the text."""
        return self if row is None else self.opened(getattr(row, self.column), row.uid)

    def __set__(self, row: Any, value: T) -> None:
        """Seal the text; a row that has no name yet gets one."""
        row.uid = row.uid or new_uid()
        sealed = None if value is None else ring().seal(self.written(value), self.place, row.uid)
        setattr(row, self.column, sealed)

    @property
    def place(self) -> str:
        """Return what a text is bound to beside its row."""
        return f"{self.table}.{self.column}"

    def opened(self, sealed: bytes | None, uid: str) -> T:
        """Open the text of a row that was read column by column."""
        if sealed is None:
            return cast(T, None)
        try:
            return self.read(ring().open(sealed, self.place, uid))
        except CantOpen:
            log.warning("sealed_text_lost", table=self.table, uid=uid)
            return self.lost()

    def written(self, value: T) -> str:
        """Return a value as the text that is sealed."""
        return str(value)

    def read(self, text: str) -> T:
        """Return the value of a text that was opened."""
        return cast(T, text)

    def lost(self) -> T:
        """Return what is read where the key is gone."""
        return cast(T, LOST)


class SealedWords(Sealed[dict[str, Any]]):
    """Words in several languages, sealed as one; nothing is left of them without the key."""

    def written(self, value: dict[str, Any]) -> str:
        """Return them as JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def read(self, text: str) -> dict[str, Any]:
        """Return them from JSON."""
        return cast(dict[str, Any], json.loads(text))

    def lost(self) -> dict[str, Any]:
        """Return no words in any language."""
        return {}
