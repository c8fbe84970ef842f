"""Words that count go to the browser in every form its language has."""

import pytest
from flask import Flask
from flask_babel import force_locale, ngettext

from maps.finding.counting import counted_words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {"one", "other"}),
        ("it", {"one", "other"}),
        ("ro", {"one", "few", "other"}),
        ("uk", {"one", "few", "many"}),
        ("ar", {"zero", "one", "two", "few", "many", "other"}),
    ],
)
def test_every_form_of_a_language_is_sent(app: Flask, language: str, forms: set[str]) -> None:
    with app.test_request_context(), force_locale(language):
        said = counted_words(lambda number: ngettext("%(num)d place", "%(num)d places", number))
    assert forms == said.keys()


def test_one_place_is_no_places(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = counted_words(lambda number: ngettext("# place", "# places", number))
    assert said == {"one": "# place", "other": "# places"}
