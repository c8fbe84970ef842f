"""For whom a place is: groups people recognise themselves in, and the words that name them; pure.

Who a place is for stands in its own words, in whichever language somebody wrote them. A place that
says nothing is for everybody, and so is one whose words say so.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext

EVERYBODY = ("tutti", "tutte", "chiunque", "everyone", "everybody", "anyone", "jeder")
OLDEST = 150


@dataclass(frozen=True)
class Audience:
    """A group: what it is called, beginnings of words that mean it, and its ages in years."""

    label: str
    words: tuple[str, ...]
    ages: tuple[int, int] = (0, OLDEST)


AUDIENCES = {
    "children": Audience(
        lazy_gettext("Children"),
        ("bambin", "minor", "infan", "neonat", "child", "kind", "0-", "famigli"),
        (0, 13),
    ),
    "young": Audience(
        lazy_gettext("Young people"),
        ("giovan", "adolescen", "ragazz", "young", "youth", "teen", "jugend", "student"),
        (14, 25),
    ),
    "old": Audience(
        lazy_gettext("Older people"),
        ("anzian", "pension", "elder", "older", "senior", "over 6", "alter", "terza et"),
        (65, OLDEST),
    ),
    "women": Audience(
        lazy_gettext("Women"),
        ("donn", "women", "woman", "frau", "madr", "mamm", "gestant", "gravidanz"),
    ),
    "families": Audience(
        lazy_gettext("Families"), ("famigl", "famil", "genitor", "parent", "madr", "mamm", "elter")
    ),
    "migrants": Audience(
        lazy_gettext("People from abroad"),
        ("stranier", "migra", "rifugiat", "richiedent", "foreign", "refugee", "asyl", "comunitari"),
    ),
    "homeless": Audience(
        lazy_gettext("People without a home"),
        ("senza dimora", "senza casa", "senza fissa", "senzatetto", "homeless", "obdachlos"),
    ),
    "disabled": Audience(
        lazy_gettext("People with a disability"), ("disabil", "handicap", "invalid", "behinder")
    ),
}
