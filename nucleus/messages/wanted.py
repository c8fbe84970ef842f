"""The board on which rooms say, right before sending, which deliveries no longer hold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from flask import Flask


class Asked(Protocol):
    """What a room is told of a delivery when it is asked whether it is still wanted."""

    @property
    def id(self) -> int:
        """Return the delivery's id."""

    @property
    def message_id(self) -> int:
        """Return which message it tells."""

    @property
    def person_id(self) -> int:
        """Return whom it is for."""


StillWanted = Callable[[Sequence[Asked]], Mapping[int, str]]


def pin_still_wanted(app: Flask, origin: str, check: StillWanted) -> None:
    """Pin a room's check, asked a chunk at a time right before sending.

    Args:
        app: the house.
        origin: which messages the check is for.
        check: takes deliveries, returns {delivery id: reason} for those no longer wanted.
    """
    app.extensions["nucleus.still_wanted"][origin] = check
