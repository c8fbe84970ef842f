"""Languages: the reader's own, then the cookie's, then the browser's, then the house's."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from babel import Locale
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, force_locale, format_datetime, format_time, get_locale

from nucleus.ground import clock
from nucleus.ground.words import plain

NAMES = {
    "it": "Italiano",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "uk": "Українська",
    "ro": "Română",
}
SPOKEN = (
    *("am", "ar", "bn", "de", "en", "es", "fa", "fr", "hi", "it", "pa", "pt", "ro", "ru", "so"),
    *("sq", "ti", "tr", "uk", "ur", "wo", "zh"),
)
"""Languages people here speak, and may be asked for (ISO 639-1)."""
SOURCE = "en"  # what the code itself is written in, so it needs no catalogue
WHOLE = ("it", "en")
"""Languages every page exists in; the others are spoken by messages and behind their links."""
babel = Babel()


def init_app(app: Flask, languages: tuple[str, ...]) -> None:
    """Speak to each reader in a language of the house.

    A language that only messages are written in is not offered for the pages: one sentence in
    three in another tongue is worse than none.
    """
    languages = tuple(code for code in languages if code in WHOLE) or WHOLE
    app.extensions["nucleus.languages"] = languages
    folder = "translations"
    babel.init_app(app, locale_selector=choose, default_translation_directories=folder)
    app.context_processor(
        lambda: {
            "languages": {code: NAMES[code] for code in languages},
            "written_languages": {code: NAMES[code] for code in written()},
            "language": language(),
            "direction": direction(),
        }
    )
    app.jinja_env.filters["clock_time"] = clock_time
    app.jinja_env.filters["day_and_time"] = day_and_time
    app.jinja_env.filters["language_name"] = language_name


def offered() -> tuple[str, ...]:
    """Return the codes of the languages the pages are shown in, the fallback first."""
    languages: tuple[str, ...] = current_app.extensions["nucleus.languages"]
    return languages


def written() -> tuple[str, ...]:
    """Return the languages of messages and of the pages behind their links.

    They may be more than the pages': whoever is asked by a message answers in Arabic,
    even where nobody has translated the rest of the house.
    """
    known: tuple[str, ...] | None = current_app.extensions.get("nucleus.written_languages")
    if known is None:
        translated = sorted({locale.language for locale in babel.list_translations()})
        known = tuple(dict.fromkeys([*offered(), SOURCE, *translated]))
        current_app.extensions["nucleus.written_languages"] = known
    return known


def behind_link(preferred: str | None = None) -> str:
    """Return the language of a page behind a link: chosen on it, the person's, the browser's."""
    languages = written()
    browser = request.accept_languages.best_match(languages)
    asked = (request.args.get("lang"), preferred or browser)
    return next((code for code in asked if code in languages), offered()[0])


def for_messages(preferred: str | None) -> str:
    """Return the language of a message: the person's own, else the house's."""
    return preferred if preferred and preferred in written() else offered()[0]


def choose() -> str:
    """Return the language of this reader."""
    languages = offered()
    if not has_request_context():
        return languages[0]
    for asked in (request.args.get("lang"), session.get("language")):
        if asked in languages:
            return str(asked)
    return request.accept_languages.best_match(languages) or languages[0]


def language() -> str:
    """Return the code of the language in use, such as `it`."""
    locale = get_locale()
    return locale.language if locale else "it"


def direction(code: str | None = None) -> str:
    """Return `rtl` for languages written from right to left, else `ltr`."""
    return _direction_of(code or language())


@cache
def _direction_of(code: str) -> str:
    order: str = Locale.parse(code).text_direction
    return order


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a moment, for a message to somebody else."""
    with force_locale(code):
        yield


def in_every_language(write: Callable[[], dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the parts of a message in every language that messages are written in."""
    texts = {}
    for code in written():
        with speaking(code):
            texts[code] = write()
    return texts


def clock_time(instant: datetime) -> str:
    """Return hours and minutes in the installation's time zone."""
    return str(format_time(instant, "short"))


def day_and_time(instant: datetime) -> str:
    """Return the time alone today, the day and the time otherwise."""
    zone = current_app.config["BABEL_DEFAULT_TIMEZONE"]
    today = clock.local(clock.now(), zone).date()
    if clock.local(instant, zone).date() == today:
        return clock_time(instant)
    return str(format_datetime(instant, "d MMM HH:mm"))


def language_name(code: str) -> str:
    """Return what a language is called in the reader's own language, such as `arabo`."""
    return str(Locale.parse(language()).languages.get(code, code))


def languages_to_choose(more: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the languages people speak here, and `more`, with their names, in order of name."""
    named = [(code, language_name(code)) for code in {*SPOKEN, *more}]
    return sorted(named, key=lambda pair: plain(pair[1]))
