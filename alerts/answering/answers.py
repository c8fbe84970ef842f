"""What people answer, and what follows from it in the same transaction."""

from enum import StrEnum

from sqlalchemy import func, select

from alerts.answering import proving
from alerts.asking import crowd, waves
from alerts.caring import looking_after
from alerts.choosing.seating import chance_of, could_fill, hold, shift, ways_in
from alerts.models import Alert, Recipient
from alerts.telling import answer_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.ground.models import LogEntry

MOST_TURNS = 3
"""How often somebody takes a yes back by themselves; each time the others are woken again."""


class Answer(StrEnum):
    """What a person says."""

    COMING = "coming"
    CANT = "cant"
    KNOW_MORE = "know_more"


class Answered(StrEnum):
    """What is to be told to whoever answered."""

    ACCEPTED = "accepted"
    ALREADY_FULL = "already_full"
    DECLINED = "declined"
    NOTED = "noted"
    CLOSED = "closed"
    NOT_ASKED = "not_asked"


def answer(
    recipient: Recipient,
    how: Answer,
    *,
    eta_minutes: int | None = None,
    words: str | None = None,
    by: int,
) -> Answered:
    """Take a person's answer; saying the same thing twice changes nothing about the alert.

    Args:
        recipient: the person under one alert.
        how: what they say.
        eta_minutes: in how many minutes they will be there.
        words: what they wrote, kept beside the answer as it is.
        by: who says it; the person themselves, and that proves their contact.
    """
    outcome = take_answer(recipient, how, eta_minutes=eta_minutes, words=words, by=by)
    if by == recipient.person_id:
        proving.prove_contact(recipient, proving.last_reached(recipient))
    return outcome


def take_answer(
    recipient: Recipient,
    how: Answer,
    *,
    by: int,
    eta_minutes: int | None = None,
    words: str | None = None,
) -> Answered:
    """Do what follows from an answer, whichever way it came and whatever that proves."""
    alert = hold(recipient.alert_id)
    refusal = _too_early_or_late(alert, recipient)
    if refusal is not None:
        _note(recipient, how, by, outcome=refusal)
        return refusal
    if how is Answer.COMING and recipient.state == "accepted":
        if looking_after.hear_of(recipient, eta_minutes, by):
            release_the_rest(alert)
    elif how is Answer.COMING and eta_minutes is not None:
        recipient.eta_minutes = eta_minutes
    if words:
        recipient.words = words
    if how is Answer.KNOW_MORE:
        return _wants_to_know(recipient, by)
    return _come(alert, recipient, by) if how is Answer.COMING else _stay(alert, recipient, by)


def withdraw(recipient: Recipient, *, by: int, words: str | None = None) -> Answered:
    """Take back a yes: the need opens again and the next people are asked at once."""
    return answer(recipient, Answer.CANT, words=words, by=by)


def spoke_by_phone(
    recipient: Recipient,
    how: Answer,
    *,
    by: int,
    eta_minutes: int | None = None,
    words: str | None = None,
) -> Answered:
    """Note what a person said on the phone; it counts like an answer by link."""
    alert = hold(recipient.alert_id)
    asked = alert.state == "open" and recipient.state == "queued"
    journal.write(
        "alerts.spoke_by_phone", f"alert:{alert.id}", actor=by, recipient=recipient.id,
        answer=str(how), asked=asked,
    )  # fmt: skip
    if asked:
        move(recipient, "alerted")
        recipient.alerted_at = now()
    return take_answer(recipient, how, eta_minutes=eta_minutes, words=words, by=by)


def mark_arrived(recipient: Recipient, by: int) -> bool:
    """Note that somebody is there; only who said yes can arrive, and only once."""
    hold(recipient.alert_id)
    if recipient.state != "accepted" or recipient.arrived_at is not None:
        return False
    recipient.arrived_at = now()
    seated = looking_after.stay_with(recipient)
    _journal("alerts.mark_arrived", recipient, by, counted=recipient.missed_at is None)
    if seated:  # their place had been opened again
        release_the_rest(recipient.alert)
    return True


def mark_done(recipient: Recipient, by: int) -> bool:
    """Note that somebody is back; from then on they count as free for others."""
    hold(recipient.alert_id)
    if recipient.state != "accepted" or recipient.done_at is not None:
        return False
    recipient.done_at = now()
    looking_after.let_be(recipient)
    _journal("alerts.mark_done", recipient, by)
    return True


def _too_early_or_late(alert: Alert, recipient: Recipient) -> Answered | None:
    """Return why an answer can't count; whoever was never asked has nothing to answer."""
    if alert.state == "closed":
        return Answered.CLOSED
    never = recipient.state == "queued" and recipient.called_wave == 0
    return Answered.NOT_ASKED if alert.state == "draft" or never else None


def _wants_to_know(recipient: Recipient, by: int) -> Answered:
    said, asked = recipient.wants_to_know_at, recipient.alerted_at
    first = said is None or (asked is not None and said < asked)
    if first:
        # Never before the call it answers, or a clock set back would take it for news each time.
        recipient.wants_to_know_at = max(now(), recipient.alerted_at or now())
        _note(recipient, Answer.KNOW_MORE, by, outcome=Answered.NOTED)
        _stop_calling(recipient)
        if by == recipient.person_id:  # else whoever noted it has them on the phone
            alert = recipient.alert
            posting.tell_coordinators(alert, "wants_to_know", answer_words.wants_to_know(alert))
    return Answered.NOTED


