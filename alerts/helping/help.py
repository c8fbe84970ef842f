"""*I need help*: one press, ten seconds to take it back, and honest words while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from alerts.answering.confidences import Confided, keep_confidence
from alerts.answering.spots import point_of
from alerts.asking import closing, waves
from alerts.asking.drafting import AlertDraft, NeedDraft, draft_alert
from alerts.choosing.pairs import TWO, two_go
from alerts.models import Alert, Recipient
from alerts.telling import posting
from alerts.telling.posting import HELP_DELAY, ORIGIN
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message
from nucleus.messages.queries import delivery_facts
from nucleus.people.models import Organisation, Person

UNDO = timedelta(seconds=HELP_DELAY)
PATIENCE = timedelta(minutes=5)
BETWEEN_REPEATS = timedelta(minutes=1)


class NobodyToAsk(Exception):
    """There is no association behind this person and none of our own; call 112."""


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Somebody on the way: a first name, and when they said they would be there."""

    name: str
    at: datetime | None
    arrived: bool


@dataclass(frozen=True, kw_only=True)
class HelpState:
    """What is known of a press, never more.

    `told` counts people to whom something really went out. `nobody_in_time` says that five
    minutes have passed without a yes, so that the page says: call 112.
    """

    state: str
    asked: int
    told: int
    coming: tuple[Coming, ...]
    coordinator: str | None
    undo_until: datetime | None
    nobody_in_time: bool


def press_help(
    person: Person,
    *,
    what: str,
    comune: str | None,
    circle: Sequence[int],
    confided: Confided | None = None,
) -> Alert:
    """Open an alert for the person who presses, or join the one that is open.

    It needs no approval. The first messages are due in ten seconds, to the person's own
    contacts; responders follow in the next wave. A repeat tells those engaged.

    Args:
        person: who needs help.
        what: in their words; only whoever says yes reads it.
        comune: where they are, if they want it told; any other place is read after a yes.
        circle: persons (ids) to ask first, in their order.
        confided: where exactly they are, for who comes; sealed, and behind the code.

    Raises:
        NobodyToAsk: no association could be found.
    """
    where = _whereabouts(comune) or _near(confided)
    _queue_for(person)
    running = open_help_of(person.id)
    if running is not None:
        _confide(running, confided)
        _press_again(running, person)
        return running
    alert = draft_alert(_draft(person, what, where), author=person.id)
    journal.write("alerts.press_help", f"alert:{alert.id}", actor=person.id, circle=len(circle))
    _confide(alert, confided)
    waves.add_circle(alert, circle)
    waves.open_alert(alert, by=person.id, due_in=HELP_DELAY)
    return alert


def undo_help(alert: Alert, by: int) -> bool:
    """Take a press back before anybody hears of it; `False` when ten seconds have passed."""
    if alert.opened_at is None or now() >= alert.opened_at + UNDO:
        return False
    journal.write("alerts.undo_help", f"alert:{alert.id}", actor=by)
    return closing.close_alert(alert, "cancelled", by)


def open_help_of(person_id: int) -> Alert | None:
    """Return the open alert a person has pressed for, if there is one."""
    own = select(Alert).where(
        Alert.person_id == person_id, Alert.help.is_(True), Alert.state == "open"
    )
    return db.session.scalars(own.order_by(Alert.id)).first()


def help_state(alert: Alert) -> HelpState:
    """Return what the person who pressed may be told now."""
    facts = delivery_facts(ORIGIN, alert.id, kinds=("call",))
    asked = select(Recipient).where(Recipient.alert_id == alert.id, Recipient.called_wave > 0)
    rows = db.session.scalars(asked.order_by(Recipient.answered_at, Recipient.id)).all()
    coming = tuple(_coming(row) for row in rows if _is_counted_on(row))
    opened = alert.opened_at
    waited = opened is not None and now() >= opened + PATIENCE
    return HelpState(
        state=alert.state,
        asked=len(rows),
        told=sum(each.given + each.perhaps > 0 for each in facts.values()),
        coming=coming,
        coordinator=alert.coordinator.first_name if alert.coordinator else None,
        undo_until=opened + UNDO if opened else None,
        nobody_in_time=alert.state == "open" and waited and not coming,
    )


def _is_counted_on(row: Recipient) -> bool:
    """Whoever should have been there long ago is not promised to the person who waits."""
    return row.state == "accepted" and (row.missed_at is None or row.arrived_at is not None)


def _coming(row: Recipient) -> Coming:
    at = None
    if row.answered_at is not None and row.eta_minutes is not None:
        at = row.answered_at + timedelta(minutes=row.eta_minutes)
    return Coming(name=row.person.first_name, at=at, arrived=row.arrived_at is not None)


def _press_again(alert: Alert, person: Person) -> None:
    """It is news, not noise: tell those engaged and the coordinator, at most once a minute."""
    journal.write("alerts.press_help_again", f"alert:{alert.id}", actor=person.id)
    lately = select(Message.id).where(
        Message.origin == ORIGIN,
        Message.origin_id == alert.id,
        Message.kind.in_(["asked_again", "call"]),
        Message.created_at > now() - BETWEEN_REPEATS,
    )
    if db.session.scalar(lately.limit(1)) is None:
        posting.post_asked_again(alert)


def _queue_for(person: Person) -> None:
    """A thousand presses at once give one alert: each waits for the one before."""
    db.session.scalars(select(Person.id).where(Person.id == person.id).with_for_update()).one()


def _organisation_for(person: Person) -> int:
    """Return the person's own association, else the oldest of ours."""
    ours = select(Organisation.id).where(Organisation.own).order_by(Organisation.id)
    found = person.organisation_id or db.session.scalar(ours.limit(1))
    if found is None:
        raise NobodyToAsk
    return found


def _draft(person: Person, what: str, where: dict[str, Any]) -> AlertDraft:
    needs = (NeedDraft(count=TWO if two_go(person.id) else 1),)
    return AlertDraft(
        what=what, organisation_id=_organisation_for(person), needs=needs,
        severity="Severe", urgency="Immediate", person_id=person.id, help=True, **where,
    )  # fmt: skip


def _confide(alert: Alert, confided: Confided | None) -> None:
    """Seal where somebody is; that they said so is noted, and nothing of what they said."""
    if confided is not None:
        keep_confidence(alert, confided)
        journal.write("alerts.confide_place", f"alert:{alert.id}", actor=alert.person_id)


def _near(confided: Confided | None) -> dict[str, Any]:
    """Return the town around an exact place, so that who is near is asked first."""
    if confided is None:
        return {}
    if confided.spot:
        place = the_gazetteer().nearest(point_of(confided.spot))
        return _in_town(place)
    matches = the_gazetteer().find(confided.address or "")
    return _in_town(matches[0].place) if stands_alone(matches) else {}


def _whereabouts(typed: str | None) -> dict[str, Any]:
    """Return the comune the gazetteer knows; other words are read only by who says yes."""
    if not typed:
        return {}
    matches = the_gazetteer().find(typed)
    if not stands_alone(matches):
        return {"meeting_words": typed}
    return _in_town(matches[0].place)


def _in_town(place: GazetteerPlace) -> dict[str, Any]:
    return {"comune": place.label, "lat": place.point.lat, "lon": place.point.lon}
