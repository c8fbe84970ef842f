"""What a provider may read, what a locked telephone shows, and words that try to be more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from alerts.sender import fitness
from alerts.sender.addressing import buttons, seconds_left, words_of
from alerts.sender.segments import is_gsm, segments, simplified
from alerts.sender.slips import Text
from alerts.sender.ways import is_ours
from alerts.sender.wording import DRILL, PLAIN_LENGTH, Copy, Form, compose
from nucleus.ground.tokens import CODE_MARK
from tests.conftest import settings_for

LINK = "https://nucleo.example/a/3f-abcdefghijklmnopqrstuv"
NOTICE = "Hai un avviso da Insieme Agro Aversano"
SECRET = "A Teverola serve chi parla arabo"
TEXTS = {"it": {"subject": "Puoi venire?", "body": SECRET, "short": "Apri il link."}}


def copy(**more: Any) -> Copy:
    """Return a copy for a channel whose provider reads along."""
    usual: dict[str, Any] = {
        "texts": TEXTS, "languages": ("it",), "message_id": "1.2@example.org", "tag": "A-1001",
        "thread": "A-1001", "link": LINK, "notice": NOTICE, "private": False,
    }  # fmt: skip
    return Copy(**(usual | more))


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    """The key ring and the languages at hand."""
    with app.test_request_context():
        yield app


@pytest.mark.parametrize("form", list(Form))
def test_a_channel_that_reads_along_learns_only_that_there_is_a_notice(form: Form) -> None:
    letter = compose(form, copy(drill=True, repeat="(ripetuto)"))
    said = f"{letter.subject}\n{letter.body}"
    assert SECRET not in said
    assert "Puoi venire" not in said
    assert NOTICE in said
    assert all(mark in said for mark in (DRILL, "[A-1001]", "(ripetuto)"))


def test_a_text_message_is_one_cheap_part() -> None:
    body = compose(Form.PLAIN, copy()).body
    assert body == f"[A-1001] {NOTICE}: {LINK}"
    assert segments(simplified(body)) == 1


def test_a_locked_telephone_shows_nothing_of_what_it_is_about() -> None:
    letter = compose(Form.SCREEN, copy(private=True))
    assert (letter.subject, letter.body) == ("[A-1001] Puoi venire?", NOTICE)


def test_digits_somebody_waits_for_go_through_every_channel() -> None:
    texts = {"it": {"subject": "Il tuo codice: 123456", "body": "b", "short": "Codice: 123456"}}
    for form in Form:
        letter = compose(form, copy(texts=texts, code=True))
        assert "123456" in letter.subject + letter.body


@given(short=st.text(max_size=300), name=st.text(max_size=120), drill=st.booleans())
def test_a_text_message_never_grows_and_keeps_its_link(short: str, name: str, drill: bool) -> None:
    texts = {"it": {"subject": "s", "body": "b", "short": short}}
    body = compose(Form.PLAIN, copy(texts=texts, notice=name, drill=drill)).body
    assert len(body) <= PLAIN_LENGTH
    assert LINK in body


def test_a_shortened_text_message_stays_cheap() -> None:
    texts = {"it": {"subject": "s", "body": "b", "short": "parola " * 60}}
    body = compose(Form.PLAIN, copy(texts=texts, link=None)).body
    assert body.endswith("...")
    assert is_gsm(body)


def test_marks_keep_their_direction_in_an_arabic_text() -> None:
    texts = {"ar": {"subject": "هل يمكنك المجيء؟", "body": "نص", "short": "افتح"}}
    letter = compose(Form.MAIL, copy(texts=texts, languages=("ar",), private=True, drill=True))
    assert letter.subject.startswith(f"\u2066{DRILL}\u2069 \u2066[A-1001]\u2069 ")


def test_code_typed_in_somebody_s_own_words_means_just_that(house: Flask) -> None:
    """An update of a coordinator is posted with a link; its words are hers."""
    said = "Scrivi {code} e {link} sul foglio"
    texts = {"it": {"subject": "Novità", "body": said, "short": "Novità"}}
    text = Text(id=1, kind="update", texts=texts, link_purpose="answer", nonce="n")
    assert words_of(text, 7)["it"]["body"] == said
    marked = replace(text, texts={"it": {"body": f"Codice {CODE_MARK}"}}, link_purpose="contact")
    assert words_of(marked, 7)["it"]["body"][-6:].isdecimal()


def test_only_a_call_has_the_two_buttons(house: Flask) -> None:
    call = Text(id=1, kind="call", texts=TEXTS, link_purpose="answer")
    assert [each.deed for each in buttons(call, LINK, language="it")] == ["coming", "cant"]
    assert buttons(replace(call, kind="update"), LINK, language="it") == ()
    assert buttons(replace(call, link_purpose="contact"), LINK, language="it") == ()
    assert buttons(call, None, language="it") == ()
    assert seconds_left(call) == 24 * 3600


@pytest.mark.parametrize(
    "words", ["abc\u202edef", "a\u200bb", "\u2066x\u2069", "\ufeffx", "\ue000x", "a\u00adb"]
)
def test_signs_no_eye_can_see_are_taken_out_of_somebody_s_words(words: str) -> None:
    assert fitness.seen(words).isascii()


def test_joiners_that_languages_need_stay() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e"
    assert fitness.seen(family) == family


def test_a_word_that_would_turn_a_text_around_arrives_straight() -> None:
    texts = {"it": {"subject": "Vai\u202e", "body": "a\u200bb\u2066c", "short": "s"}}
    letter = compose(Form.MAIL, copy(texts=texts, private=True))
    assert (letter.subject, letter.body) == ("[A-1001] Vai", "abc")


@pytest.mark.parametrize(
    ("url", "ours"),
    [("https://ntfy.sh", False), ("https://ntfy.insieme.org", True), ("http://127.0.0.1:9", True),
     ("https://192.168.1.5", True), ("https://8.8.8.8", False),
     ("https://nucleo.insieme.org", True),
     ("https://insieme.org.evil.com", False), ("https://evilinsieme.org", False),
     ("https://push.lan", True)],
)  # fmt: skip
def test_an_ntfy_server_of_others_may_only_carry_a_notice(
    tmp_path: Path, url: str, ours: bool
) -> None:
    house = replace(settings_for(tmp_path), base_url="https://nucleo.insieme.org",
                    own_hosts=("push.lan",))  # fmt: skip
    assert is_ours(url, house) is ours
