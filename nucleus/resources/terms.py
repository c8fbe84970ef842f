"""The starter set of categories: a tree, with the words people and other maps use for them; pure.

It has a name in every language of the house, and is found by further words of all of them.
The set itself stands in `nucleus/data/categories.csv`, one category a line, parents first.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from nucleus.ground.i18n import NAMES

SCHEME = "category"
OTHER = "other"
LANGUAGES = tuple(NAMES)
FILE = Path(__file__).parents[1] / "data" / "categories.csv"


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
