"""What a reply tells people to write is understood when they write it, in every language."""

import pytest
from flask import Flask

from alerts.speech import vocabulary
from alerts.speech.understanding import WORD, Meaning, plain_words, understand
from alerts.telling import answer_words
from nucleus.ground import i18n

LONGEST = 160


def words_in(text: str, known: set[str]) -> list[str]:
    """Return the words of a text that are orders to us."""
    return [token for token in WORD.findall(plain_words(text)) if token in known]


@pytest.mark.parametrize("language", i18n.NAMES)
def test_the_words_a_reply_names_are_understood(app: Flask, language: str) -> None:
    named = (
        (answer_words.nothing_open, set(vocabulary.EVERY_HELP), Meaning.HELP),
        (answer_words.help_is_asked, set(vocabulary.UNDO), Meaning.UNDO),
        (answer_words.stop_once_more, set(vocabulary.STOP), Meaning.STOP),
    )
    with app.app_context(), i18n.speaking(language):
        for say, known, meaning in named:
            found = words_in(say(), {plain_words(word) for word in known})
            assert found, (language, say.__name__)
            assert understand(found[-1]).meaning is meaning


@pytest.mark.parametrize("language", i18n.NAMES)
def test_a_reply_fits_into_one_message_and_names_no_person(app: Flask, language: str) -> None:
    plain = (
        answer_words.coming, answer_words.cant, answer_words.full, answer_words.noted,
        answer_words.will_call, answer_words.say_it_again, answer_words.over,
        answer_words.nothing_open, answer_words.help_is_asked, answer_words.taken_back,
        answer_words.nothing_to_take_back, answer_words.stop_once_more, answer_words.unknown,
    )  # fmt: skip
    with app.app_context(), i18n.speaking(language):
        said = {say.__name__: say() for say in plain}
        said["which"] = answer_words.which("A-1027, A-1031, A-1040")
    assert {name: text for name, text in said.items() if len(text) > LONGEST} == {}
