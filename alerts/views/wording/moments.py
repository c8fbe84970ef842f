"""What happened, told as sentences: one for each word the journal knows of an alert."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from alerts.queries import Moment
from alerts.views.wording.care import BOLD, CARE

Tell = Callable[[str, dict[str, Any]], str]


def told_moment(moment: Moment) -> str:
    """Return one entry of the journal as a sentence."""
    tell = MOMENTS.get(moment.word)
    return tell(moment.actor or _("The system"), dict(moment.facts)) if tell else _("Noted")


def is_bold(moment: Moment) -> bool:
    """Say whether an entry must not be overlooked."""
    return moment.word in BOLD


def _count(facts: dict[str, Any], name: str) -> int:
    found = facts.get(name) or 0
    return found if isinstance(found, int) else len(found)


def _asked(_who: str, facts: dict[str, Any]) -> str:
    number = _count(facts, "recipients")
    people = ngettext("%(num)s person asked", "%(num)s people asked", number)
    return str(_("Wave %(wave)s: %(people)s", wave=facts.get("wave", "?"), people=people))


def _answered(who: str, facts: dict[str, Any]) -> str:
    if facts.get("outcome") == "already_full":
        return str(_("%(who)s wanted to come, but enough people were coming", who=who))
    if (facts.get("answer"), facts.get("outcome")) == ("coming", "noted"):
        return str(_("%(who)s says yes once more: phone them, then it counts", who=who))
    if facts.get("answer") == "coming" and facts.get("eta_minutes"):
        return str(
            ngettext(
                "%(who)s: coming, in %(num)s minute",
                "%(who)s: coming, in %(num)s minutes",
                facts["eta_minutes"],
                who=who,
            )
        )
    words = {
        "coming": _("%(who)s: coming", who=who),
        "cant": _("%(who)s: can't come", who=who),
        "know_more": _("%(who)s wants to know more", who=who),
    }
    return str(words.get(str(facts.get("answer")), _("%(who)s answered", who=who)))


def _stood_down(_who: str, facts: dict[str, Any]) -> str:
    number = _count(facts, "recipients")
    return str(
        ngettext(
            "%(num)s person told that they need not come",
            "%(num)s people told that they need not come",
            number,
        )
    )


def _coordinators_told(_who: str, facts: dict[str, Any]) -> str:
    number = _count(facts, "people")
    return str(ngettext("%(num)s coordinator told", "%(num)s coordinators told", number))


def _closed(who: str, facts: dict[str, Any]) -> str:
    words = {
        "resolved": _("%(who)s closed it: the need is met", who=who),
        "cancelled": _("%(who)s closed it: no longer needed", who=who),
        "expired": _("It ended by itself: its time ran out"),
    }
    return str(words.get(str(facts.get("reason")), _("%(who)s closed it", who=who)))


MOMENTS: dict[str, Tell] = {
    "alerts.draft_alert": lambda who, _f: _("%(who)s wrote it down", who=who),
    "alerts.open_alert": lambda who, _f: _("%(who)s opened it", who=who),
    "alerts.take_alert": lambda who, _f: _("%(who)s follows it", who=who),
    "alerts.ask_next_wave": _asked,
    "alerts.approve_surplus": lambda who, _f: _(
        "%(who)s agreed, as a second person, to ask more people", who=who
    ),
    "alerts.answer": _answered,
    "alerts.withdraw": lambda who, _f: _("%(who)s can't come any more", who=who),
    "alerts.spoke_by_phone": lambda who, _f: _("%(who)s spoke to someone on the phone", who=who),
    "alerts.rang_in_vain": lambda who, _f: _("%(who)s rang someone, who did not answer", who=who),
    "alerts.mark_arrived": lambda who, _f: _("%(who)s is there", who=who),
    "alerts.mark_done": lambda who, _f: _("%(who)s is back", who=who),
    "alerts.fill": lambda _who, _f: _("Enough people are coming"),
    "alerts.stand_down": _stood_down,
    "alerts.send_update": lambda who, _f: _("%(who)s wrote to all", who=who),
    "alerts.send_correction": lambda who, _f: _("%(who)s put right what was said", who=who),
    "alerts.close_alert": _closed,
    "alerts.forget_alert": lambda _who, _f: _("Its words and names were forgotten after a year"),
    "alerts.reveal_person": lambda who, _f: _("%(who)s looked at the name", who=who),
    "alerts.show_calls": lambda who, _f: _("%(who)s opened the call list", who=who),
    "alerts.tell_coordinators": _coordinators_told,
    "alerts.tell_coordinators_again": _coordinators_told,
    "alerts.tell_unattended": lambda _who, _f: _("The coordinator told that time has run out"),
    "alerts.tell_pressed_again": lambda _who, _f: _("The coordinator told of the second press"),
    "alerts.tell_wants_to_know": lambda _who, _f: _("The coordinator told of the question"),
    "alerts.tell_unclear": lambda _who, _f: _("The coordinator told of words we could not read"),
    "alerts.raise_on_behalf": lambda who, _f: _("%(who)s wrote it for somebody else", who=who),
    "alerts.join_on_behalf": lambda who, _f: _("%(who)s heard of it again by phone", who=who),
    "alerts.call_back": lambda who, _f: _("%(who)s will ring somebody again", who=who),
    "alerts.hear_words": lambda who, _f: _("%(who)s answered in words we could not read", who=who),
    "alerts.send_code": lambda who, _f: _("%(who)s asked for a code to see where", who=who),
    "alerts.show_where": lambda who, _f: _("%(who)s read where and for whom", who=who),
    "alerts.press_help": lambda who, _f: _("%(who)s asked for help", who=who),
    "alerts.press_help_again": lambda who, _f: _("%(who)s asked for help again", who=who),
    "alerts.confide_place": lambda who, _f: _("%(who)s said exactly where, for who comes", who=who),
    "alerts.undo_help": lambda who, _f: _("%(who)s took it back", who=who),
    **CARE,
}
