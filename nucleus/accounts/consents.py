"""What a person can agree to: each purpose with its wording, which has a version.

Whoever changes a wording changes its version: consents stay with the words they were given to.
Refusing never changes what help somebody gets, and every wording says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from nucleus.ground.settings import Settings
from nucleus.people.models import Consent


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One thing a person can agree to.

    `exactly` counts a yes only for these very words: they name to whom something is sent. `ending`
    says what becomes of what it brought when it is taken back.
    """

    code: str
    version: str
    title: LazyString
    words: LazyString
    exactly: bool = False
    ending: LazyString | None = None

    def is_given(self, consents: Mapping[str, Consent]) -> bool:
        """Say whether a person agreed to it, and has not taken it back."""
        given = consents.get(self.code)
        return given is not None and (not self.exactly or given.wording_version == self.version)


LOOK_UP_ONLINE = "look_up_online"
CALL_ME = Purpose(
    code="call_me",
    version="2026-1",
    title=_("Call me when somebody nearby needs help"),
    words=_(
        "I agree that the network keeps where I roughly am and when I can come, and asks me when "
        "somebody needs help. I can say no each time."
    ),
)
NEWS = Purpose(
    code="news",
    version="2026-1",
    title=_("Write to me about the network"),
    words=_("I agree to get news: meetings, courses, what we achieved. A few times a year."),
)
PURPOSES = {purpose.code: purpose for purpose in (CALL_ME, NEWS)}


def look_up_online(settings: Settings) -> Purpose | None:
    """Return the question whether one's own address may be sent to this house's geocoder.

    Without a geocoder nothing is asked. Another geocoder is another question: an old yes is none.
    """
    if settings.geocoder is None:
        return None
    host = urlsplit(settings.geocoder.url).hostname or ""
    return Purpose(
        code=LOOK_UP_ONLINE,
        version=f"2026-1 {host}",
        title=_("Look up my street on the internet"),
        words=_(
            "I agree that the address I start from is sent to %(host)s, which is not ours, to "
            "find its street. It gets the address alone: no name, no number, nothing of a plan. "
            "Without my yes only the town is looked up, here in the house.",
            host=host,
        ),
        exactly=True,
        ending=_(
            "If you take this back, the street that was found is forgotten at once. We then count "
            "from the middle of your town."
        ),
    )


def purposes(settings: Settings) -> dict[str, Purpose]:
    """Return everything a person can agree to in this house."""
    online = look_up_online(settings)
    return {**PURPOSES, online.code: online} if online else PURPOSES
