"""The board 'menu': rooms pin their front doors here in their `init_app`, shelf by shelf."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import groupby

from flask import Flask, current_app
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Shelf(Enum):
    """Where an entry stands; a coordinator has twenty, and finds them by what they are for."""

    NEED = "need"
    OWN = "own"
    MAP = "map"
    NETWORK = "network"
    HOUSE = "house"


HEADINGS = {
    Shelf.OWN: _("My things"),
    Shelf.MAP: _("The map"),
    Shelf.NETWORK: _("The network"),
    Shelf.HOUSE: _("This site"),
}
"""What is written above a shelf; help and alerts stand on top and need no heading."""


@dataclass(frozen=True)
class Pin:
    """One entry: where it leads, what it is called, who sees it, on which shelf it stands.

    Within a shelf the lower `order` comes first, then the room that stands lower in the house.
    """

    endpoint: str
    label: LazyString
    policy: Callable[[], bool]
    shelf: Shelf = Shelf.NEED
    order: int = 50


class Menu:
    """What this visitor may open, worked out when a page draws it.

    Every box of the start page is a template of its own and draws none, while all the policies
    behind the entries ask the database.
    """

    @cached_property
    def shelves(self) -> tuple[tuple[str, LazyString | None, tuple[Pin, ...]], ...]:
        """Return name, heading and entries of each shelf on which this visitor finds anything."""
        pinned: list[Pin] = current_app.extensions["nucleus.menu"]
        mine = sorted((pin for pin in pinned if pin.policy()), key=place_of)
        return tuple(
            (shelf.value, HEADINGS.get(shelf), tuple(pins))
            for shelf, pins in groupby(mine, lambda pin: pin.shelf)
        )

    def __len__(self) -> int:
        """Return how many shelves there are; a menu without any is not drawn."""
        return len(self.shelves)


def place_of(entry: Pin) -> tuple[int, int]:
    """Return where an entry comes: by shelf, then by its order."""
    return tuple(Shelf).index(entry.shelf), entry.order


def init_app(app: Flask) -> None:
    """Hang up the empty board."""
    app.extensions["nucleus.menu"] = []
    app.context_processor(lambda: {"menu": Menu()})


def pin(app: Flask, entry: Pin) -> None:
    """Pin an entry."""
    app.extensions["nucleus.menu"].append(entry)
