"""What makes a place usable for more people, beside its door: codes, words, tags; pure."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext

from nucleus.ground.words import plain

AIDS = {
    "toilet": lazy_gettext("A toilet for wheelchairs"),
    "parking": lazy_gettext("A parking space for disabled people"),
    "lift": lazy_gettext("A lift"),
    "pushchair": lazy_gettext("A pushchair can get in"),
    "signing": lazy_gettext("Somebody knows sign language"),
    "hearing_loop": lazy_gettext("A hearing loop"),
    "tactile": lazy_gettext("Signs that can be felt"),
}
"""What may be there, by code; in this order people read it."""

BEGINNINGS = {
    "toilet": ("toilet", "bagn", "wc", "serviz"),
    "parking": ("parking", "parcheg"),
    "lift": ("lift", "elevator", "ascensor", "montascale"),
    "pushchair": ("pushchair", "stroller", "passeggin", "carrozzin"),
    "signing": ("sign lang", "signing", "lingua dei segni", "lis "),
    "hearing_loop": ("hearing", "induzion", "apparecchi acustici", "audio loop"),
    "tactile": ("tactile", "signs that can be felt", "tattil", "braille", "loges"),
}
"""How words of a list begin that mean one of them, in plain letters."""

TAGS = {
    "toilets:wheelchair": "toilet",
    "capacity:disabled": "parking",
    "elevator": "lift",
    "stroller": "pushchair",
    "language:ise": "signing",
    "hearing_loop": "hearing_loop",
    "audio_loop": "hearing_loop",
    "tactile_paving": "tactile",
    "tactile_writing": "tactile",
}
"""How OpenStreetMap says that one of them is there."""

NOT_THERE = frozenset({"", "0", "no", "unknown"})
DENYING = frozenset(
    {"no", "non", "not", "without", "senza", "nessun", "nessuna", "manca", "mancano"}
)
"""Words after which nobody can tell what is there: *bagno non accessibile* must not become one."""


def aid_meant(words: str) -> str | None:
    """Return the code that words of a list mean, or None when they mean none or deny it."""
    said = plain(words)
    if DENYING & set(said.split()):
        return None
    means = (
        code
        for code, beginnings in BEGINNINGS.items()
        if any(f" {each}" in f" {said} " for each in beginnings)
    )
    return next(means, None)


def aid_words(code: str) -> str:
    """Return what a code says, in the reader's words."""
    return str(AIDS.get(code, code))


def aids_tagged(tags: Mapping[str, str]) -> list[str]:
    """Return what the tags of a thing in OpenStreetMap say is there."""
    return in_order(code for tag, code in TAGS.items() if tags.get(tag, "") not in NOT_THERE)


def in_order(codes: Iterable[str]) -> list[str]:
    """Return known codes, each once, in the order in which people read them."""
    there = set(codes)
    return [code for code in AIDS if code in there]
