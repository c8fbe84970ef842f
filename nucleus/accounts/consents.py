"""What a person can agree to: each purpose with its wording, which has a version.

Whoever changes a wording changes its version: consents stay with the words they were given to.
Refusing never changes what help somebody gets, and every wording says so.
"""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One thing a person can agree to."""

    code: str
    version: str
    title: LazyString
    words: LazyString


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
