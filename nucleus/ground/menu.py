"""The board 'menu': rooms pin their front door here in their `init_app`."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Pin:
    """One entry: where it leads, what it is called, who sees it."""

    endpoint: str
    label: LazyString
    policy: Callable[[], bool]


def init_app(app: Flask) -> None:
    """Hang up the empty board."""
    app.extensions["nucleus.menu"] = []
    app.context_processor(lambda: {"menu": entries()})


def pin(app: Flask, entry: Pin) -> None:
    """Pin an entry."""
    app.extensions["nucleus.menu"].append(entry)


def entries() -> tuple[Pin, ...]:
    """Return what this visitor may open, in floor order."""
    pinned: list[Pin] = current_app.extensions["nucleus.menu"]
    return tuple(entry for entry in pinned if entry.policy())
