"""Days and moments as people write them, each language in its own order and with its own comma."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Flask
from flask_babel import format_time, get_locale, to_user_timezone

from nucleus.ground import clock

CLOCK = "HH:mm"
EUROPE = Locale("en", "GB")
"""The English of pages here: *2 November 2026*, never the month first."""


def init_app(app: Flask) -> None:
    """Give the templates their words for days and moments."""
    for say in (clock_time, day_and_time, day_of_year, full_day, full_moment, weekday):
        app.jinja_env.filters[say.__name__] = say


def clock_time(instant: datetime) -> str:
    """Return hours and minutes in the installation's time zone, as a sign on a door has them.

    English and Arabic would say *8:00 PM*; beside it stand hours of 24, on the page and outside.
    """
    return str(format_time(instant, CLOCK))


def day_and_time(instant: datetime) -> str:
    """Return the time alone today, the day and the time otherwise."""
    if _here(instant) == _here(clock.now()):
        return clock_time(instant)
    return f"{format_skeleton('MMMd', _here(instant), locale=_speech())} {clock_time(instant)}"


def day_of_year(day: date) -> str:
    """Return a day without its year: *2 novembre*, *2 de noviembre*, *2. November*."""
    return format_skeleton("MMMMd", _here(day), locale=_speech())


def full_day(day: date) -> str:
    """Return a day with its year: *2 novembre 2026*."""
    return format_date(_here(day), "long", locale=_speech())


def weekday(day: date) -> str:
    """Return a day of this week with its number: *lunedì 2*."""
    return format_date(_here(day), "EEEE d", locale=_speech())


def months() -> list[tuple[int, str]]:
    """Return the months of a year with their numbers, as they stand alone: *gennaio*."""
    return list(_speech().months["stand-alone"]["wide"].items())


def full_moment(instant: datetime) -> str:
    """Return a day with its year, and the time: *2 novembre 2026, 15:05*."""
    order: str = str(_speech().datetime_formats["medium"])
    return order.replace("{1}", full_day(instant)).replace("{0}", clock_time(instant))


def _here(day: date) -> date:
    """Return the day it is in the installation's time zone at a moment; a day is one anywhere."""
    return to_user_timezone(day).date() if isinstance(day, datetime) else day


def _speech() -> Locale:
    spoken = get_locale()
    return spoken if spoken and spoken.language != EUROPE.language else EUROPE
