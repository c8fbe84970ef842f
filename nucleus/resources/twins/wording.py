"""Says in words why two entries may be one, and what each of them says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from nucleus.ground.dates import full_day
from nucleus.resources.saying import fact_words
from nucleus.resources.twins.choosing import BOTH, GONE, KEPT, Question

SURE, LIKELY = 75, 50
SIDES = {
    KEPT: "1",
    GONE: "2",
    BOTH: lazy_gettext("1 and 2 together"),
}


def strength_words(strength: int) -> str:
    """Return how sure it is that two entries are one place."""
    if strength >= SURE:
        return str(_("Almost certainly the same"))
    return str(_("Probably the same") if strength >= LIKELY else _("Perhaps the same"))


def reason_words(reasons: Mapping[str, Any]) -> list[str]:
    """Return why two entries may be one, the weightiest reason first."""
    words = [_title_words(reasons.get("title", 0))]
    metres = reasons.get("metres")
    if metres is not None:
        apart = ngettext("%(num)d metre apart", "%(num)d metres apart", metres)
        words.append(apart if metres else _("The same point on the map"))
    if "address" in reasons:
        words.append(_("The same address"))
    if "phone" in reasons:
        words.append(_("The same phone number"))
    if "host" in reasons:
        words.append(_("The same web site: %(host)s", host=reasons["host"]))
    if "category" in reasons:
        words.append(_("The same kind of help"))
    return [str(each) for each in words if each]


def _title_words(percent: int) -> str:
    if percent == 100:
        return str(_("The same name"))
    if percent >= 70:
        return str(_("Almost the same name"))
    return str(_("A similar name")) if percent >= 40 else ""


def option_words(question: Question, option: str, categories: Mapping[int, str]) -> str:
    """Return what an answer would put into the entry that stays."""
    if option == BOTH:
        return str(SIDES[BOTH])
    facts = question.kept if option == KEPT else question.gone
    said = [value_words(name, value, categories) for name, value in facts.items()]
    words = " · ".join(dict.fromkeys(each for each in said if each))
    return f"{SIDES[option]}: {words or _('nothing')}"


def value_words(name: str, value: Any, categories: Mapping[int, str]) -> str:
    """Return one kept fact in words; nothing for what says nothing."""
    if value in (None, "", [], {}) or name in ("capacity_at", "hours_unsure"):
        return ""
    if name == "where":
        return _where_words(value)
    if name == "category_id":
        return categories.get(value, "")
    if name == "emergency_until":
        return str(_("until %(day)s", day=full_day(date.fromisoformat(value))))
    return fact_words(name, value)


def _where_words(said: Mapping[str, Any]) -> str:
    words = [said.get(name) for name in ("label", "address", "comune", "province")]
    if point := said.get("point"):
        words.append(", ".join(f"{degrees:.5f}" for degrees in point))
    if said.get("hidden"):
        words.append(str(_("hidden")))
    return ", ".join(word for word in words if word)
