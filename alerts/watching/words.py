"""What is not well, in words: for the bar on every page, for keepers, and at the terminal."""

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from alerts.watching.models import Probe
from alerts.watching.wellbeing import Trouble

PARTS = {
    "sender": _("Sends the messages"),
    "ticker": _("Keeps the time: waves, closings, checks"),
    "auditor": _("Checks that nothing is late"),
}
SAID = {
    "sender": _("No message is going out: the sender gives no sign of life."),
    "ticker": _("Waves, closings and checks stand still: the clock gives no sign of life."),
    "auditor": _("The check of what should have happened by now has not finished."),
}
COUNTED = {
    "deliveries": lambda number: ngettext(
        "%(num)s message should have left by now.",
        "%(num)s messages should have left by now.",
        number,
    ),
    "leases": lambda number: ngettext(
        "%(num)s message was begun and never finished.",
        "%(num)s messages were begun and never finished.",
        number,
    ),
    "forgotten": lambda number: ngettext(
        "%(num)s message waits for one that has already left.",
        "%(num)s messages wait for one that has already left.",
        number,
    ),
    "waves": lambda number: ngettext(
        "In %(num)s alert more people should have been asked by now.",
        "In %(num)s alerts more people should have been asked by now.",
        number,
    ),
    "unfollowed": lambda number: ngettext(
        "%(num)s alert is open and nobody follows it.",
        "%(num)s alerts are open and nobody follows them.",
        number,
    ),
    "rungs": lambda number: ngettext(
        "%(num)s alert waits for somebody to follow it, and the next coordinator was not told.",
        "%(num)s alerts wait for somebody to follow them, and the next coordinator was not told.",
        number,
    ),
    "approvals": lambda number: ngettext(
        "In %(num)s alert a second yes should have been asked for again by now.",
        "In %(num)s alerts a second yes should have been asked for again by now.",
        number,
    ),
    "care": lambda number: ngettext(
        "We should know by now how %(num)s volunteer who set out is doing.",
        "We should know by now how %(num)s volunteers who set out are doing.",
        number,
    ),
    "unended": lambda number: ngettext(
        "%(num)s alert should have ended by now.",
        "%(num)s alerts should have ended by now.",
        number,
    ),
    "closings": lambda number: ngettext(
        "In %(num)s alert that has ended, not everybody was told.",
        "In %(num)s alerts that have ended, not everybody was told.",
        number,
    ),
    "journal": lambda number: ngettext(
        "%(num)s entry of the journal is not sealed yet.",
        "%(num)s entries of the journal are not sealed yet.",
        number,
    ),
}
OVER = {
    "sender": _("Messages are going out again."),
    "ticker": _("Waves, closings and checks are made again."),
    "auditor": _("The check of what should have happened by now works again."),
    "unfollowed": _("Somebody follows every open alert."),
}
START_AGAIN = _("Keepers: start `nucleus serve` or `nucleus worker` again. Until then, phone.")
DO_NOW = {
    "sender": START_AGAIN,
    "ticker": START_AGAIN,
    "deliveries": _("Phone those who must know now: the call list has their numbers."),
    "unfollowed": _("A coordinator opens the desk and takes it."),
    "rungs": _("A coordinator opens the desk and takes it."),
    "care": _("Phone those who set out: the board says who they are."),
}
LOOK_CLOSER = _("Keepers: run `nucleus check` on the machine.")
OTHER_CHANNELS = _(
    "Who has another channel is asked there. Keepers: run `nucleus check` on the machine."
)
LANES = {
    "email": _("e-mail"), "ntfy": _("phone notice"), "web_push": _("browser notice"),
    "telegram": _("Telegram"), "signal": _("Signal"), "sms": _("text message"),
    "whatsapp": _("WhatsApp"), "matrix": _("Matrix"), "webhook": _("another program"),
}  # fmt: skip
PROBE_SAID = {
    "refused": _("The last one was refused"),
    "not_left": _("The last one has not left yet"),
    "not_back": _("The last one was taken, but it did not arrive"),
}


def told_trouble(trouble: Trouble) -> str:
    """Return what is not well as a sentence."""
    what, _of, lane = trouble.what.partition(":")
    if lane:
        words = gettext("The regular test by %(channel)s did not arrive.", channel=told_lane(lane))
        return str(words)
    if what in COUNTED:
        return str(COUNTED[what](trouble.number))
    return str(SAID.get(what) or gettext("Something is late."))


def told_remedy(trouble: Trouble) -> str:
    """Return what to do about it now."""
    if trouble.what.startswith("probe:"):
        return str(OTHER_CHANNELS)
    return str(DO_NOW.get(trouble.what, LOOK_CLOSER))


def told_over(what: str) -> str:
    """Return that a trouble is over."""
    lane = what.partition(":")[2]
    if lane:
        channel = told_lane(lane)
        return str(gettext("The regular test by %(channel)s arrives again.", channel=channel))
    return str(OVER.get(what) or gettext("What was late has been done."))


def told_part(name: str) -> str:
    """Return what a part of the house does."""
    return str(PARTS.get(name, name))


def told_lane(lane: str) -> str:
    """Return the everyday name of a channel."""
    return str(LANES.get(lane, lane))


def told_probe(row: Probe) -> str:
    """Return what is known of the test messages of one channel."""
    if row.trouble:
        return str(PROBE_SAID[row.trouble])
    if row.well_at is None:
        return str(gettext("The first one is on its way") if row.posted_at else gettext("Soon"))
    return str(gettext("It arrived") if row.back_at else gettext("The provider took it"))
