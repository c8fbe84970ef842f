"""The board on which maps says that points and towns do not go together; it knows where towns are.

Rooms below maps ask here before they keep a point. Without maps nobody knows better, and nothing
is doubted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import format_decimal
from flask_babel import gettext as _

from nucleus.places.services import Whereabouts

BOARD = "nucleus.places.doubting"


@dataclass(frozen=True)
class Disagreement:
    """A point and a town that do not go together.

    Attributes:
        typed: the town that was typed, with its province.
        nearer: the town the point lies in, or nearest to.
        km: how far the point is from the town, from its border when that is known.
        by_border: whether the border was asked, so that there is no doubt where the point lies.
    """

    typed: str
    nearer: str
    km: float
    by_border: bool = False


Doubting = Callable[[Sequence[Whereabouts]], list[Disagreement | None]]


def pin_doubting(app: Flask, check: Doubting) -> None:
    """Pin who knows where towns are; asked a chunk at a time."""
    app.extensions[BOARD] = check


def disagreements(said: Sequence[Whereabouts]) -> list[Disagreement | None]:
    """Say of each place why its point is not believed to lie in its town; None when it may.

    A chunk at a time: the borders of all its towns are read at once.
    """
    check: Doubting | None = current_app.extensions.get(BOARD)
    return check(said) if check else [None] * len(said)


def disagreement_of(said: Whereabouts) -> Disagreement | None:
    """Say why the point of one place is not believed to lie in its town; None when it may."""
    return disagreements([said])[0]


def disagreement_words(doubt: Disagreement) -> str:
    """Return why a point is not believed, with both towns."""
    km = format_decimal(round(doubt.km, 1) if doubt.km < 10 else round(doubt.km))
    names = {"nearer": doubt.nearer, "typed": doubt.typed, "km": km}
    if doubt.by_border:
        words = _(
            "This point lies in %(nearer)s. The address says %(typed)s, whose border is %(km)s km "
            "away.",
            **names,
        )
    else:
        words = _(
            "This point is near %(nearer)s. The address says %(typed)s, whose middle is %(km)s km "
            "away.",
            **names,
        )
    return str(words)
