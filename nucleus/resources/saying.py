"""Says one kept fact as a plain text: to compare it, to put it into a letter, to choose it."""

from typing import Any

from flask_babel import gettext as _

from nucleus.ground.i18n import apart, joined
from nucleus.resources.forms import WHEELCHAIR
from nucleus.resources.week import HOURS, hours_words
from nucleus.resources.wording import PARTS


def fact_words(name: str, value: Any) -> str:
    """Return a fact in the reader's words, if it needs nothing but itself to be said."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name == "wheelchair":
        return str(WHEELCHAIR[value])
    if name in HOURS:
        return hours_words(value)
    if isinstance(value, list | tuple):
        say = PARTS.get(name, str)
        return joined(apart(say(one)) for one in value)
    return str(value)
