"""The same message in every form says the same, marked, and fits."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.sender.wording import (
    DRILL,
    PLAIN_LENGTH,
    PUSH_LENGTH,
    Copy,
    Form,
    compose,
    shortened,
)

TEXTS = {
    "it": {"subject": "Serve una mano", "body": "Puoi venire?", "short": "Apri il collegamento"},
    "de": {"subject": "Hilfe gesucht", "body": "Kannst du kommen?", "short": "Bitte öffnen"},
}
LINK = "https://example.org/a/12-abcdefghijklmnopqrstuv"


def copy(**more: Any) -> Copy:
    """Return a first copy for an Italian reader, unless told otherwise."""
    usual: dict[str, Any] = {
        "texts": TEXTS, "languages": ("it", "en"), "message_id": "1.2@example.org",
        "tag": "A-1001", "thread": "A-1001", "link": LINK,
    }  # fmt: skip
    return Copy(**(usual | more))


def test_an_email_says_all_and_a_push_the_same() -> None:
    mail, push = compose(Form.MAIL, copy()), compose(Form.PUSH, copy())
    assert (mail.subject, mail.body) == ("[A-1001] Serve una mano", "Puoi venire?")
    assert (push.subject, push.body, push.link) == (mail.subject, mail.body, LINK)


def test_a_reader_whose_language_is_missing_gets_the_house_s_or_any() -> None:
    assert compose(Form.MAIL, copy(languages=("ar", "de"))).language == "de"
    assert compose(Form.MAIL, copy(languages=("ar", "fr"))).language == "it"


def test_a_message_without_a_number_or_short_text_needs_neither() -> None:
    bare = copy(texts={"it": {"subject": "Codice 123456", "body": "b"}}, thread=None, link=None)
    assert compose(Form.MAIL, bare).subject == "Codice 123456"
    assert compose(Form.PLAIN, bare).body == "Codice 123456"


def test_the_plain_form_gives_nothing_away() -> None:
    letter = compose(Form.PLAIN, copy())
    assert letter.body == f"[A-1001] Apri il collegamento {LINK}"
    assert "Puoi venire" not in letter.body + letter.subject


@settings(deadline=None)
@given(
    short=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])),
    drill=st.booleans(),
    repeat=st.sampled_from(["", "(repeat)"]),
)
def test_the_plain_form_fits_with_all_its_marks(short: str, drill: bool, repeat: str) -> None:
    texts = {"it": {"subject": "s", "body": "b", "short": short}}
    body = compose(Form.PLAIN, copy(texts=texts, drill=drill, repeat=repeat)).body
    assert len(body) <= PLAIN_LENGTH
    assert body.startswith(DRILL) is drill
    assert LINK in body
    assert repeat in body


@settings(deadline=None)
@given(body=st.text(), form=st.sampled_from([Form.MAIL, Form.PUSH]))
def test_a_drill_and_a_repeat_are_marked_whatever_the_text(body: str, form: Form) -> None:
    texts = {"it": {"subject": "s", "body": body, "short": "s"}}
    letter = compose(form, copy(texts=texts, drill=True, repeat="(repeat)"))
    assert letter.subject == f"{DRILL} [A-1001] s (repeat)"
    assert letter.body.startswith(DRILL)


@settings(deadline=None)
@given(text=st.text(max_size=400), length=st.integers(0, 300))
def test_a_shortened_text_fits_and_begins_as_the_long_one(text: str, length: int) -> None:
    short = shortened(text, length)
    assert len(short) <= max(length, 0)
    assert text.startswith(short.removesuffix("…").rstrip()) or short == text


def test_a_long_push_is_cut_at_a_word() -> None:
    texts = {"it": {"subject": "s", "body": "parola " * 200, "short": "s"}}
    body = compose(Form.PUSH, copy(texts=texts)).body
    assert len(body) <= PUSH_LENGTH
    assert body.endswith("parola…")
