"""Texts that stand sealed in their row: a stolen file shows no crisis and no meeting place."""

from typing import Any, Generic, TypeVar, cast, overload

import structlog

from nucleus.ground.crypto import CantOpen, ring
from nucleus.people.models import new_uid

T = TypeVar("T", bound=str | None)
LOST = "[…]"  # what is read where the key is gone: the page still works, and says that it can't
log = structlog.get_logger()


class Sealed(Generic[T]):
    """A text of a row, sealed when it is written and opened when it is read.

    It stands in the column `sealed_<name>` and is bound to table, column and row, so that it
    can't be moved to another one; the row has a random name for that, its `uid`.
    """

    def __set_name__(self, _owner: type, name: str) -> None:
        """Learn which column it is."""
        self.column = f"sealed_{name}"

    @overload
    def __get__(self, row: None, owner: type) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: object, owner: type) -> T: ...
    def __get__(self, row: Any, owner: type) -> "T | Sealed[T]":
        """Open the text."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        try:
            text = None if sealed is None else ring().open(sealed, self._place(row), row.uid)
        except CantOpen:
            log.warning("sealed_text_lost", table=row.__tablename__, uid=row.uid)
            text = LOST
        return cast(T, text)

    def __set__(self, row: Any, text: T) -> None:
        """Seal the text; a row that has no name yet gets one."""
        row.uid = row.uid or new_uid()
        sealed = None if text is None else ring().seal(text, self._place(row), row.uid)
        setattr(row, self.column, sealed)

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.column}"
