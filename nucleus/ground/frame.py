"""What every template may ask, and pages that stand when nothing else does."""

from calendar import Calendar
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Flask, current_app

from nucleus.ground import clock, i18n
from nucleus.ground.settings import Settings, address_of_phone

MONDAY = 0


def init_app(app: Flask) -> None:
    """Lend the templates their helpers."""
    helpers: dict[str, Callable[..., Any]] = {"now": clock.now, "has_page": has_page}
    app.jinja_env.globals.update(helpers)
    app.jinja_env.filters["phone_link"] = address_of_phone


def has_page(endpoint: str) -> bool:
    """Say whether a room that opens this page is part of the house."""
    return endpoint in current_app.view_functions


def calendar_of(today: date) -> dict[str, Any]:
    """Return the facts of the neutral page: today, and the weeks of its month."""
    weeks = Calendar(MONDAY).monthdatescalendar(today.year, today.month)
    return {"today": today, "weeks": weeks}


def stand_alone(page: str, settings: Settings, **facts: Any) -> str:
    """Draw a page that asks nothing of the rooms, for when the database does not answer.

    `render_template` would ask who is here and what they may open, and fail once more.
    """
    template = current_app.jinja_env.get_template(page)
    return template.render(
        settings=settings, language=i18n.language(), direction=i18n.direction(), **facts
    )
