"""Languages: the reader's own, then the cookie's, then the browser's, then the house's."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from babel import Locale
from babel.lists import format_list
from babel.support import Translations
from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, Domain, force_locale, get_locale
from markupsafe import Markup

from nucleus.ground import dates
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
"""Languages every page exists in; messages, and the pages for anybody, speak the others too."""
SIGNED_IN = "_user_id"
"""What the session holds while somebody is signed in; asking it needs no database."""

View = TypeVar("View", bound=Callable[..., Any])


class Words(Domain):  # type: ignore[misc]  # the library says no types
    """The texts of the house in each language, as they were read from their files once.

    A page asks for some sixty texts, and the library writes out the language's name for each.
    """

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.read: dict[str, Translations] = {}

    def get_translations(self) -> Translations:
        """Return the texts in the language that is spoken just now."""
        spoken = get_locale()
        code = spoken.language if spoken else ""
        if code not in self.read:
            found: Translations = super().get_translations()
            if not spoken:
                return found
            self.read[code] = found
        return self.read[code]


class Tongue(Babel):  # type: ignore[misc]
    """The library, with our way to its texts."""

    domain_instance = cached_property(lambda _self: Words())


babel = Tongue()


def init_app(app: Flask, languages: tuple[str, ...]) -> None:
    """Speak to each reader in a language in which their page is whole.

    Whoever is not signed in reads every page they can open in any language of messages. The pages
    inside are not offered in those: one sentence in three in another tongue is worse than none.
    """
    app.extensions["nucleus.languages"] = tuple(filter(WHOLE.__contains__, languages)) or WHOLE
    folder = "translations"
    babel.init_app(app, locale_selector=choose, default_translation_directories=folder)
    app.context_processor(
        lambda: {
            "languages": {code: NAMES[code] for code in readable()},
            "written_languages": {code: NAMES[code] for code in written()},
            "language": language(),
            "direction": direction(),
            "in_language": in_language,
            "remember_asked": remember_asked,
        }
    )
    dates.init_app(app)
    app.jinja_env.filters["language_name"] = language_name
    app.jinja_env.filters["listed"] = listed


def offered() -> tuple[str, ...]:
    """Return the codes of the languages every page is shown in, the fallback first."""
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


def inside(view: View) -> View:
    """Mark a view that anybody may open but that speaks only the languages of the whole house."""
    view.speaks_inside = True  # type: ignore[attr-defined]
    return view


def readable() -> tuple[str, ...]:
    """Return the languages in which this page is whole for this reader, the fallback first."""
    if not has_request_context() or SIGNED_IN in session:
        return offered()
    view = current_app.view_functions.get(request.endpoint or "")
    return offered() if getattr(view, "speaks_inside", False) else written()


def choose() -> str:
    """Return the language of this reader: asked for, chosen before, the browser's, the house's.

    Whoever chose a language that this page is not whole in reads what their browser would like
    next, never half a page.
    """
    languages = readable()
    if not has_request_context():
        return languages[0]
    for asked in (request.args.get("lang"), session.get("language")):
        if asked in languages:
            return str(asked)
    return request.accept_languages.best_match(languages) or languages[0]


def remember_asked() -> str:
    """Keep the language an address asks for (`?lang=`), for the pages opened from this one.

    Only a page with the frame of the house calls it, and draws nothing with it: a page that
    promises to leave no cookie keeps the promise.
    """
    asked = request.args.get("lang")
    if asked in readable() and session.get("language") != asked:
        session["language"] = asked
    return ""


def in_language(code: str) -> str:
    """Return the address of this page in another language, as a link on it."""
    asked = {**request.args.to_dict(flat=False), "lang": [code]}
    return f"?{urlencode(asked, doseq=True)}"


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


def language_name(code: str) -> str:
    """Return what a language is called in the reader's own language, such as `arabo`."""
    return str(Locale.parse(language()).languages.get(code, code))


def listed(names: Iterable[object]) -> Markup:
    """Return names as the reader's language lists them: `arabo, francese e wolof`.

    A name in another direction of writing keeps to itself and can't turn its neighbours round.
    """
    isolated = [Markup("<bdi>{}</bdi>").format(name) for name in names]
    return Markup(joined(isolated))  # noqa: S704 each name was escaped, what joins them is Babel's


def apart(words: str) -> str:
    """Keep a name or number the right way round in plain text on a page that runs to the left."""
    return f"\u2068{words}\u2069" if direction() == "rtl" else words


def joined(words: Iterable[str]) -> str:
    """Return the same as plain text, for a sentence or to be compared word by word."""
    said: str = format_list([*words], locale=get_locale() or SOURCE)
    return said


def languages_to_choose(more: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the languages people speak here, and `more`, with their names, in order of name."""
    named = [(code, language_name(code)) for code in {*SPOKEN, *more}]
    return sorted(named, key=lambda pair: plain(pair[1]))
