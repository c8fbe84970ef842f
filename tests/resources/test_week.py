"""Promises about hours in words: nobody reads the syntax of a map."""

import pytest
from flask import Flask

from nucleus.ground.i18n import speaking
from nucleus.resources.saying import fact_words
from nucleus.resources.week import hours_words

SAID = {
    "24/7": "every day day and night",
    "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00": (
        "Mon–Fri 08:00–12:00 and 14:00–18:00; Sat 09:00–12:00"
    ),
    "Tu,Th 15:00-17:00; PH off": "Tue 15:00–17:00; Thu 15:00–17:00; closed on public holidays",
    "Mo-Fr off": "Mo-Fr off",
    "": "",
}
NOT_A_WEEK = ("Jun-Sep Mo-Fr 08:00-12:00", "Mo[1] 10:00-12:00", "PH 10:00-12:00", "Mo 8-9 || x")
"""Hours of which a week would say too little; they stay as they are written."""


@pytest.mark.parametrize("hours", [*SAID, *NOT_A_WEEK])
def test_hours_are_said_in_words_where_a_week_says_all_of_them(app: Flask, hours: str) -> None:
    with app.test_request_context(), speaking("en"):
        assert hours_words(hours) == SAID.get(hours, hours)


def test_several_numbers_stay_the_right_way_round_in_arabic(app: Flask) -> None:
    numbers = ["+390815550123", "+390815550124"]
    with app.test_request_context(), speaking("ar"):
        told = fact_words("phones", numbers)
        assert told == "\u2068081 555 0123\u2069 و\u2068081 555 0124\u2069"
        assert "," not in fact_words("languages", ["ar", "wo", "it"])
    with app.test_request_context(), speaking("it"):
        assert fact_words("phones", numbers) == "081 555 0123 e 081 555 0124"
