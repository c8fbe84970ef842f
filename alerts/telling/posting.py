"""Everything an alert posts: the call of a wave, news, stand-down and the end."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, literal, select, update

from alerts.choosing import desks, ladder
from alerts.choosing.seating import forget_read_recipients
from alerts.models import Alert, Recipient
from alerts.telling import words
from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.messages.models import ALERT, CLOSING, LIFE_AT_RISK, PERSONAL
from nucleus.messages.services import Draft, post_closing, post_message, skip_deliveries
from nucleus.people.models import Person

ORIGIN = "alert"
ANSWER = "answer"
ANSWER_PATH = "/a/"
HELP_DELAY = 10  # seconds in which a member may take their own press back
THE_END = 80  # an all-clear passes every backlog of calls except those for a life at risk
TO_COORDINATORS = (
    *("coordinators", "coordinators_again", "unattended", "pressed_again"),
    *("wants_to_know", "unclear", "late", "overstayed", "urge", "still_there", "handover"),
    *("surplus", "refused", "glass", "wants_to_talk"),
)
ASKS_WHO_FOLLOWS = ("coordinators", "coordinators_again")
TO_RECIPIENTS = ("call", "update", "asked_again", "alright")
WELLBEING = "wellbeing"
WELLBEING_PATH = "/w/"
CLOSINGS = ("stand_down", "all_clear")
Told = Select[int, int]


def post_call(alert: Alert, *, due_in: float = 0) -> None:
    """Post the call of the present wave to those it asks, each contact a step of its own."""
    asked = to_recipients(alert, Recipient.called_wave == alert.wave, Recipient.state == "alerted")
    post_message(
        _draft(alert, "call", words.call(alert)),
        asked,
        step_seconds=alert.step_seconds,
        due_in=due_in,
        wakes_sleepers=is_life_at_risk(alert),
    )


def post_update(alert: Alert, said: str) -> None:
    """Pass a coordinator's words on to everyone who was asked and has not said no."""
    engaged = Recipient.state.in_(["alerted", "accepted"])
    post_message(
        _draft(alert, "update", words.update(alert, said)),
        to_recipients(alert, engaged, Recipient.called_wave > 0),
        step_seconds=alert.step_seconds,
        wakes_sleepers=is_life_at_risk(alert),
    )


def post_correction(alert: Alert, said: str) -> None:
    """Put something right for everybody who heard anything; it passes what is still queued."""
    draft = replace(_draft(alert, "correction", words.correction(alert, said)), priority=THE_END)
    heard = (*TO_RECIPIENTS, *CLOSINGS)
    post_closing(draft, to_recipients(alert, Recipient.called_wave > 0), after_kinds=heard)


def post_asked_again(alert: Alert) -> None:
    """Tell those who are coming, and the coordinator, that the person has pressed again."""
    draft = _draft(alert, "asked_again", words.asked_again(alert))
    post_message(
        draft,
        to_recipients(alert, Recipient.state == "accepted"),
        step_seconds=alert.step_seconds,
        wakes_sleepers=True,
    )
    tell_coordinators(alert, "pressed_again", words.asked_again(alert))


def tell_the_released(alert: Alert) -> list[int]:
    """Take back the calls of those who are no longer needed and tell each of them once.

    Returns:
        the recipients who were told.
    """
    take_back(alert, Recipient.state == "released", reason="enough people are coming")
    return _close(alert, "stand_down", words.stand_down(alert), Recipient.state == "released")


def tell_the_end(alert: Alert) -> list[int]:
    """Take back whatever is queued and tell everybody who is owed it that it is over."""
    kinds = (*TO_RECIPIENTS, *TO_COORDINATORS)
    skip_deliveries(ORIGIN, alert.id, kinds=kinds, reason="the alert is closed")
    return _close(alert, "all_clear", words.all_clear(alert))


def take_back(alert: Alert, *who: ColumnElement[bool], reason: str) -> int:
    """Skip the calls still queued for some recipients; return how many rows."""
    people = select(Recipient.person_id).where(Recipient.alert_id == alert.id, *who)
    return skip_deliveries(ORIGIN, alert.id, kinds=TO_RECIPIENTS, people=people, reason=reason)


def post_alright(recipient: Recipient) -> None:
    """Ask somebody who has been there for long whether they are all right."""
    alert = recipient.alert
    draft = _about_oneself(_draft(alert, "alright", words.alright(alert)))
    _post_to_one(draft, recipient, wakes_sleepers=True)


def post_check_in(recipient: Recipient) -> None:
    """Ask somebody who went, the day after, how they are; it wakes nobody."""
    alert = recipient.alert
    draft = _about_oneself(_draft(alert, "check_in", words.check_in(alert)))
    calm = replace(draft, priority=PERSONAL, urgent=False, valid_until=None)
    _post_to_one(calm, recipient, wakes_sleepers=False)


