"""The board 'menu': rooms pin their front door here in their `init_app`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import Flask, current_app
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Pin:
    """One entry: where it leads, what it is called, who sees it."""

    endpoint: str
    label: LazyString
    policy: Callable[[], bool]


class Menu:
    """What this visitor may open, worked out when a page draws it.

    Every box of the start page is a template of its own and draws none, while all the policies
    behind the entries ask the database.
    """

    @cached_property
    def entries(self) -> tuple[Pin, ...]:
        """Return the entries in floor order."""
        pinned: list[Pin] = current_app.extensions["nucleus.menu"]
        return tuple(entry for entry in pinned if entry.policy())

    def __len__(self) -> int:
        """Return how many there are; a menu without any is not drawn."""
        return len(self.entries)

    def __iter__(self) -> Iterator[Pin]:
        """Give one after the other."""
        return iter(self.entries)


def init_app(app: Flask) -> None:
    """Hang up the empty board."""
    app.extensions["nucleus.menu"] = []
    app.context_processor(lambda: {"menu": Menu()})


def pin(app: Flask, entry: Pin) -> None:
    """Pin an entry."""
    app.extensions["nucleus.menu"].append(entry)
