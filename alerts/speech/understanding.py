"""What somebody means by a few words: yes, no, help, or nothing we may act on; pure.

Rather ask back than guess: a text in which any language says *no* is never a yes, and one that
says both is kept as words for a coordinator to read.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from alerts.speech import vocabulary
from alerts.speech.minutes import minutes_in

LONGEST = 1000
NUMBER = re.compile(r"(?<![^\W_])[aа]\s*-?\s*(\d{4,7})(?!\d)")
WORD = re.compile(r"[^\W_]+")
ACCENTED_YES = re.compile(r"(?i)(?<!\w)s[ìí]+(?!\w)")
STRETCHED = re.compile(r"([^\W\d])\1{2,}")
APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ\u0640")
FOLDED = str.maketrans("ةىی", "هيي")
SHORT, AT_ONCE, BESIDE = 8, 3, 2


class Meaning(StrEnum):
    """What a few words ask us to do."""

    COMING = "coming"
    CANT = "cant"
    KNOW_MORE = "know_more"
    ARRIVED = "arrived"
    DONE = "done"
    HELP = "help"
    UNDO = "undo"
    STOP = "stop"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Heard:
    """What was understood; `alert` is the number they named, `language` the one they cried in."""

    meaning: Meaning
    minutes: int | None = None
    alert: int | None = None
    language: str | None = None


def understand(text: str) -> Heard:
    """Return what a person means; never raises, whatever was typed."""
    composed = unicodedata.normalize("NFC", text[:LONGEST])
    plain = plain_words(ACCENTED_YES.sub("yes", composed))
    named = NUMBER.search(plain)
    alert = int(named.group(1)) if named else None
    plain = NUMBER.sub(" ", plain)
    tokens = WORD.findall(plain)
    meaning = meaning_of(plain, tokens)
    language = vocabulary.EVERY_HELP.get(tokens[0]) if meaning is Meaning.HELP else None
    minutes = minutes_in(plain, bare=len(tokens) > 1) if meaning is Meaning.COMING else None
    return Heard(meaning, minutes, alert, language)


def plain_words(text: str) -> str:
    """Return words without case, accents and apostrophes, digits of any script as 0 to 9."""
    folded = unicodedata.normalize("NFKD", text.translate(APOSTROPHES)).casefold()
    signs = [_sign(sign) for sign in folded if unicodedata.category(sign) not in {"Mn", "Cf"}]
    joined = unicodedata.normalize("NFC", "".join(signs)).translate(FOLDED)
    return " ".join(STRETCHED.sub(r"\1", joined).split())


def meaning_of(plain: str, tokens: list[str]) -> Meaning:
    """Return the meaning of plain words; the most dangerous question is asked first."""
    if not tokens:
        return Meaning.UNCLEAR
    says_no = any(token in NO for token in tokens)
    if tokens[0] in vocabulary.EVERY_HELP or any(cry in plain for cry in NEED_HELP):
        offers = says_no or any(token in YES for token in tokens)
        return Meaning.UNCLEAR if offers else Meaning.HELP
    if (order := _order(tokens)) is not None:
        return order
    if says_no:
        return _refusal(plain, tokens)
    return _assent(plain, tokens)


def _order(tokens: list[str]) -> Meaning | None:
    """A single word or figure by itself, as the reply asks for it."""
    if len(tokens) > 1:
        return None
    alone = {"1": Meaning.COMING, "2": Meaning.CANT, "y": Meaning.COMING, "n": Meaning.CANT}
    if tokens[0] in vocabulary.STOP:
        return Meaning.STOP
    return Meaning.UNDO if tokens[0] in vocabulary.UNDO else alone.get(tokens[0])


def _refusal(plain: str, tokens: list[str]) -> Meaning:
    """Something says no: it is a no when nothing speaks against it, and never a yes."""
    unsure = any(phrase in plain for phrase in vocabulary.UNSURE_PHRASES)
    if unsure or any(token in YES for token in tokens) or _asks(plain):
        return Meaning.UNCLEAR
    if any(token in COMES for token in tokens) and not _beside(tokens):
        return Meaning.UNCLEAR
    clear = len(tokens) <= SHORT or tokens[0] in NO
    return Meaning.CANT if clear else Meaning.UNCLEAR


def _assent(plain: str, tokens: list[str]) -> Meaning:
    """Nothing says no: a yes that stands at the beginning and is not doubted is one."""
    if any(token in THERE for token in tokens) or any(p in plain for p in THERE_PHRASES):
        return Meaning.UNCLEAR if _asks(plain) else Meaning.ARRIVED
    if _says_yes(plain, tokens):
        doubted = _asks(plain) or any(token in AGAINST for token in tokens)
        return Meaning.UNCLEAR if doubted else Meaning.COMING
    if len(tokens) <= SHORT and any(token in vocabulary.GONE for token in tokens):
        return Meaning.DONE
    wants = _asks(plain) or any(token in vocabulary.MORE for token in tokens)
    return Meaning.KNOW_MORE if wants else Meaning.UNCLEAR


def _says_yes(plain: str, tokens: list[str]) -> bool:
    """Whether a yes stands at the beginning; a word that is also another one needs company."""
    early = [
        token
        for place, token in enumerate(tokens[:AT_ONCE])
        if token not in vocabulary.AMBIGUOUS or _fits(tokens[place + 1 : place + 2])
    ]
    spoken = any(token in YES or token in COMES for token in early)
    phrased = len(tokens) <= SHORT and any(phrase in plain for phrase in YES_PHRASES)
    return spoken or phrased


def _fits(following: list[str]) -> bool:
    """Whether what follows an ambiguous yes goes with one: nothing, a number, a word of coming."""
    return all(
        token.isdigit() or token in AFTER_YES or token in YES or token in COMES
        for token in following
    )


def _beside(tokens: list[str]) -> bool:
    """Whether a no stands next to the coming: *non vengo*, *komme nicht*, *ne viens pas*."""
    noes = [place for place, token in enumerate(tokens) if token in NO]
    comes = [place for place, token in enumerate(tokens) if token in COMES]
    return all(any(abs(no - come) <= BESIDE for no in noes) for come in comes)


def _asks(plain: str) -> bool:
    return any(mark in plain for mark in "?؟")


def _sign(sign: str) -> str:
    if sign in vocabulary.THUMB_UP:
        return " ok "
    if sign in vocabulary.THUMB_DOWN:
        return " nope "
    return str(unicodedata.digit(sign, -1)) if unicodedata.digit(sign, -1) >= 0 else sign


def _plain(words: frozenset[str]) -> frozenset[str]:
    return frozenset(plain_words(word) for word in words)


YES, COMES, NO = _plain(vocabulary.YES), _plain(vocabulary.COMES), _plain(vocabulary.NO)
DOUBT, THERE = _plain(vocabulary.DOUBT), _plain(vocabulary.THERE)
AFTER_YES = _plain(vocabulary.AFTER_YES)
AGAINST = DOUBT | _plain(vocabulary.STOP) | _plain(vocabulary.UNDO) | set(vocabulary.EVERY_HELP)
THERE_PHRASES = tuple(plain_words(phrase) for phrase in vocabulary.THERE_PHRASES)
YES_PHRASES = tuple(plain_words(phrase) for phrase in vocabulary.YES_PHRASES)
NEED_HELP = tuple(plain_words(phrase) for phrase in vocabulary.NEED_HELP)
