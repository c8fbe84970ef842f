"""Longer lists behind the board: the people of one group, and everything that happened."""

from flask import abort, render_template, request
from flask_babel import gettext as _

from alerts import policy
from alerts.overview.board import Word
from alerts.overview.standing import FIRST, Group, group_of_word
from alerts.overview.timeline import KINDS, SIZE, last_moments, number_of
from alerts.views.doors import bp, found
from nucleus.ground.web import may


@bp.get("/alerts/alert/<int:alert_id>/people")
@may(policy.may_run_alert)
def show_people(alert_id: int) -> str:
    """Show everybody of whom the same is known."""
    alert = found(alert_id, policy.may_run_alert)
    word, page = asked_word(), asked_page()
    group = group_of_word(alert, word, page=page)
    return render_template(
        "alerts/show_people.html",
        alert=alert,
        group=group or Group(word=word, number=0, people=()),
        people=group.people if group else (),
        page=page,
        last=pages_for(group.number if group else 0, FIRST),
    )


@bp.get("/alerts/alert/<int:alert_id>/timeline")
@may(policy.may_run_alert)
def show_timeline(alert_id: int) -> str:
    """Show what the journal knows of an alert, or one kind of it."""
    alert = found(alert_id, policy.may_run_alert)
    kind, page = request.args.get("kind", KINDS[0]), asked_page()
    if kind not in KINDS:
        abort(404)
    words = (_("Everything"), _("What people said"), _("What the site did"))
    return render_template(
        "alerts/show_timeline.html",
        alert=alert,
        kind=kind,
        kinds=list(zip(KINDS, words, strict=True)),
        moments=last_moments(alert, kind=kind, page=page, size=SIZE),
        page=page,
        last=pages_for(number_of(alert, kind=kind), SIZE),
    )


def asked_word() -> Word:
    """Return the group that is asked for; there is no page of one we don't know."""
    try:
        return Word(request.args.get("word", ""))
    except ValueError:
        abort(404)


def asked_page() -> int:
    """Return the page that is asked for, from 1."""
    typed = request.args.get("page", "1")
    return int(typed) if typed.isdecimal() and 1 <= int(typed[:6]) <= 10_000 else 1


def pages_for(number: int, size: int) -> int:
    """Return how many pages so many lines fill."""
    return max(1, -(-number // size))
