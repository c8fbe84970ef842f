"""Reads the question of a page from its address; list, map, file, print and frame all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from maps.areas.queries import area_by_id, region_of_area, region_of_towns, town_of
from maps.earth.shapes import Region
from maps.finding.near import Near, place_named, where_i_am
from maps.finding.question import languages_spoken
from maps.finding.search import Eyes, Filters, Hit, Search, search
from maps.forms import ShowResources
from maps.policy import may_show_area, my_eyes
from nucleus.ground import clock, i18n
from nucleus.ground.heard import row_or_none
from nucleus.resources.freshness import badge_of, confirmations
from nucleus.resources.holidays.queries import local_holidays
from nucleus.resources.hours import ITALY
from nucleus.resources.queries import (
    categories,
    opening_of,
    resources_by_id,
    usual_hours,
)
from nucleus.resources.wording import category_choices

LEADING = {"near", "here", "streets"}
"""Where the search begins; it leaves nobody out, so taking it away finds nothing more."""

NOT_ALONE = LEADING | {"written"}
"""Choices that leave nobody out by themselves."""

WHERE = frozenset({"near", "within", "comune", "written", "area"})
"""The parts of a question that say where somebody looks."""

STREETS = "streets"
"""Asks for the streets of another host under the pins; hidden places then stay at their town."""

SAID = {
    "here": lazy_gettext("Near where I am now"),
    STREETS: lazy_gettext("With streets, without secret points"),
}
"""Choices that are no question of the form, in words."""

NOWHERE: dict[str, Any] = {"region": None, "inside": None}
UNASKED: dict[str, dict[str, Any]] = {
    "text": {"text": ""},
    "category": {"category": ""},
    "language": {"language": ""},
    "who": {"who": ""},
    "wheelchair": {"wheelchair": False},
    "accessibility": {"accessibility": ""},
    "open_now": {"open_now": False},
    "within": {"within_km": None, "ring": None},
    "comune": NOWHERE,
    "area": NOWHERE,
}
"""What a question is without one choice."""


@dataclass(frozen=True)
class Chosen:
    """One choice that was made: its name in the address, its words, the question without it."""

    name: str
    question: str
    answer: str
    without: dict[str, str]

    @property
    def words(self) -> str:
        """Return the question and its answer; a tick answers itself."""
        if not self.question:
            return self.answer
        return f"{self.question}{'' if self.question[-1] in '?؟' else ':'} {self.answer}"


@dataclass(frozen=True)
class Slip:
    """A word that may have been meant, and the words that ask for it."""

    meant: str
    asked: str


def asked(
    eyes: Eyes | None = None, said: MultiDict[str, str] | None = None
) -> tuple[ShowResources, Near, Search]:
    """Read the question from the address, or from what is said instead, and understand it."""
    said = request.args if said is None else said
    form = with_choices(ShowResources(said))
    form.validate()
    near = where_i_am() if "here" in said else place_named(form.near.data or "")
    filters = replace(form.filters(near.point), region=region_asked(form))
    return form, near, search(filters, eyes or eyes_asked(), clock.now())


def where_asked() -> dict[str, str]:
    """Return where somebody looks and not what for: all that a kept list may give away.

    Where somebody is stands in no address, not even as a town, and no area of the house is named.
    """
    said = {name: value for name, value in question().items() if name in WHERE}
    number = row_or_none(request.args.get("area", type=int))
    area = area_by_id(number) if number else None
    if not (area and area.public):
        said.pop("area", None)
    return said


def eyes_asked() -> Eyes:
    """Return what whoever is here may see; with streets of another host no hidden place exactly."""
    mine = my_eyes()
    return replace(mine, exactly=False) if STREETS in request.args else mine


def region_asked(form: ShowResources) -> Region | None:
    """Return the part of the earth that was asked for; a closed area has no door."""
    if form.area.data:
        area = area_by_id(form.area.data)
        return region_of_area(area) if area and may_show_area(area.id) else abort(404)
    town = town_of("" if "comune" in form.errors else form.comune.data or "")
    if town and form.written.data:  # as the page of gaps counts: by the town's name alone
        return Region(towns=(town,))
    return region_of_towns([town]) if town else None


def question() -> dict[str, str]:
    """Return what was asked, without the page, to ask it again."""
    known = {*ShowResources()._fields, "here", STREETS}
    return {name: value for name, value in request.args.items() if name in known and value}


def chosen(form: ShowResources) -> list[Chosen]:
    """Return the choices that were made, each with the question that is left without it."""
    so_far = question()
    made = [(name, *_words_of(form, name)) for name in so_far]
    return [Chosen(*said, without=_without(so_far, said[0])) for said in made if said[2]]


def relaxed(found: Search, choices: list[Chosen]) -> list[tuple[Chosen, int]]:
    """Return which choice to take away to find something, and how many that finds; most first.

    Of several words one may be enough.
    """
    tried = [(one, _found_without(found, one.name)) for one in choices if one.name not in NOT_ALONE]
    tried += _without_words(found)
    return sorted([each for each in tried if each[1]], key=lambda each: -each[1])


def _without_words(found: Search) -> Iterator[tuple[Chosen, int]]:
    """Yield for each of several words what is found without it."""
    for gone in found.words if len(found.words) > 1 else ():
        left = tuple(word for word in found.words if word is not gone)
        without = {**question(), "text": " ".join(word.typed for word in left)}
        yield Chosen("text", "", gone.typed, without), replace(found, words=left).count()


def with_choices(form: ShowResources) -> ShowResources:
    """Fill in the kinds of help, and the languages spoken where one may know of it."""
    language = i18n.language()
    kinds = category_choices(categories(), language)
    form.category.choices = [SelectChoice("", _("Any")), *kinds]
    codes = sorted(languages_spoken(my_eyes()), key=i18n.language_name)
    spoken = [SelectChoice(code, i18n.language_name(code)) for code in codes]
    form.language.choices = [SelectChoice("", _("Any")), *spoken]
    return form


def own_language() -> str:
    """Return the first language of this browser, Italian apart, that some place speaks; or none."""
    for code in dict.fromkeys(tag[:2].lower() for tag, _quality in request.accept_languages):
        if code in i18n.SPOKEN and code != "it":
            asked_for = Filters(language=code)
            if search(asked_for, my_eyes(), clock.now()).has_more_than(0):
                return code
    return ""


def slips(found: Search) -> list[Slip]:
    """Return what was looked for beside what was typed, each with the question that asks it."""
    typed = [word.typed for word in found.words]
    return [
        Slip(one, " ".join(one if each == word.typed else each for each in typed))
        for word in found.words
        for one in word.meant
    ]


def cards(hits: list[Hit]) -> list[dict[str, object]]:
    """Return what a line of the list shows."""
    now = clock.now()
    today = now.astimezone(ITALY).date()
    rows = resources_by_id([hit.id for hit in hits])
    holidays = local_holidays()
    return [
        {
            "hit": hit,
            "resource": row,
            "opening": opening_of(row, now, holidays),
            "usual": usual_hours(row, holidays),
            "in_emergency": bool(row.emergency_until and row.emergency_until >= today),
            "badge": badge_of(confirmations(row.freshness), now),
        }
        for hit, row in zip(hits, rows, strict=True)
    ]


def _found_without(found: Search, name: str) -> int:
    """Count what would be found if one choice had not been made."""
    filters = replace(found.filters, **UNASKED.get(name, {}))
    words = () if name == "text" else found.words
    return replace(found, filters=filters, words=words).count()


def _without(so_far: dict[str, str], name: str) -> dict[str, str]:
    also = {"within"} if name in {"near", "here"} else set()
    return {key: value for key, value in so_far.items() if key not in {name, *also}}


def _words_of(form: ShowResources, name: str) -> tuple[str, str]:
    """Return a question and its answer in the reader's words; what could not be read is empty."""
    if name in SAID:
        return "", str(SAID[name])
    field = form[name]
    if name in form.errors:
        return "", ""
    asked_for = str(field.label.text)
    if isinstance(field, BooleanField):
        return "", asked_for if field.data else ""
    if name == "area":
        area = area_by_id(field.data) if field.data else None
        return asked_for, area.name if area else ""
    return asked_for, _label_of(field) if isinstance(field, SelectField) else str(field.data)


def _label_of(field: SelectField) -> str:
    labels: Iterator[str] = (
        str(each.label).removeprefix("– ") for each in field.choices if each.value == field.data
    )
    return next(labels, str(field.data))