def tell_coordinators(alert: Alert, kind: str, texts: words.Texts) -> list[int]:
    """Tell the coordinator of an alert or, while it has none, all who may run it."""
    if alert.coordinator_id is not None:
        return tell_people(alert, kind, texts, [alert.coordinator_id])
    return tell_people(alert, kind, texts, desks.coordinators_of(alert, desks.desks_of(alert)))


def tell_people(alert: Alert, kind: str, texts: words.Texts, told: Sequence[int]) -> list[int]:
    """Tell some coordinators, each contact a step of its own; the board is linked in the text."""
    people: Select[int, None] = select(Person.id, literal(None)).where(Person.id.in_(told))
    post_message(
        _draft(alert, kind, texts, link=False),
        people,
        step_seconds=alert.step_seconds,
        due_in=HELP_DELAY if alert.help and kind == "coordinators" else 0,
        wakes_sleepers=True,
    )
    journal.write(f"alerts.tell_{kind}", f"alert:{alert.id}", people=sorted(told))
    return sorted(told)


def stop_asking_coordinators(alert: Alert) -> None:
    """Somebody follows it: the others need not be asked any more."""
    skip_deliveries(ORIGIN, alert.id, kinds=ASKS_WHO_FOLLOWS, reason="somebody follows")


def stop_asking_approvers(alert: Alert) -> None:
    """A second person has decided, or need not any more."""
    skip_deliveries(ORIGIN, alert.id, kinds=("surplus",), reason="it has been decided")


def to_recipients(alert: Alert, *conditions: ColumnElement[bool]) -> Told:
    """Select (person, recipient) of an alert for the post office."""
    return select(Recipient.person_id, Recipient.id).where(
        Recipient.alert_id == alert.id, *conditions
    )


def is_life_at_risk(alert: Alert) -> bool:
    """Say whether quiet hours, waves and channel order give way; a drill wakes nobody."""
    return ladder.at_once(alert.severity, alert.urgency) and not alert.drill


def _about_oneself(draft: Draft) -> Draft:
    """Lead to the page on which somebody says how they are, not to the answer."""
    return replace(draft, link_purpose=WELLBEING, link_path=WELLBEING_PATH)


def _post_to_one(draft: Draft, recipient: Recipient, *, wakes_sleepers: bool) -> None:
    post_message(
        draft,
        to_recipients(recipient.alert, Recipient.id == recipient.id),
        step_seconds=recipient.alert.step_seconds,
        wakes_sleepers=wakes_sleepers,
    )


def _close(
    alert: Alert, kind: str, texts: words.Texts, *conditions: ColumnElement[bool]
) -> list[int]:
    """Post one closing message to everybody who is owed one, and note that they were told."""
    owed = (Recipient.told_wave < Recipient.called_wave, *conditions)
    people = to_recipients(alert, *owed)
    if db.session.execute(people.limit(1)).first() is None:
        return []
    draft = _draft(alert, kind, texts)
    priority = THE_END if kind == "all_clear" else CLOSING
    post_closing(
        replace(draft, priority=priority, urgent=False, link_purpose=None, link_path=None),
        people,
        after_kinds=TO_RECIPIENTS,
        sleeping=_who_never_answered(alert) if kind == "stand_down" else None,
    )
    noted = update(Recipient).where(Recipient.alert_id == alert.id, *owed)
    noted = noted.values(told_wave=Recipient.called_wave)
    told = db.session.scalars(
        noted.returning(Recipient.id), execution_options={"synchronize_session": False}
    ).all()
    forget_read_recipients()
    return sorted(told)


def _who_never_answered(alert: Alert) -> Select[int]:
    """Select those who are probably asleep: at night a stand-down makes them no sound."""
    return select(Recipient.person_id).where(
        Recipient.alert_id == alert.id, Recipient.answered_at.is_(None)
    )


def _draft(alert: Alert, kind: str, texts: words.Texts, *, link: bool = True) -> Draft:
    at_risk = is_life_at_risk(alert)
    return Draft(
        kind=kind,
        texts=texts,
        origin=ORIGIN,
        origin_id=alert.id,
        wave=alert.wave,
        thread=alert.short_number,
        priority=LIFE_AT_RISK if at_risk else ALERT,
        urgent=True,
        drill=alert.drill,
        link_purpose=ANSWER if link else None,
        link_path=ANSWER_PATH if link else None,
        nonce=alert.nonce,
        # An alert for one person never expires unattended, so neither do its messages.
        valid_until=alert.expires_at if alert.scale == "area" else None,
    )
