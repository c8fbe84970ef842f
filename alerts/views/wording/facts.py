"""The honest words of this room: what is known of a person, a need, a moment, never more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from alerts import forms
from alerts.models import Alert, Recipient
from alerts.queries import ChannelLine, NeedLine, PersonLine, Word
from alerts.telling import answer_words
from alerts.telling.words import need_words, told_urgency
from alerts.views.wording.moments import is_bold, told_moment
from nucleus.people.words import channel_name

SHAPES = {
    Word.WAITING: "waiting",
    Word.GIVEN: "unsure",
    Word.REACHED: "waiting",
    Word.PERHAPS: "unsure",
    Word.NOT_REACHED: "unreached",
    Word.ASKED_BY_PHONE: "waiting",
    Word.COMING: "coming",
    Word.ARRIVED: "coming",
    Word.LATE: "unreached",
    Word.NO_WORD: "unreached",
    Word.CANT: "over",
    Word.STOOD_DOWN: "over",
    Word.WANTS_TO_KNOW: "unreached",
}
STATES = {
    Word.WAITING: _l("Waiting: not sent yet"),
    Word.GIVEN: _l("Given to the provider: we don't know if it was seen"),
    Word.REACHED: _l("It reached the phone"),
    Word.PERHAPS: _l("Perhaps it arrived, perhaps not"),
    Word.NOT_REACHED: _l("Not reached: phone them"),
    Word.ASKED_BY_PHONE: _l("Asked by phone"),
    Word.COMING: _l("Coming"),
    Word.ARRIVED: _l("There"),
    Word.LATE: _l("Said yes and has not arrived: phone them"),
    Word.NO_WORD: _l("Has been there for long, no word: phone them"),
    Word.CANT: _l("Can't come"),
    Word.STOOD_DOWN: _l("Told that enough people are coming"),
    Word.WANTS_TO_KNOW: _l("Wants to know more: phone them"),
}
QUIET = (Word.WAITING, Word.GIVEN, Word.REACHED, Word.STOOD_DOWN)
"""Where nobody has to act, and names on one line are enough."""

WHY_NOT = {
    "not_qualified": _l("not trained, or the training has run out"),
    "other_skills": _l("trained for something else, or without the language"),
    "too_far": _l("too far away"),
    "not_available": _l("not available"),
}


DECISIONS = {
    "given": _l("A second person said yes."),
    "refused": _l("A second person said no."),
    "broken": _l("One coordinator went on alone, without a second yes."),
    "moot": _l("No second yes is needed any more."),
}


def init_app(app: Flask) -> None:
    """Lend the templates these words."""
    helpers: dict[str, Callable[..., Any]] = {
        "told_state": told_state,
        "is_quiet": lambda group: group.word in QUIET,
        "shape_of": lambda line: SHAPES[line.word],
        "told_need": need_words,
        "told_moment": told_moment,
        "is_bold": is_bold,
        "told_decision": lambda request: DECISIONS.get(request.state, ""),
        "told_urgency": told_urgency,
        "told_severity": told_severity,
        "told_channel": told_channel,
        "told_reason": told_reason,
        "told_span": told_span,
        "comes_at": comes_at,
        "isolated": isolated,
        "title_of": title_of,
        "asked_title": asked_title,
        "told_why_not": lambda word: WHY_NOT.get(word, word),
        "people_missing": people_missing,
        "channel_rows": channel_rows,
        "told_way": answer_words.way,
    }
    app.jinja_env.globals.update(helpers)


def isolated(words: str) -> Markup:
    """Keep a name whole in any writing direction."""
    return Markup("<bdi>{}</bdi>").format(words)


def title_of(alert: Alert) -> str:
    """Return what an alert is called on a page: what is needed, and the town."""
    if alert.forgotten_at:
        return str(_("Its words were forgotten after a year"))
    return f"{alert.what}, {alert.comune}" if alert.comune else alert.what


def asked_title(recipient: Recipient) -> str:
    """Return what somebody asked may read of it: a member's own words only after a yes."""
    alert = recipient.alert
    if not alert.help or recipient.state == "accepted":
        return title_of(alert)
    if alert.comune:
        return str(_("Someone needs help in %(place)s", place=alert.comune))
    return str(_("Someone needs help"))


def people_missing(needs: Sequence[NeedLine]) -> int:
    """Return how many places are still open."""
    return sum(max(0, need.count - need.filled) for need in needs)


def told_state(line: PersonLine) -> str:
    """Return what is known of a person asked."""
    return str(STATES[line.word])


def comes_at(line: PersonLine) -> datetime | None:
    """Return when somebody who is on the way said they would be there."""
    if line.word is not Word.COMING or line.at is None or line.eta_minutes is None:
        return None
    return line.at + timedelta(minutes=line.eta_minutes)


def told_channel(channel: str | None) -> str:
    """Return the everyday name of a channel."""
    return str(channel_name(channel)) if channel else ""


def told_severity(severity: str) -> str:
    """Return CAP's severity as a sentence."""
    return str(dict(forms.SEVERITIES)[severity])


def told_reason(alert: Alert) -> str:
    """Return why an alert ended."""
    reasons = {**dict(forms.CLOSE_REASONS), "expired": _("Its time ran out")}
    return str(reasons.get(alert.reason or "", ""))


def channel_rows(lines: Sequence[ChannelLine]) -> list[tuple[str, int, int, int]]:
    """Return the rows of the table of channels: name, sent, failed, no longer needed."""
    return [(told_channel(one.channel), one.sent, one.failed, one.skipped) for one in lines]


def told_span(seconds: float | None) -> str:
    """Return a stretch of time in words, or that it never came to that."""
    if seconds is None:
        return str(_("never"))
    if seconds < 60:
        return str(ngettext("%(num)s second", "%(num)s seconds", round(seconds)))
    return str(ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60)))
