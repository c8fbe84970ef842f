"""Says facts in the reader's words: languages, states of a door and of a fact."""

from datetime import datetime

from flask_babel import format_date, format_time, lazy_gettext, ngettext
from flask_babel import gettext as _

from nucleus.ground.clock import now
from nucleus.resources.freshness import Age, Badge
from nucleus.resources.hours import ITALY, OpenState

STATES = {
    OpenState.OPEN: lazy_gettext("Open now"),
    OpenState.CLOSED: lazy_gettext("Closed now"),
    OpenState.UNKNOWN: lazy_gettext("Hours not known: call first"),
}
SHAPES = {OpenState.OPEN: "coming", OpenState.CLOSED: "over", OpenState.UNKNOWN: "unsure"}
"""The shape beside the word: round is certain, bars are ended, a diamond is perhaps."""


def badge_words(badge: Badge) -> str:
    """Return when a place was last confirmed, in words."""
    if badge.age is Age.NEVER:
        return str(_("Not confirmed yet: call first"))
    if badge.days == 0:
        return str(_("Confirmed today"))
    return str(ngettext("Confirmed %(num)d day ago", "Confirmed %(num)d days ago", badge.days))


def day_words(moment: datetime) -> str:
    """Return the day as people say it, and the time: *tomorrow at 08:30*, *Monday at 08:30*."""
    day = moment.astimezone(ITALY).date()
    ahead = (day - now().astimezone(ITALY).date()).days
    time: str = format_time(moment, "short")
    if ahead == 0:
        return str(_("today at %(time)s", time=time))
    if ahead == 1:
        return str(_("tomorrow at %(time)s", time=time))
    name = format_date(day, "EEEE" if 0 < ahead < 7 else "d MMMM", rebase=False)
    return str(_("%(day)s at %(time)s", day=name, time=time))
