"""Says facts in the reader's words: languages, states of a door and of a fact."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask_babel import format_date, lazy_gettext, ngettext
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from nucleus.ground.clock import now
from nucleus.ground.dates import clock_time, day_of_year
from nucleus.ground.i18n import language_name
from nucleus.ground.models import Term
from nucleus.people.addresses import phone_words
from nucleus.resources.accessibility import aid_words
from nucleus.resources.freshness import Age, Badge
from nucleus.resources.hours import ITALY, Holiday, OpenState, Span

STATES = {
    OpenState.OPEN: lazy_gettext("Open now"),
    OpenState.CLOSED: lazy_gettext("Closed now"),
    OpenState.UNKNOWN: lazy_gettext("Hours not known: call first"),
}
HOLIDAYS = {
    Holiday.PUBLIC: lazy_gettext("Public holiday: ask before you go"),
    Holiday.LOCAL: lazy_gettext("Holiday of this town: ask before you go"),
}
"""Why a door may be shut today although its hours say nothing of it."""

GROUPS = {
    "hours": lazy_gettext("Hours"),
    "phone": lazy_gettext("Phone and web page"),
    "address": lazy_gettext("Address"),
    "capacity": lazy_gettext("Free places"),
    "existence": lazy_gettext("Everything else"),
}
HOWS = {
    "call": lazy_gettext("by telephone"),
    "visit": lazy_gettext("by a visit"),
    "web": lazy_gettext("on their web page"),
    "owner": lazy_gettext("by who runs it or looks after it"),
    "import": lazy_gettext("in a list of others"),
    "suggestion": lazy_gettext("by what somebody told us"),
}
"""How facts were looked at."""

STANDING = {
    "proposed": lazy_gettext("In the list, not checked yet"),
    "verified": lazy_gettext("In the list, checked"),
    "suspended": lazy_gettext("Shut for now"),
    "retired": lazy_gettext("No longer there"),
    "merged": lazy_gettext("Merged with another one"),
}
"""What each state of an entry is called."""

PARTS: dict[str, Callable[[Any], str]] = {
    "languages": language_name,
    "phones": phone_words,
    "accessibility": aid_words,
}
"""How each one of several is said."""

FACTS = {
    "name": lazy_gettext("Name"),
    "what": lazy_gettext("What it does"),
    "offered_by": lazy_gettext("Who runs it"),
    "category_id": lazy_gettext("What kind of help"),
    "phones": lazy_gettext("Phone numbers"),
    "email": lazy_gettext("E-mail"),
    "web": lazy_gettext("Web page"),
    "hours": lazy_gettext("Opening hours, as understood"),
    "hours_words": lazy_gettext("Opening hours"),
    "hours_unsure": lazy_gettext("Hours are not certain"),
    "emergency_hours": lazy_gettext("Hours for now"),
    "emergency_until": lazy_gettext("Hours for now, last day"),
    "by_appointment": lazy_gettext("Only by appointment"),
    "phone_first": lazy_gettext("Call first"),
    "who_for": lazy_gettext("Who it is for"),
    "age_from": lazy_gettext("From which age"),
    "age_to": lazy_gettext("Up to which age"),
    "cost": lazy_gettext("What it costs"),
    "documents": lazy_gettext("Documents to bring"),
    "wheelchair": lazy_gettext("Can a wheelchair get in?"),
    "accessibility": lazy_gettext("What else is there"),
    "how_to_get_in": lazy_gettext("How to get in"),
    "capacity_unit": lazy_gettext("What is counted"),
    "capacity_free": lazy_gettext("How many are free"),
    "capacity_max": lazy_gettext("How many there are"),
    "visibility": lazy_gettext("Who may see it"),
    "state": lazy_gettext("Whether it is in the list"),
    "organisation_id": lazy_gettext("Who looks after it"),
    "where": lazy_gettext("Address"),
    "languages": lazy_gettext("Languages spoken there"),
}
"""What each fact is called, on the page of changes and wherever a form names it."""

LETTERS = {
    "free": lazy_gettext("You can ask them by letter whether everything is still right."),
    "no_address": lazy_gettext("We have no e-mail address of this place. Call them instead."),
    "not_listed": lazy_gettext("This place is not in the list any more."),
    "soon": lazy_gettext("They were asked a few days ago. Give them two weeks, or call them."),
    "stopped": lazy_gettext("They asked us not to write. Call them instead."),
}
"""Whether a place may be written to, by `LetterState`."""

SHAPES = {OpenState.OPEN: "coming", OpenState.CLOSED: "over", OpenState.UNKNOWN: "unsure"}
"""The shape beside the word: round is certain, bars are ended, a diamond is perhaps."""


def badge_words(badge: Badge) -> str:
    """Return when a place was last confirmed, in words."""
    if badge.age is Age.NEVER:
        return str(_("Not confirmed yet: call first"))
    if badge.days == 0:
        return str(_("Confirmed today"))
    return str(ngettext("Confirmed %(num)d day ago", "Confirmed %(num)d days ago", badge.days))


def category_choices(terms: Iterable[Term], language: str) -> list[SelectChoice]:
    """Return categories to choose from, the narrower ones with a dash before them."""
    return [
        SelectChoice(term.code, f"{'– ' if term.parent_id else ''}{term.label(language)}")
        for term in terms
    ]


def due_words(due: datetime) -> str:
    """Return when somebody should look again, in words."""
    days = (due - now()).days
    if days < 0:
        return str(_("Somebody should look again now"))
    return str(ngettext("to be checked in %(num)d day", "to be checked in %(num)d days", days))


def day_words(moment: datetime) -> str:
    """Return the day as people say it, and the time: *tomorrow at 08:30*, *Monday at 08:30*."""
    day = moment.astimezone(ITALY).date()
    ahead = (day - now().astimezone(ITALY).date()).days
    time = clock_time(moment)
    if ahead == 0:
        return str(_("today at %(time)s", time=time))
    if ahead == 1:
        return str(_("tomorrow at %(time)s", time=time))
    name = format_date(day, "EEEE", rebase=False) if 0 < ahead < 7 else day_of_year(day)
    return str(_("%(day)s at %(time)s", day=name, time=time))


def span_words(span: Span) -> str:
    """Return from when until when a door is open: *08:00–12:00*.

    Arabic says it in words: where letters run to the left nobody knows which end comes first.
    """
    midnight = span.closes.hour == span.closes.minute == 0
    if midnight and not span.certain and span.opens == span.closes:
        return str(_("ask before you go"))
    closes = "24:00" if midnight else f"{span.closes:%H:%M}"
    said = _("%(opens)s–%(closes)s", opens=f"{span.opens:%H:%M}", closes=closes)
    return str(said if span.certain else f"{said} ({_('perhaps')})")