def _come(alert: Alert, recipient: Recipient, by: int) -> Answered:
    if recipient.state == "accepted":
        return Answered.ACCEPTED
    if _turned_too_often(recipient, by):
        return _have_them_rung(recipient, by)
    chance = chance_of(recipient, alert)
    if not chance.is_open:
        return _thank_but_no(alert, recipient, by)
    if recipient.state == "queued":  # asked in an earlier wave, answering its link only now
        move(recipient, "alerted")
    move(recipient, "accepted")
    recipient.answered_at = now()
    # Who was stood down and comes after all is owed the end like everybody who comes.
    recipient.told_wave = min(recipient.told_wave, recipient.called_wave - 1)
    looking_after.expect(recipient)
    _note(recipient, Answer.COMING, by, outcome=Answered.ACCEPTED)
    _stop_calling(recipient)
    if chance.closes_a_way:  # while none closes, whoever was asked can still be taken
        release_the_rest(alert)
    return Answered.ACCEPTED


def _turned_too_often(recipient: Recipient, by: int) -> bool:
    """Say whether another yes needs a voice: by one link the whole crew could be kept awake."""
    if recipient.state != "declined" or by != recipient.person_id:
        return False
    taken_back = select(func.count(LogEntry.id)).where(
        LogEntry.word == "alerts.withdraw",
        LogEntry.subject == f"alert:{recipient.alert_id}",
        LogEntry.actor_id == by,
    )
    return (db.session.scalar(taken_back) or 0) >= MOST_TURNS


def _have_them_rung(recipient: Recipient, by: int) -> Answered:
    """Ask a coordinator to phone, once after each no; what is said on the phone counts at once."""
    said, since = recipient.wants_to_know_at, recipient.answered_at
    if said is None or (since is not None and said < since):
        recipient.wants_to_know_at = now()
        _note(recipient, Answer.COMING, by, outcome=Answered.NOTED)
        alert = recipient.alert
        posting.tell_coordinators(alert, "wants_to_know", answer_words.wants_to_know(alert))
    return Answered.NOTED


def _thank_but_no(alert: Alert, recipient: Recipient, by: int) -> Answered:
    """Enough people of this kind are coming: thank, and stand down once."""
    if recipient.state in {"queued", "alerted"}:
        move(recipient, "released")
        _note(recipient, Answer.COMING, by, outcome=Answered.ALREADY_FULL)
        db.session.flush()
        _stand_down(alert, [recipient.id])
    return Answered.ALREADY_FULL


def _stay(alert: Alert, recipient: Recipient, by: int) -> Answered:
    if recipient.state == "declined":
        return Answered.DECLINED
    came, counted = recipient.state == "accepted", recipient.missed_at is None
    if recipient.state == "queued":
        move(recipient, "alerted")
    move(recipient, "declined")
    recipient.answered_at = now()
    if came:
        recipient.eta_minutes = recipient.arrived_at = recipient.expected_at = None
        recipient.missed_at = None
        looking_after.let_be(recipient)
        _journal("alerts.withdraw", recipient, by)
    else:
        _note(recipient, Answer.CANT, by, outcome=Answered.DECLINED)
    _stop_calling(recipient)
    if came and counted:
        waves.reopen(alert)
    return Answered.DECLINED


def release_the_rest(alert: Alert) -> None:
    """Let everybody go who can no longer be taken; when all needs are met that is everybody."""
    ways = ways_in(alert)
    shift(alert, "queued", "released", ~could_fill(ways))
    _stand_down(alert, shift(alert, "alerted", "released", ~could_fill(ways)))
    if not ways:
        alert.next_wave_at = None
        crowd.drop_request(alert)
        journal.write("alerts.fill", f"alert:{alert.id}")


def _stand_down(alert: Alert, let_go: list[int]) -> None:
    """Tell once each who was let go; who was only phoned has heard it already."""
    told = posting.tell_the_released(alert)
    if told or let_go:
        journal.write(
            "alerts.stand_down", f"alert:{alert.id}", recipients=told,
            let_go=sorted(set(let_go) - set(told)),
        )  # fmt: skip


def _stop_calling(recipient: Recipient) -> None:
    """An answer stops the calls that still wait for this person on other channels."""
    db.session.flush()
    alert = recipient.alert
    posting.take_back(alert, Recipient.id == recipient.id, reason="the person has answered")


def _note(recipient: Recipient, how: Answer, by: int, *, outcome: Answered) -> None:
    _journal(
        "alerts.answer", recipient, by, answer=str(how), outcome=str(outcome),
        eta_minutes=recipient.eta_minutes,
    )  # fmt: skip


def _journal(word: str, recipient: Recipient, by: int, **facts: object) -> None:
    subject = f"alert:{recipient.alert_id}"
    journal.write(word, subject, actor=by, recipient=recipient.id, **facts)
