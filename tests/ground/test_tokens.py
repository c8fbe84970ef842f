"""A link is derived, not stored, and good for one row and one purpose."""

import string

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from nucleus.ground.tokens import (
    CODE_DIGITS,
    derive_code,
    derive_token,
    new_code,
    proves,
    proves_code,
    subject_of,
)


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


def test_a_row_has_one_writing() -> None:
    """With a second one somebody who guesses could go round whatever counts their tries."""
    mac = "A" * 22
    assert subject_of(f"1z-{mac}") == 71
    others = ("01z", "1Z", "+1z", "1_z", " 1z", "\u0661z", "1z\u200e", "\uff11z")
    assert [subject_of(f"{other}-{mac}") for other in others] == [None] * len(others)


def test_no_other_writing_of_its_proof_opens_a_link(app: Flask) -> None:
    """Not by case, not by the bits that base64 leaves over, not by letters that look alike."""
    with app.app_context():
        head, _, mac = derive_token("answer", 12, "n").partition("-")
        changed = [mac.swapcase(), f"{mac}=", mac[:-1], f"{mac} ", mac.replace(mac[0], "\uff21")]
        changed += [mac[:-1] + last for last in string.ascii_letters + string.digits + "-_"]
        opening = {other for other in changed if proves(f"{head}-{other}", "answer", 12, "n")}
        assert opening == {mac}


def test_a_code_may_be_typed_in_the_figures_of_any_keyboard(app: Flask) -> None:
    with app.app_context():
        code = derive_code("answer", 12, "n")
        arabic = code.translate({ord("0") + n: 0x660 + n for n in range(10)})
        for typed in (code, f"{code[:3]} {code[3:]}", arabic):
            assert proves_code(typed, "answer", 12, "n")
        assert not proves_code(code[:-1], "answer", 12, "n")


def test_a_code_is_six_digits() -> None:
    assert all(len(code) == CODE_DIGITS and code.isdecimal() for code in (new_code(), new_code()))
