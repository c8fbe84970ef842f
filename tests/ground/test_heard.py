"""What comes in is made fit to be read, once, before any page sees it."""

from io import BytesIO

import pytest
from flask import Flask, request

from nucleus.ground.heard import LARGEST_ROW, MOST_PAGES, page_asked
from nucleus.ground.tokens import subject_of


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("due parole", "due parole"),
        ("prima riga\r\nseconda\triga", "prima riga\r\nseconda\triga"),
        ("a\x00b", "ab"),
        ("\x1b[2Jvia", "[2Jvia"),
        ("incollato\x0bda altrove", "incollatoda altrove"),
        ("fattura\u202efdp.exe", "fatturafdp.exe"),
        ("\u200b\u2060 \ufeff\u3164\u0301", ""),
        ("\u200bSì", "\u200bSì"),
        ("😀", "😀"),
        ("  ", "  "),
        ("\u0645\u0631\u062d\u0628\u0627\u200f", "\u0645\u0631\u062d\u0628\u0627\u200f"),
    ],
)
def test_signs_nobody_types_are_left_out_and_words_stay(app: Flask, typed: str, read: str) -> None:
    sent = {"words": typed}
    with app.test_request_context("/?", query_string=sent, method="POST", data=sent):
        assert (request.args["words"], request.form["words"]) == (read, read)
    with app.test_request_context("/", method="POST", data={**sent, "f": (BytesIO(b"\0"), "f")}):
        assert request.form["words"] == read
        assert request.files["f"].read() == b"\0"


@pytest.mark.parametrize(
    ("typed", "page"),
    [("", 1), ("3", 3), ("-1", 1), ("x", 1), ("9" * 30, MOST_PAGES), ("9" * 5000, 1)],
)
def test_a_page_is_a_number_the_database_can_count_to(app: Flask, typed: str, page: int) -> None:
    with app.test_request_context("/", query_string={"page": typed}):
        assert page_asked() == page


def test_a_number_no_row_can_have_leads_nowhere(app: Flask) -> None:
    client = app.test_client()
    for number in (LARGEST_ROW, LARGEST_ROW + 1, int("9" * 30)):
        assert client.get(f"/resources/resource/show/{number}").status_code == 404
    assert subject_of("zik0zj-" + "A" * 22) == LARGEST_ROW
    assert subject_of("zzzzzzzzzzzz-" + "A" * 22) is None
