"""A link is derived, not stored, and good for one row and one purpose."""

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from nucleus.ground.tokens import CODE_DIGITS, derive_token, new_code, proves, subject_of


@given(st.text(max_size=60))
def test_no_typed_token_breaks_the_reader(text: str) -> None:
    assert subject_of(text) is None or subject_of(text) >= 0  # type: ignore[operator]


def test_the_same_row_gets_the_same_link_each_time(app: Flask) -> None:
    with app.app_context():
        assert derive_token("answer", 12, "n") == derive_token("answer", 12, "n")


def test_a_link_names_its_row_and_proves_it(app: Flask) -> None:
    with app.app_context():
        token = derive_token("answer", 987654321, "n")
        assert subject_of(token) == 987654321
        assert proves(token, "answer", 987654321, "n")


def test_a_link_of_another_row_purpose_or_alert_proves_nothing(app: Flask) -> None:
    with app.app_context():
        token = derive_token("answer", 12, "n")
        assert not proves(token, "answer", 13, "n")
        assert not proves(token, "verify", 12, "n")
        assert not proves(token, "answer", 12, "m")
        assert not proves(token[:-1] + "é", "answer", 12, "n")


def test_a_code_is_six_digits() -> None:
    assert all(len(code) == CODE_DIGITS and code.isdecimal() for code in (new_code(), new_code()))
