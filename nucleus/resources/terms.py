"""The starter set of categories: a tree, with the words people and other maps use for them; pure.

It has a name in every language of the house, and is found by further words of all of them.
The set itself stands in `nucleus/data/categories.csv`, one category a line, parents first.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from nucleus.ground.i18n import NAMES

SCHEME = "category"
OTHER = "other"
LANGUAGES = tuple(NAMES)
FILE = Path(__file__).parents[1] / "data" / "categories.csv"


Facts = dict[str, Any]


class Category(NamedTuple):
    """A category before it is a Term.

    Attributes:
        code: its name here, which never changes.
        parent: the code of the wider category, or nothing.
        labels: what it is called, by language.
        synonyms: other words for it.
        known_as: its names elsewhere: OSM tags under `osm`, HSDS taxonomy terms under `hsds`.
    """

    code: str
    parent: str
    labels: dict[str, str]
    synonyms: list[str]
    known_as: dict[str, list[str]]

    @property
    def facts(self) -> Facts:
        """Return what the set says of it, as a house keeps it."""
        return {"labels": self.labels, "synonyms": self.synonyms, "known_as": self.known_as}


@lru_cache(maxsize=1)
def starter_categories() -> tuple[Category, ...]:
    """Return the starter set, each parent before its children."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_category(line) for line in csv.DictReader(file))


def _category(line: dict[str, str]) -> Category:
    return Category(
        line["code"],
        line["parent"],
        {language: line[language] for language in LANGUAGES},
        _words(line["synonyms"]),
        {name: _words(line[name]) for name in ("osm", "hsds")},
    )


def _words(cell: str) -> list[str]:
    return [word for word in cell.split("|") if word]


def grown(here: Facts, was: Facts, new: Facts) -> Facts:
    """Return what a house says of a category once the starter set has grown.

    Args:
        here: what the house says.
        was: what the set said when it was last taken in; nothing, where nobody kept that.
        new: what the set says now.
    """
    labels, before = here["labels"], was.get("labels", {})
    mine = {code for code, word in labels.items() if word != before.get(code)}
    codes, known, told = here["known_as"], was.get("known_as", {}), new["known_as"]
    return {
        "labels": {**new["labels"], **{code: labels[code] for code in labels if code in mine}},
        "synonyms": grown_words(here["synonyms"], was.get("synonyms", []), new["synonyms"]),
        "known_as": {
            name: grown_words(codes.get(name, []), known.get(name, []), told.get(name, []))
            for name in {**codes, **told}
        },
    }


def grown_words(here: list[str], was: list[str], new: list[str]) -> list[str]:
    """Return a list with what the set learnt, without what it unlearnt; all else as it is here."""
    kept = [word for word in here if word in new or word not in was]
    return kept + [word for word in new if word not in was and word not in here]
