"""Promises of how days, moments and lists are written in each language."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import ngettext

from nucleus.ground.dates import day_of_year, full_day, full_moment, months
from nucleus.ground.i18n import joined, listed, speaking

DAY = date(2026, 11, 2)
LATE = datetime(2026, 11, 1, 23, 5, tzinfo=UTC)
"""Five past midnight of the second, in Italy."""

WRITTEN = {
    "it": ("2 novembre", "2 novembre 2026", "2 novembre 2026, 00:05"),
    "en": ("2 November", "2 November 2026", "2 November 2026, 00:05"),
    "de": ("2. November", "2. November 2026", "2. November 2026, 00:05"),
    "es": ("2 de noviembre", "2 de noviembre de 2026", "2 de noviembre de 2026, 00:05"),
    "ar": ("2 نوفمبر", "2 نوفمبر 2026", "2 نوفمبر 2026، 00:05"),
}
LISTS = {"it": "a, b e c", "en": "a, b and c", "ar": "a وb وc", "ro": "a, b și c"}


@pytest.mark.parametrize("code", WRITTEN)
def test_a_day_is_written_as_its_language_writes_it(app: Flask, code: str) -> None:
    with app.test_request_context(), speaking(code):
        assert (day_of_year(DAY), full_day(DAY), full_moment(LATE)) == WRITTEN[code]
        assert full_day(LATE) == full_day(DAY)


def test_months_stand_alone_in_a_list_to_choose_from(app: Flask) -> None:
    with app.test_request_context(), speaking("uk"):
        assert months()[0] == (1, "січень")


def test_a_list_is_joined_by_the_rules_of_its_language(app: Flask) -> None:
    with app.test_request_context():
        for code, words in LISTS.items():
            with speaking(code):
                assert joined("abc").replace(", and", " and") == words
    with app.test_request_context(), speaking("ar"):
        assert listed(["<b>", "x"]) == "<bdi>&lt;b&gt;</bdi> و<bdi>x</bdi>"


PLACES = {
    "ar": {
        0: "لا أماكن",
        1: "مكان واحد",
        2: "مكانان",
        3: "3 أماكن",
        11: "11 مكانًا",
        44: "44 مكانًا",
        100: "100 مكان",
    },
    "uk": {1: "1 місце", 3: "3 місця", 11: "11 місць", 21: "21 місце"},
    "ro": {1: "1 loc", 19: "19 locuri", 20: "20 de locuri", 101: "101 locuri"},
}


@pytest.mark.parametrize("code", PLACES)
def test_places_are_counted_as_each_language_counts(app: Flask, code: str) -> None:
    with app.test_request_context(), speaking(code):
        for number, words in PLACES[code].items():
            assert ngettext("%(num)d place", "%(num)d places", number) == words
