"""The short forms: one handful of facts, with today's answers in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from nucleus.ground import i18n
from nucleus.people.addresses import tidy
from nucleus.places.models import Place
from nucleus.resources import revisions
from nucleus.resources.forms import EditResource, as_typed, lines_of
from nucleus.resources.models import Resource
from nucleus.resources.topics.table import NEW_PLACE, OF_COORDINATORS, QUESTIONS, changed

WHERE = ("address", "comune", "province")
HOURS = ("hours", "keep_words")
EMERGENCY = ("emergency_hours", "emergency_until")
PLAIN = ("phone_first", "by_appointment", "wheelchair", "accessibility")
NUMBERS = ("age_from", "age_to", "capacity_free", "capacity_max")
HOWS = {
    "call": lazy_gettext("I called them"),
    "visit": lazy_gettext("I was there"),
    "web": lazy_gettext("I looked at their web page"),
    "": lazy_gettext("I did not check it; I trust it"),
}


def how_field() -> RadioField:
    """Return the question how somebody knows that facts are right."""
    choices = [SelectChoice(*one) for one in HOWS.items()]
    return RadioField(lazy_gettext("How do you know?"), choices=choices, default="")


class ShortForm(EditResource):
    """The whole form without the questions that are not asked here.

    Attributes:
        asked: the names of the questions.
        start: the answers before anybody typed.
    """

    def __init__(
        self,
        asked: Iterable[str],
        *,
        start: Mapping[str, Any],
        beside: Iterable[str] = (),
        shown: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave out every other question.

        Args:
            asked: which questions of the whole form are asked.
            start: today's answers; what differs from them is said.
            beside: further fields of a subclass, which say no fact.
            shown: the answers that stand there first, if they are not today's.
        """
        self.asked, self.start = tuple(asked), start
        super().__init__(data={**start, **(shown or {})})
        kept = {*self.asked, *beside, "csrf_token"}
        for name in [each for each in self._fields if each not in kept]:
            del self[name]
        if "languages" in self.asked:
            there = start.get("languages", [])
            self.languages.choices = [
                SelectChoice(*each) for each in i18n.languages_to_choose(there)
            ]

    def changed(self) -> list[str]:
        """Return the questions that are answered otherwise than at the start."""
        return changed(self.start, {name: self[name].data for name in self.asked})

    def said(self, place: Place | None) -> dict[str, Any]:
        """Return the facts that were answered otherwise, as a revision keeps them.

        Args:
            place: where it is said to be today, for what the form does not ask.
        """
        found: dict[str, Any] = {}
        for name in self.changed():
            found |= self.read(name, place)
        return found

    def read(self, name: str, place: Place | None) -> dict[str, Any]:
        """Return the facts of one answer."""
        if name in HOURS:
            return self.hour_facts()
        if name in EMERGENCY:
            found = self.emergency_facts()
            return {key: revisions.kept(value) for key, value in found.items()}
        if name in WHERE:
            return {"where": self.where_facts(place)}
        typed = self[name].data
        if name == "phones":
            return {name: [tidy("phone", line) for line in lines_of(typed)]}
        if name == "languages":
            return {name: sorted(typed)}
        if name in PLAIN or name in NUMBERS:
            return {name: typed}
        return {name: (typed or "").strip() or None}

    def where_facts(self, place: Place | None) -> dict[str, Any]:
        """Return the place as it is said to be; a pin stays only where the address stays."""
        was = revisions.where_facts(place) or revisions.where_facts(Place(hidden=False))
        typed = {name: (self[name].data or "").strip() or None for name in WHERE}
        if typed["province"]:
            typed["province"] = typed["province"].upper()
        stays = all(was[name] == typed[name] for name in ("address", "comune"))
        return {**was, **typed, "point": was["point"] if stays else None}


class EditGroup(ShortForm):
    """One handful of facts, for who looks after them; it says how they are known."""

    how = how_field()

    def __init__(
        self, topic: str, resource: Resource, shown: Mapping[str, Any] | None = None
    ) -> None:
        """Ask the questions of one topic, with today's answers or with `shown`."""
        asked = (*QUESTIONS[topic], *OF_COORDINATORS.get(topic, ()))
        start = start_of(resource, asked)
        super().__init__(asked, start=start, beside=("how", "why"), shown=shown)


class EditMissing(ShortForm):
    """A place somebody missed, before it is added."""

    how = how_field()

    def __init__(self, shown: Mapping[str, Any]) -> None:
        """Ask what a stranger was asked, with what they answered."""
        asked = (*NEW_PLACE, "keep_words")
        super().__init__(asked, start={}, beside=("how", "why"), shown=shown)


def start_of(resource: Resource, asked: Iterable[str]) -> dict[str, Any]:
    """Return today's answers to these questions."""
    typed = as_typed(resource)
    return {name: typed.get(name) for name in asked}


def typed_from(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept facts as the forms show them."""
    where = facts.get("where") or {}
    typed = {**facts, **{name: where[name] for name in WHERE if name in where}}
    if "phones" in facts:
        typed["phones"] = "\n".join(facts["phones"])
    if "hours" in facts or "hours_words" in facts:
        typed["hours"] = facts.get("hours_words") or facts.get("hours")
        typed["keep_words"] = facts.get("hours_unsure", False)
    read = revisions.read_back({"emergency_until": facts.get("emergency_until")})
    return typed | (read if "emergency_until" in facts else {})
