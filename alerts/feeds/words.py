"""How the state of a feed, and what became of its entries, are told."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alerts.cap.reading import Fault
from alerts.cap.words import FAULTS, told_fault
from alerts.feeds.models import Feed, FeedEntry

TROUBLES = {
    "the address leads into our own network": _l("The address leads into a network of our own."),
    "the provider's name was not found": _l("There is no machine of this name."),
    "the provider's certificate is not trusted": _l("Its certificate is not valid."),
    "no safe connection could be agreed with the provider": _l("No safe connection is possible."),
    "nobody answers at the provider's address": _l("Nobody answers there."),
    "the provider did not answer in time": _l("It did not answer in time."),
    "the connection to the provider failed": _l("The connection broke."),
    "not_https": _l("The address must begin with https://."),
    "moved": _l("It has moved to another address. Look it up there and add it anew."),
    "gone": _l("It is gone for good. We ask it no more."),
    "too_large": _l("It is larger than we read."),
    "too_much": _l("It has more in it than we read."),
    "not_feed": _l("This is no feed. Atom, RSS and single CAP documents can be read."),
    "not_xml": _l("This is not well-formed XML."),
    "has_dtd": _l("A DTD or an entity stands in it. We read none."),
}
OUTCOMES = {
    "taken": _l("Taken in"),
    "known": _l("Here already"),
    "drill": _l("A test of theirs: left out"),
    "past": _l("It is over: left out"),
    "minor": _l("Less serious than you want: left out"),
    "elsewhere": _l("Far from here: left out"),
    "not_ours": _l("Ends or answers something we don’t have"),
    "faulty": _l("Can’t be read"),
    "unreached": _l("Its document could not be had"),
    "empty": _l("It leads to no document"),
}


def told_trouble(word: str) -> str:
    """Return in a sentence why an address could not be read."""
    if word.startswith("status "):
        return str(_("It answered with error %(number)s.", number=word.removeprefix("status ")))
    return str(TROUBLES.get(word) or _("It could not be read."))


def told_entry(entry: FeedEntry) -> str:
    """Return in a sentence what was wrong with an entry, or nothing."""
    fault = entry.fault or {}
    if fault.get("word") in FAULTS:
        return told_fault(Fault(**fault))
    return told_trouble(fault["trouble"]) if "trouble" in fault else ""


def state_of(feed: Feed) -> tuple[str, str]:
    """Return the sign and the words of how a feed is."""
    if feed.stopped_at:
        return "over", _("Stopped")
    if feed.trouble:
        return "unreached", _("Can’t be read")
    return ("coming", _("Is read")) if feed.well_at else ("waiting", _("Not read yet"))
