"""What happened, told as sentences: who follows, who agreed, who was looked after."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

Tell = Callable[[str, dict[str, Any]], str]


def _count(facts: dict[str, Any]) -> int:
    return len(facts.get("people") or ())


def _coordinators(facts: dict[str, Any]) -> str:
    number = _count(facts)
    return str(ngettext("%(num)s coordinator told", "%(num)s coordinators told", number))


def _looked_after(who: str, facts: dict[str, Any]) -> str:
    steps = {
        "late": _("%(who)s has not arrived in time", who=who),
        "missed": _("No word from %(who)s: the place is open again", who=who),
        "asked": _("%(who)s was asked whether they are all right", who=who),
        "told": _("%(who)s does not answer", who=who),
        "urged": _("Still no word from %(who)s", who=who),
    }
    return str(steps.get(str(facts.get("step")), _("%(who)s was looked after", who=who)))


def _new_time(who: str, facts: dict[str, Any]) -> str:
    minutes = facts.get("eta_minutes")
    if minutes is None:
        return str(_("%(who)s is still on the way", who=who))
    return str(
        ngettext(
            "%(who)s is on the way: %(num)s more minute",
            "%(who)s is on the way: %(num)s more minutes",
            minutes,
            who=who,
        )
    )


def _asked_for_yes(_who: str, facts: dict[str, Any]) -> str:
    return str(
        ngettext(
            "A second yes is needed to ask %(num)s more person",
            "A second yes is needed to ask %(num)s more people",
            facts.get("people") or 0,
        )
    )


CARE: dict[str, Tell] = {
    "alerts.look_after": _looked_after,
    "alerts.change_eta": _new_time,
    "alerts.say_alright": lambda who, _f: _("%(who)s says they are all right", who=who),
    "alerts.say_well": lambda who, _f: _("%(who)s told how they are", who=who),
    "alerts.ask_well": lambda who, _f: _("%(who)s was asked how they are", who=who),
    "alerts.send_debrief": lambda who, _f: _("%(who)s told how it went", who=who),
    "alerts.tell_wants_to_talk": lambda _who, _f: _("A volunteer would like to talk: phone them"),
    "alerts.take_cap": lambda who, _f: _("%(who)s took it in from an authority", who=who),
    "alerts.climb_ladder": lambda _who, _f: _("Nobody follows it yet: the next one is told"),
    "alerts.lose_coordinator": lambda _who, _f: _(
        "No sign from the coordinator: the others are asked"
    ),
    "alerts.offer_handover": lambda who, _f: _("%(who)s asked another to take over", who=who),
    "alerts.accept_handover": lambda who, _f: _("%(who)s took it over", who=who),
    "alerts.decline_handover": lambda who, _f: _("%(who)s can't take it over", who=who),
    "alerts.request_surplus": _asked_for_yes,
    "alerts.refuse_surplus": lambda who, _f: _("%(who)s said no to asking more people", who=who),
    "alerts.drop_request": lambda _who, _f: _("No second yes is needed any more"),
    "alerts.break_glass": lambda who, _f: _("%(who)s went on without a second yes", who=who),
    "alerts.tell_late": lambda _who, _f: _("The coordinator told to phone someone who is late"),
    "alerts.tell_overstayed": lambda _who, _f: _("The coordinator told to phone who is there"),
    "alerts.tell_urge": lambda _who, _f: _("The coordinator told to call for help"),
    "alerts.tell_still_there": lambda _who, _f: _("The coordinator asked for a sign"),
    "alerts.tell_handover": lambda _who, _f: _("A coordinator asked to take over"),
    "alerts.tell_surplus": lambda _who, facts: _coordinators(facts),
    "alerts.tell_refused": lambda _who, facts: _coordinators(facts),
    "alerts.tell_glass": lambda _who, facts: _coordinators(facts),
}
BOLD = frozenset({"alerts.approve_surplus", "alerts.refuse_surplus", "alerts.break_glass"})
