"""Words that count, for a browser to choose among by the rules of its own language."""

from collections.abc import Callable

from flask_babel import get_locale

SAMPLES = (0, 1, 2, 3, 5, 11, 20, 100)
"""One number at least for each form that one of our languages has (Arabic has six)."""


def counted_words(say: Callable[[int], str]) -> dict[str, str]:
    """Return what is said of each kind of number, by the name the kind has in CLDR.

    The names are those of the browser's own `Intl.PluralRules`; "#" stands for the number.
    """
    locale = get_locale()
    if locale is None:
        return {"other": say(SAMPLES[-1])}
    return {locale.plural_form(number): say(number) for number in SAMPLES}
