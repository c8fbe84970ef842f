"""Words are understood in eight languages, and nobody's no becomes a yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.speech import vocabulary
from alerts.speech.understanding import Heard, Meaning, understand

YES, NO, MORE, UNCLEAR = Meaning.COMING, Meaning.CANT, Meaning.KNOW_MORE, Meaning.UNCLEAR
COMING = {
    "sì 20": 20, "si, tra 20 min": 20, "Sì, tra mezz’ora": 30, "vengo": None, "siiii!": None,
    "Ok arrivo tra un'ora": 60, "sì, 2 ore e 30": 150, "1": None, "y": None, "ok 5'": 5,
    "yes in 2 hours": 120, "YES 15": 15, "I can come": None, "on my way": None, "👍🏽": None,
    "ja 10 Minuten": 10, "komme um 8": None, "j’arrive": None, "oui 1h30": 90, "ja, gerne": None,
    "sí": None, "voy en 20 minutos": 20, "da, 20 min": 20, "vin": None, "sunt pe drum": None,
    "так 15": 15, "прийду за 15 хв": 15, "вже йду": None, "نعم ٢٠": 20, "سآتي بعد ساعة": 60,
    "أنا في الطريق": None, "[A-1027] yes": None, "A-1027 sì 20": 20,
}  # fmt: skip
REFUSING = (
    "no", "non posso", "nn posso", "2", "n", "no vengo", "non vengo", "mai", "nooo", "👎🏿",
    "I can't come", "can’t", "not coming", "sorry, I can not", "nein", "komme nicht", "kein Auto",
    "je ne viens pas", "non, désolé", "no puedo", "nunca", "nu pot", "не можу", "Ні", "لا",
    "لن آتي", "A-1027 2",
)  # fmt: skip
ASKING = ("dove?", "dettagli", "what happened?", "mehr Infos", "plus d’infos", "де це?", "أين؟")
KEPT_AS_WORDS = (
    "", " ", "\x00", "forse", "sì?", "non lo so", "no problem, I'm coming", "yes but later",
    "si vedrà", "si je peux", "come faccio", "can you come", "da casa ci metto un po", "20", "٢٠",
    "ok stop", "help yes", "I can help", "why not", "yes or no", "1 2", "🤷", "ok sono malata",
)  # fmt: skip
CRYING = {
    "AIUTO": "it", "Aiuto sono sola": "it", "SOS": "en", "help": "en", "Hilfe!": "de",
    "Aidez-moi": "fr", "ayuda": "es", "ajutor": "ro", "допоможіть!": "uk", "مساعدة": "ar",
    "au secours": None, "I need help": None, "ho bisogno di aiuto": None, "أحتاج مساعدة": None,
}  # fmt: skip
REFUSALS = sorted(
    {*vocabulary.NO, "can’t", "don't", "Non", "NEIN", "«no»", "no.", "لا،", "👎", "❌"}
)


@pytest.mark.parametrize("said", COMING)
def test_a_yes_is_understood_with_its_minutes(said: str) -> None:
    heard = understand(said)
    assert (heard.meaning, heard.minutes) == (YES, COMING[said])


@pytest.mark.parametrize("said", REFUSING)
def test_a_no_is_understood(said: str) -> None:
    assert understand(said).meaning is NO


@pytest.mark.parametrize("said", ASKING)
def test_who_asks_back_wants_to_know_more(said: str) -> None:
    assert understand(said).meaning is MORE


@pytest.mark.parametrize("said", KEPT_AS_WORDS)
def test_what_is_not_certain_stays_words(said: str) -> None:
    assert understand(said) == Heard(UNCLEAR)


@pytest.mark.parametrize("said", CRYING)
def test_a_cry_for_help_is_heard_in_every_language(said: str) -> None:
    assert understand(said) == Heard(Meaning.HELP, language=CRYING[said])


@pytest.mark.parametrize(
    ("said", "meaning"),
    [("stop", Meaning.STOP), ("STOP!", Meaning.STOP), ("арретт", UNCLEAR), ("стоп", Meaning.STOP),
     ("annulla", Meaning.UNDO), ("CANCEL", Meaning.UNDO), ("إلغاء", Meaning.UNDO),
     ("sono arrivato", Meaning.ARRIVED), ("je suis arrivé", Meaning.ARRIVED),
     ("وصلت", Meaning.ARRIVED), ("fatto", Meaning.DONE), ("fertig", Meaning.DONE)],
)  # fmt: skip
def test_orders_are_understood(said: str, meaning: Meaning) -> None:
    assert understand(said).meaning is meaning


@pytest.mark.parametrize(
    "said", ["A-1027 sì", "a1027 2", "[A-1027] yes", "А-1027 так", "A 1027 ja"]
)
def test_the_number_of_the_alert_is_read(said: str) -> None:
    assert understand(said).alert == 1027


@given(st.text(max_size=3000))
def test_nothing_anybody_types_breaks_it(text: str) -> None:
    heard = understand(text)
    assert heard.minutes is None or 0 < heard.minutes <= 24 * 60


WORDS = sorted(
    {*vocabulary.YES, *vocabulary.COMES, *vocabulary.YES_PHRASES, *vocabulary.AFTER_YES,
     *vocabulary.DOUBT, *vocabulary.THERE, *vocabulary.GONE, "20", "1", "min", "👍", "sì", "ORA"}
)  # fmt: skip


@given(
    before=st.lists(st.sampled_from(WORDS), max_size=6),
    no=st.sampled_from(REFUSALS),
    after=st.lists(st.sampled_from(WORDS), max_size=6),
    joint=st.sampled_from([" ", ", ", "\n", "  ", "… ", " - "]),
    loud=st.booleans(),
)
def test_no_sentence_with_a_no_in_it_is_ever_a_yes(
    before: list[str], no: str, after: list[str], joint: str, loud: bool
) -> None:
    said = joint.join([*before, no, *after])
    heard = understand(said.upper() if loud else said)
    assert heard.meaning not in {YES, Meaning.ARRIVED, Meaning.DONE}


@given(said=st.sampled_from(sorted(COMING)), doubt=st.sampled_from(sorted(vocabulary.DOUBT)))
def test_a_doubted_yes_is_kept_as_words(said: str, doubt: str) -> None:
    assert understand(f"{said} {doubt}").meaning is not YES
