"""Reads single cells as people fill them in: numbers, days, phones, languages, yes and no; pure."""

import re
from datetime import date, timedelta
from functools import lru_cache

import phonenumbers
from babel import Locale

from nucleus.ground.words import plain

NAMED_IN = ("it", "en", "de")
YES = frozenset(["si", "yes", "y", "true", "1", "vero", "accessibile", "x", "ja", "designated"])
NO = frozenset(["no", "n", "false", "0", "falso", "nein"])
FORMULA = re.compile(r"\s*(=|@\w+\(|[+-][A-Za-z(])")
"""How a cell begins that a spreadsheet would compute instead of show."""

MARKUP = re.compile(r"<\s*/?\s*[A-Za-z!?][^>]*>|javascript\s*:", re.IGNORECASE)
PLAIN_TAGS = re.compile(r"<\s*/?\s*(?:br|p|b|i|u|em|strong|span|div|li|ul|ol)\s*/?\s*>", re.I)
"""Tags that only lay out words; a text is the same without them."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})(?: \d{1,2}[:.]\d{2}.*)?")
_IN_WORDS = re.compile(
    r"(?:[^\W\d]+,? )?(\d{1,2})[°º.]?[ -]+(?:di )?([^\W\d]+)\.?[ -]+(\d{4}|\d{2})"
)
_COUNTED = re.compile(r"([3-6]\d{4})(?:[.,]\d+)?")
_BEFORE_THE_FIRST = date(1899, 12, 30)
"""Where spreadsheets begin to count days; they take 1900 for a leap year."""

_MONTHS = (
    *("gen jan", "feb", "mar", "apr", "mag may", "giu jun", "lug jul"),
    *("ago aug", "set sep", "ott oct okt", "nov", "dic dec dez"),
)


def read_day(said: str) -> date | None:
    """Return a day written in one of the usual ways; the day stands before the month.

    *2026-01-31*, *31/01/2026*, *31.1.26*, *31 gennaio 2026*, *20260131*. A month above twelve
    tells that month and day are in the American order.
    """
    said = said.strip()
    if found := _ISO.fullmatch(said) or _RUN_TOGETHER.fullmatch(said):
        year, month, day = (int(part) for part in found.groups())
        return _day(year, month, day)
    if found := _DAY_FIRST.fullmatch(said):
        day, month, year = int(found[1]), int(found[2]), _year(found[3])
        return _day(year, month, day) if month <= 12 else _day(year, day, month)
    if found := _IN_WORDS.fullmatch(said.lower()):
        month = _month(found[2])
        return _day(_year(found[3]), month, int(found[1])) if month else None
    return None


def read_counted_day(said: str) -> date | None:
    """Return the day of a cell that lost its form: a spreadsheet counts days, *46053*."""
    found = _COUNTED.fullmatch(said.strip())
    return _BEFORE_THE_FIRST + timedelta(days=int(found[1])) if found else None


def is_month_first(said: str) -> bool:
    """Say whether a day is written as Americans do: the other days of its list may be too."""
    found = _DAY_FIRST.fullmatch(said.strip())
    return bool(found) and int(found[2]) > 12  # type: ignore[index]


def _month(word: str) -> int:
    return next((at for at, names in enumerate(_MONTHS, 1) if word[:3] in names.split()), 0)


def _year(said: str) -> int:
    return int(said) + (2000 if len(said) == 2 else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_count(said: str) -> int | None:
    """Return a whole number, or None when it is none: *12*, *12 posti*, *12,0*."""
    found = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?(?:\s+[^\W\d]+)?", said.strip())
    return int(found[1]) if found else None


@lru_cache(maxsize=256)
def is_yes(said: str) -> bool | None:
    """Return yes or no, or None when it is neither."""
    word = plain(said)
    return True if word in YES else False if word in NO or not word else None


def without_layout(said: str) -> str:
    """Return the words without tags that only lay them out."""
    return " ".join(PLAIN_TAGS.sub(" ", said).split())


def numbers_in(said: str) -> list[str]:
    """Return the phone numbers in a text, dialled form; faxes are left out.

    Italians write *06-68353113 / 3127* for two numbers of which the second changes the last
    four digits of the first.
    """
    said = re.sub(r"fax[\s.:]*[\d\s/.-]+", " ", said, flags=re.IGNORECASE)
    numbers: list[str] = []
    for part in re.split(r"[/;,]|\.\s|\s-\s|(?<=\d)\s+(?=[A-Za-z])", said):
        digits = re.sub(r"[^\d+]", "", part)
        if numbers and 1 < len(digits) <= 4:
            digits = numbers[-1][: -len(digits)] + digits
        if number := _dialled(digits):
            numbers.append(number)
    return list(dict.fromkeys(numbers))


def _dialled(digits: str) -> str | None:
    try:
        parsed = phonenumbers.parse(digits, "IT")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or len(digits) < 6:
        return None
    if digits[0] not in "+03" and not phonenumbers.is_valid_number(parsed):
        return _dialled(f"0{digits}")  # a spreadsheet takes it for a number and drops the zero
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def language_code(said: str) -> str | None:
    """Return the code of a language named by its code, or in Italian, English or German."""
    return _languages().get(plain(said))


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """Return the codes by plain name; codes themselves and earlier languages come first."""
    found: dict[str, str] = {}
    for locale in NAMED_IN:
        for code, name in Locale(locale).languages.items():
            if len(code) <= 3:
                found.setdefault(plain(str(code)), str(code))
                found.setdefault(plain(name), str(code))
    return found
