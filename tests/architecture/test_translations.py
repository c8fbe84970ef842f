"""Nobody meets a word in another language, or one they have to read twice."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask

from alerts.models import Alert, Need
from alerts.telling import desk_words, words
from nucleus.accounts import letters
from nucleus.app import create_app
from nucleus.ground import i18n
from nucleus.ground.environment import SPOKEN as OFFERED_AT_MOST
from nucleus.plans import invitations
from tests.architecture.tree import ROOT, under
from tests.conftest import settings_for

TRANSLATIONS = ROOT / "nucleus" / "translations"
READERS = ("it", "en", "ar", "de", "es", "fr", "ro", "uk")
CATALOGUES = tuple(code for code in READERS if code != i18n.SOURCE)
EASIEST, FEWEST_WORDS, LONGEST_SHORT = 60, 8, 160
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
MARKUP = re.compile(r"<[a-zA-Z/!]")
SENTENCE_END = re.compile(r"[.!?\n]+(?=[\s»)]|$)")
LANGUAGE_CODES = re.compile(r"""\(\s*(?:["'][a-z]{2}["'],\s*){4,}""")
LISTS_OF_LANGUAGES = {"nucleus/ground/i18n.py", "nucleus/ground/environment.py"}
QUOTES = {"it": "«»", "de": "„“", "fr": "«»", "es": "«»", "ro": "„”", "uk": "«»", "ar": "«»"}
OTHER_ADDRESS = {
    "de": re.compile(r"\bIhnen\b|(?<=[\w,] )Sie\b"),
    "es": re.compile(r"\busted", re.I),
    "fr": re.compile(r"\b(tu|te|toi|ton|ta|tes)\b|\bt’", re.I),
    "ro": re.compile(r"\b(tu|tine|tău|ta|tăi|tale|îți|te|ești|poți|vei|vrei)\b|\bți-", re.I),
    "uk": re.compile(r"\b(ти|тебе|тобі|тобою|твій|твоя|твоє|твої|твого|твоєї|твою)\b", re.I),
}
"""How each language does not say *you*: `du` and `tú`, but `vous`, `dumneavoastră` and `ви`."""
CYRILLIC, ARABIC = re.compile(r"[Ѐ-ӿ]"), re.compile(r"[Ѐ-ӿ؀-ۿ]")
MIXED = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]|[؀-ۿ]")
Texts = dict[str, dict[str, str]]


@cache
def catalogue(language: str) -> Catalog:
    """One language's words."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def entries(language: str) -> Iterator[tuple[Message, list[str]]]:
    """Each entry of a catalogue with the forms of its translation."""
    for message in catalogue(language):
        if message.id:
            given = message.string
            forms = given if isinstance(given, (list, tuple)) else [given]
            yield message, [form or "" for form in forms]


def all_forms(language: str) -> Iterator[str]:
    """Whatever a catalogue says, form by form."""
    for _message, forms in entries(language):
        yield from forms


def ids_of(message: Message) -> tuple[str, ...]:
    """The English of an entry: one form, or one and many."""
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else (message.id,)


def gulpease(text: str) -> float:
    """How easily an Italian text is read, 0 to 100 (Lucisano and Piemontese 1988).

    At 60 somebody with a middle-school certificate reads it without help. A placeholder counts
    as one word of six letters.
    """
    found = re.findall(r"\w+", PLACEHOLDER.sub("parola", text))
    letters_in_all = sum(len(word) for word in found)
    sentences = max(1, len(SENTENCE_END.findall(text)))
    return max(0.0, min(100.0, 89 + (300 * sentences - 10 * letters_in_all) / len(found)))


def alert(drill: bool, scale: str, comune: str | None) -> Alert:
    """An alert nobody wrote to the database: words read only these facts."""
    needs = [Need(count=1), Need(count=3, language="ar")]
    facts = {"not_for_peers": True, "reason": "resolved", "needs": needs}
    return Alert(id=1, number=1027, drill=drill, scale=scale, comune=comune, **facts)


def alert_texts() -> Iterator[tuple[str, Texts]]:
    """Whatever an alert says, to whomever, real or drill, with and without a town."""
    told: tuple[Callable[[Alert], Texts], ...] = (
        *(words.call, words.stand_down, words.all_clear, words.alright, words.check_in),
        *(words.asked_again, desk_words.unclaimed, desk_words.unattended, desk_words.late),
        *(desk_words.overstayed, desk_words.urge, desk_words.still_there, desk_words.handover),
        desk_words.wants_to_talk,
        *(desk_words.refused, desk_words.glass, lambda one: desk_words.surplus(one, 12)),
    )
    for drill in (False, True):
        for scale, comune in (("person", "Aversa"), ("person", None), ("area", "Aversa")):
            one = alert(drill, scale, comune)
            for tell in told:
                yield tell.__name__, tell(one)
            for pass_on in (words.update, words.correction):
                yield pass_on.__name__, pass_on(one, "…")


def letter_texts() -> Iterator[tuple[str, Texts]]:
    """Whatever the rooms below write to people."""
    writers = [name for name in vars(letters) if name.endswith("_words")]
    for name in writers:
        yield name, i18n.in_every_language(getattr(letters, name))
    yield "invitation", invitations.texts()


@pytest.fixture
def every_text(app: Flask) -> Iterator[list[tuple[str, Texts]]]:
    """Every message a person can get, in every language it is written in."""
    with app.app_context():
        yield [*alert_texts(), *letter_texts()]


def test_no_string_is_missing_unsure_or_no_longer_used() -> None:
    """Italian says everything, the others everything a message or its page says."""
    command = [sys.executable, str(ROOT / ".ci" / "messages.py"), "--check"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.returncode == 0


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_form_has_its_words_and_its_placeholders(language: str) -> None:
    """A lost placeholder loses a number or a name; a plural may say *one* without the figure."""
    wrong = []
    for message, forms in entries(language):
        ids = ids_of(message)
        expected = set(PLACEHOLDER.findall(ids[-1]))
        wanted = catalogue(language).num_plurals if len(ids) > 1 else 1
        spare = {"%(num)s", "%(num)d"} if len(ids) > 1 else set()
        if len(forms) != wanted or not all(forms):
            wrong.append((ids[0], "a form is missing"))
        for form in forms:
            found = set(PLACEHOLDER.findall(form))
            if not expected - spare <= found <= expected:
                wrong.append((ids[0], form))
    assert wrong == []


def test_italian_is_read_without_effort() -> None:
    """Frightened people, tired volunteers and newcomers read it: Gulpease 60 or more."""
    hard = {
        form: round(gulpease(form))
        for _, forms in entries("it")
        for form in forms
        if len(re.findall(r"\w+", form)) >= FEWEST_WORDS and gulpease(form) < EASIEST
    }
    assert hard == {}


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_string_holds_markup(language: str) -> None:
    """Whoever translates writes words; the page decides how they look."""
    marked = [
        text
        for message, forms in entries(language)
        for text in (*ids_of(message), *forms)
        if MARKUP.search(text)
    ]
    assert marked == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_each_language_has_one_apostrophe_and_its_own_quotes(language: str) -> None:
    """What looks the same everywhere is trusted more."""
    foreign = set("'\"“”„«»") - set(QUOTES[language])
    assert [form for form in all_forms(language) if foreign & set(form)] == []


@pytest.mark.parametrize("language", OTHER_ADDRESS)
def test_each_language_says_you_in_one_way(language: str) -> None:
    """Whoever is met as a stranger on one page and as a child on the next trusts neither."""
    other = OTHER_ADDRESS[language]
    assert [form for form in all_forms(language) if other.search(form)] == []


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_word_mixes_two_scripts(language: str) -> None:
    """A Latin *a* among Cyrillic letters looks right, and is read aloud or found by nobody."""
    strange = MIXED if language == "uk" else ARABIC if language != "ar" else CYRILLIC
    said = (PLACEHOLDER.sub(" ", form) for form in all_forms(language))
    assert [form for form in said if strange.search(form)] == []


def test_every_message_exists_for_every_reader(every_text: list[tuple[str, Texts]]) -> None:
    """No message falls back to another language in the middle of a sentence."""
    assert len(every_text) > len(READERS)
    for name, texts in every_text:
        assert set(texts) >= set(READERS), name
        for part in ("subject", "short"):
            said = {texts[code][part] for code in READERS}
            assert len(said) == len(READERS), (name, part, said)


def test_short_texts_fit_into_one_short_message(every_text: list[tuple[str, Texts]]) -> None:
    """A text that is cut may lose just the word that matters."""
    too_long = [
        (name, code, parts["short"])
        for name, texts in every_text
        for code, parts in texts.items()
        if len(parts["short"]) > LONGEST_SHORT
    ]
    assert too_long == []


def test_every_language_that_can_be_offered_is_spoken_behind_links() -> None:
    """Eight readers; a ninth name in the settings asks for a ninth catalogue."""
    assert set(READERS) == set(i18n.NAMES)
    assert {path.name for path in TRANSLATIONS.iterdir()} == set(CATALOGUES)


def test_pages_are_offered_only_in_languages_that_say_everything(tmp_path: Path) -> None:
    """A page that is English for two sentences in three does not pretend to be Ukrainian."""
    polyglot = create_app(replace(settings_for(tmp_path), languages=("uk", "it", "ar")))
    with polyglot.app_context():
        assert i18n.offered() == ("it",)
        assert set(i18n.written()) == set(READERS)
    whole = set(catalogues_that_say_everything())
    assert set(i18n.WHOLE) == whole | {i18n.SOURCE}


def catalogues_that_say_everything() -> Iterator[str]:
    """Languages with as many entries as the fullest."""
    sizes = {code: len(catalogue(code)) for code in CATALOGUES}
    yield from (code for code, size in sizes.items() if size == max(sizes.values()))


def test_there_is_one_list_of_languages() -> None:
    """What can be offered has a name, and no room keeps a list of its own."""
    assert set(OFFERED_AT_MOST) == set(i18n.NAMES)
    assert set(i18n.NAMES) <= set(i18n.SPOKEN)
    own = [
        name
        for name, text in under("nucleus", "maps", "alerts")
        if LANGUAGE_CODES.search(text) and name not in LISTS_OF_LANGUAGES
    ]
    assert own == []
