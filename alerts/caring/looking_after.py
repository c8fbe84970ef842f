"""Looking after those who said yes: coming is not there, and there is not back.

Nobody sets out in a drill, so nobody is waited for in one.
"""

from datetime import datetime, timedelta

from alerts.asking import waves
from alerts.choosing import timers
from alerts.choosing.seating import chance_of, hold
from alerts.models import Recipient
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db


def expect(recipient: Recipient) -> None:
    """Note when somebody who is coming should be there; ten minutes later we look."""
    recipient.expected_at = timers.expected_at(now(), recipient.eta_minutes)
    if not recipient.alert.drill:
        _look_later(recipient, "expected", recipient.expected_at + timers.GRACE)


def hear_of(recipient: Recipient, eta_minutes: int | None, by: int) -> bool:
    """Take a new time from somebody who is on the way; say whether they fill a place again.

    Whoever was given up does so if one is free; otherwise they are welcome as well.
    """
    waited_for = recipient.care_step in timers.PHONE_THEM
    said_anew = eta_minutes is not None and eta_minutes != recipient.eta_minutes
    if recipient.arrived_at is not None or not (waited_for or said_anew):
        return False
    recipient.eta_minutes = eta_minutes if eta_minutes is not None else recipient.eta_minutes
    seated = take_seat_again(recipient)
    expect(recipient)
    journal.write(
        "alerts.change_eta", f"alert:{recipient.alert_id}", actor=by, recipient=recipient.id,
        eta_minutes=recipient.eta_minutes, counted=recipient.missed_at is None,
    )  # fmt: skip
    return seated


def stay_with(recipient: Recipient) -> bool:
    """Look after who has arrived when they stay long; say whether they fill a place again."""
    alert = recipient.alert
    seated = alert.state == "open" and take_seat_again(recipient)
    if alert.state == "open" and not alert.drill:
        _look_later(recipient, "there", now() + timedelta(minutes=alert.stay_minutes))
    else:
        let_be(recipient)
    return seated


def take_seat_again(recipient: Recipient) -> bool:
    """Let somebody who was given up fill a place again; say whether one was still free."""
    if recipient.missed_at is None or not chance_of(recipient, recipient.alert).is_open:
        return False
    recipient.missed_at = None
    db.session.flush()
    return True


def let_be(recipient: Recipient) -> None:
    """Wait for somebody no longer: they are back, or took their yes back, or it is over."""
    recipient.care_step = recipient.care_at = None


def say_alright(recipient: Recipient, by: int) -> bool:
    """Note that somebody who is there says they are all right; ask again later."""
    hold(recipient.alert_id)
    if recipient.care_step not in ("asked", "told", "urged"):
        return False
    _look_later(recipient, "there", now() + timers.STILL_THERE)
    posting.take_back(recipient.alert, Recipient.id == recipient.id, reason="all right")
    _journal("alerts.say_alright", recipient, by)
    return True


def advance(recipient: Recipient) -> None:
    """Do the next step for somebody who was not heard of in time."""
    step = timers.NEXT.get(recipient.care_step or "")
    if step is None:
        recipient.care_at = None
        return
    recipient.care_step, recipient.care_at = step, timers.next_look(step, now())
    _journal("alerts.look_after", recipient, None, step=step)
    if step == "missed":
        _ask_for_their_place(recipient)
    elif step == "asked":
        posting.post_alright(recipient)
    else:
        words = {
            "late": desk_words.late, "told": desk_words.overstayed, "urged": desk_words.urge,
        }  # fmt: skip
        kind = {"late": "late", "told": "overstayed", "urged": "urge"}[step]
        posting.tell_coordinators(recipient.alert, kind, words[step](recipient.alert))


def _ask_for_their_place(recipient: Recipient) -> None:
    """They stay asked and are welcome when they come late, but nobody counts on them."""
    recipient.missed_at = now()
    waves.reopen(recipient.alert)


def _look_later(recipient: Recipient, step: str, at: datetime) -> None:
    recipient.care_step, recipient.care_at = step, at


def _journal(word: str, recipient: Recipient, by: int | None, **facts: object) -> None:
    subject = f"alert:{recipient.alert_id}"
    journal.write(word, subject, actor=by, recipient=recipient.id, **facts)
