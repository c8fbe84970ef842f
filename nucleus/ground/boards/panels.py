"""The board 'panels': a room's box on a page that another room owns.

The start page (`home`) is such a page; so is a person's own page or a desk. A panel is a
function that returns ready markup, or an empty text when it has nothing to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup


@dataclass(frozen=True)
class Panel:
    """One box: the page it hangs on, how high (0 is first), who sees it, how it is drawn."""

    page: str
    order: int
    policy: Callable[[], bool]
    draw: Callable[..., str]


def init_app(app: Flask) -> None:
    """Hang up the empty board."""
    app.extensions["nucleus.panels"] = []
    app.jinja_env.globals["panels"] = drawn


def pin(app: Flask, panel: Panel) -> None:
    """Pin a panel."""
    app.extensions["nucleus.panels"].append(panel)


def drawn(page: str, **facts: Any) -> list[Markup]:
    """Return the markup of a page's panels that this visitor may see, in their order."""
    mine = [p for p in current_app.extensions["nucleus.panels"] if p.page == page and p.policy()]
    boxes = (panel.draw(**facts) for panel in sorted(mine, key=lambda panel: panel.order))
    # Each box comes from render_template, which has escaped what people typed.
    return [Markup(box) for box in boxes if box.strip()]  # noqa: S704
