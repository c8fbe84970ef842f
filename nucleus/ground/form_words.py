"""What the form library says by itself, in our words: its own are stiff, and some are wrong."""

from functools import cache

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _
from wtforms.i18n import messages_path

from nucleus.ground.i18n import SOURCE

NUMBER = _("Please write a number, such as 3.")
CHOICE = _("Please choose one of these.")
OURS = {
    "This field is required.": _("Please fill this in."),
    "Not a valid choice.": CHOICE,
    "Invalid Choice: could not coerce.": CHOICE,
    "Not a valid integer value.": NUMBER,
    "Not a valid decimal value.": NUMBER,
    "Not a valid float value.": NUMBER,
    "Not a valid date value.": _("Please write a day, such as 2026-05-31."),
    "Not a valid time value.": _("Please write a time, such as 18:30."),
}
TOO_LONG = "Field cannot be longer than %(max)d character."
TOO_SHORT = "Field must be at least %(min)d character long."
NO_SUCH_CHOICES = "'%(value)s' is not a valid choice for this field."


def init_app(app: Flask) -> None:
    """Lend every request's forms these words."""
    app.before_request(lend)


def lend() -> None:
    """Put our words where the form library keeps the translations of a request."""
    request.wtforms_translations = FormWords()  # type: ignore[attr-defined]


class FormWords:
    """Our words first, then the library's own in the reader's language."""

    def ugettext(self, words: str) -> str:
        """Return how we say it."""
        return str(OURS[words]) if words in OURS else str(_library(get_locale()).ugettext(words))

    def ungettext(self, one: str, many: str, number: int) -> str:
        """Return how we say how many, else the library; in Arabic it has no words for these."""
        if one == TOO_LONG:
            return str(
                ngettext("At most %(num)d character.", "At most %(num)d characters.", number)
            )
        if one == TOO_SHORT:
            said = ngettext("At least %(num)d character.", "At least %(num)d characters.", number)
            return str(said)
        if one == NO_SUCH_CHOICES:
            return str(CHOICE)
        return str(_library(get_locale()).ungettext(one, many, number))


@cache
def _library(locale: Locale | None) -> NullTranslations:
    """Read the library's words from disk, once a language: an answer asks for them four times."""
    return Translations.load(messages_path(), [locale or SOURCE], domain="wtforms")
