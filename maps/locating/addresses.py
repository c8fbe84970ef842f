"""Reads an Italian address as it is typed, into the parts a gazetteer can look up (pure)."""

import re
from dataclasses import dataclass
from itertools import islice, product

from nucleus.ground.words import plain

STREET_WORDS = frozenset(
    {
        "via", "viale", "vle", "piazza", "pza", "pzza", "piazzale", "piazzetta", "corso",
        "cso", "largo", "vicolo", "strada", "str", "stradone", "contrada", "cda",
        "localita", "loc", "frazione", "fraz", "borgo", "calle", "campo", "fondamenta",
        "rione", "salita", "traversa", "lungomare", "lungarno", "lungotevere",
        "circonvallazione", "galleria", "parco", "strasse", "gasse", "platz", "weg"
    }
)  # fmt: skip
"""First words that say "this part is a street", in Italian and in the German of Alto Adige."""

_CAP = re.compile(r"(?<!\d)\d{5}(?!\d)")
_PROVINCE = re.compile(r"\(\s*(?P<inside>[^()]{2,30})\s*\)|(?:^|[,\s])(?P<tail>[A-Z]{2})\s*$")
_COUNTRY = re.compile(r"[,\s]+(italia|italy|italien)\s*$", re.IGNORECASE)
_BREAK = re.compile(r"[,;\n]|\s[-\u2013\u2014]\s")
_HOUSE_NUMBER = re.compile(r"\d+\s?[a-z]?|snc")


@dataclass(frozen=True)
class Address:
    """The parts of a typed address; names are plain, the most telling first."""

    names: tuple[str, ...]
    streets: tuple[str, ...]
    cap: str | None
    province: str | None


SHORT = {
    "s": ("san", "santa", "sant", "santo", "santi"),
    "ss": ("santi", "santissima"),
    "st": ("sankt", "san"),
    "mte": ("monte",),
    "pto": ("porto",),
    "cmare": ("castellammare",),
}
"""Words that people write short in the names of towns, and what each may stand for."""

MOST_SPELLINGS = 40


def spelled_out(name: str) -> list[str]:
    """Return what a plain name with shortened words may be: *s giovanni*, *san giovanni*."""
    joined = name.replace("c mare ", "cmare ").split()
    choices = [SHORT.get(word, (word,)) for word in joined]
    if not SHORT.keys() & set(joined):
        return []
    return [" ".join(words) for words in islice(product(*choices), MOST_SPELLINGS)]


def read_address(text: str) -> Address:
    """Take an address apart: *via Roma 8, 81030 Teverola CE* names Teverola, 81030 and CE.

    Italians write the street first and the town after the CAP, or the town first and the street
    after a comma; both are read. What stands after the CAP is the more telling.
    """
    text = _COUNTRY.sub("", text.strip())
    province, text = _take_province(text)
    cap = _CAP.search(text)
    parts = _after_cap_first(text, cap)
    useful = [name for name in map(plain, parts) if name and not _HOUSE_NUMBER.fullmatch(name)]
    return Address(
        names=tuple(name for name in useful if not _is_street(name)),
        streets=tuple(name for name in useful if _is_street(name)),
        cap=cap.group() if cap else None,
        province=province,
    )


def _take_province(text: str) -> tuple[str | None, str]:
    """Return the province as written, in brackets or as two capitals at the end, and the rest."""
    all_found = list(_PROVINCE.finditer(text))
    if not all_found:
        return None, text
    found = all_found[-1]  # brackets before the last ones explain the street
    written = found["inside"] or found["tail"]
    return written.strip(), text[: found.start()] + "," + text[found.end() :]


def _after_cap_first(text: str, cap: re.Match[str] | None) -> list[str]:
    """Return the comma-separated parts, those after the CAP before the others, last ones first."""
    if not cap:
        return _BREAK.split(text)[::-1]
    return _BREAK.split(text[cap.end() :]) + _BREAK.split(text[: cap.start()])[::-1]


def _is_street(name: str) -> bool:
    """Tell whether the first word is one that streets begin with."""
    first, _, second = name.partition(" ")
    return first in STREET_WORDS or (len(first) == 1 and second.partition(" ")[0] in STREET_WORDS)
