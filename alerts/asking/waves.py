"""Opening an alert and asking people, wave by wave."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, literal, or_, select

from alerts.asking import crowd, following
from alerts.choosing import audience, desks, ladder
from alerts.choosing.seating import could_fill, hold, open_places, shift, ways_in
from alerts.models import Alert, Need, Recipient
from alerts.telling import desk_words, posting
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.people.models import SENDING, ContactPoint, Role
from nucleus.people.policy import grants_of

LASTS = {"person": timedelta(hours=6), "area": timedelta(hours=12)}
CIRCLE_RANK = -1000
MOVED_AT_ONCE = 1000


def open_alert(alert: Alert, by: int, *, due_in: float = 0) -> None:
    """Open a draft: gather who could come and ask the first wave.

    A matter that is not for peers sends nobody; coordinators alone are told.

    Args:
        alert: the draft.
        by: the person who opens it; a coordinator follows it unless somebody else takes it.
        due_in: seconds until the first messages may go, for a press that can be undone.
    """
    alert = hold(alert.id)
    move(alert, "open")
    alert.opened_at = now()
    alert.expires_at = alert.expires_at or now() + LASTS[alert.scale]
    if not alert.help and coordinates(by, alert):
        following.follow(alert, by)
    journal.write(
        "alerts.open_alert", f"alert:{alert.id}", actor=by, number=alert.number,
        drill=alert.drill, coordinator=alert.coordinator_id, not_for_peers=alert.not_for_peers,
        needs={str(need.id): need.count for need in alert.needs},
    )  # fmt: skip
    ask_people(alert, by=by, due_in=due_in)
    if alert.coordinator_id is None:
        following.climb(alert)
    elif alert.not_for_peers:
        there = desks.coordinators_of(alert, desks.desks_of(alert))
        posting.tell_people(alert, "coordinators", desk_words.unclaimed(alert), there)


def ask_next_wave(alert: Alert, by: int | None = None) -> int:
    """Ask more people now; return how many (none when full, closed, or nobody is left)."""
    return ask_people(hold(alert.id), by=by)


def add_circle(alert: Alert, people: Sequence[int]) -> None:
    """Put the person's own contacts first; whoever the person names twice is asked once."""
    kept_out = audience.unwanted_by(alert.person_id) | {alert.person_id}
    db.session.add_all(
        Recipient(alert_id=alert.id, person_id=person, circle=True, rank=CIRCLE_RANK + place)
        for place, person in enumerate(dict.fromkeys(people))
        if person not in kept_out
    )
    db.session.flush()


def ask_people(alert: Alert, *, by: int | None = None, due_in: float = 0) -> int:
    """Ask the next wave of an alert that is held."""
    ways = ways_in(alert) if alert.state == "open" and not alert.not_for_peers else []
    if not ways:
        alert.next_wave_at = None
        return 0
    asked = _choose_the_wave(alert, ways)
    if asked:
        alert.wave += 1
        posting.post_call(alert, due_in=due_in)
        journal.write(
            "alerts.ask_next_wave", f"alert:{alert.id}", actor=by, wave=alert.wave,
            recipients=asked,
        )  # fmt: skip
    held_back = crowd.surplus_waits(alert)
    alert.next_wave_at = ladder.next_due(
        now(), seconds=alert.wave_seconds, still_open=True, held_back=held_back
    )
    if held_back:
        crowd.request_surplus(alert, by=by)
    return len(asked)


def gather(alert: Alert, **facts: Any) -> list[int]:
    """Put everybody who could come by now on the alert's list, in one statement.

    Args:
        alert: the alert.
        **facts: columns of `Recipient` that are the same for all of them.

    Returns:
        the new recipients.
    """
    found = audience.candidates(alert, unwanted=audience.unwanted_by(alert.person_id))
    same = [literal(value, Recipient.__table__.c[name].type) for name, value in facts.items()]
    columns = ["alert_id", "person_id", "rank", "distance_km", *facts]
    listed = insert(Recipient).from_select(columns, found.add_columns(*same))
    return sorted(db.session.scalars(listed.returning(Recipient.id)))


def reopen(alert: Alert) -> None:
    """A need is open again: whoever was let go may be asked anew, and the next wave goes now."""
    db.session.flush()
    shift(alert, "released", "queued", could_fill(ways_in(alert)))
    ask_people(alert)


def experience(organisation: int) -> ladder.Experience:
    """Return how those asked by an organisation answered in the alerts that are over.

    Whoever was stood down had no chance to answer and counts for nothing.
    """
    counted = (
        select(Recipient.state, func.count())
        .join(Alert, Alert.id == Recipient.alert_id)
        .where(
            Alert.organisation_id == organisation,
            Alert.state == "closed",
            Alert.drill.is_(False),
            Recipient.circle.is_(False),
            Recipient.called_wave > 0,
            Recipient.state.in_(["alerted", "accepted", "declined"]),
        )
        .group_by(Recipient.state)
    )
    numbers = db.session.execute(counted).all()
    came = sum(number for state, number in numbers if state == "accepted")
    return ladder.Experience(sum(number for _, number in numbers), came)


def coordinates(person: int, alert: Alert) -> bool:
    """Say whether a person is a coordinator of one of an alert's desks, or of all."""
    able = {(Role.COORDINATOR, scope) for scope in (None, *desks.desks_of(alert))}
    return bool(able & grants_of(person))


def _choose_the_wave(alert: Alert, ways: list[Need]) -> list[int]:
    """Choose who is asked now: the circle first, then as many as the open need makes likely.

    A circle that only a person can telephone takes nobody's turn: the others are asked with it.
    """
    if alert.everyone or ladder.at_once(alert.severity, alert.urgency):
        return _ask_all(alert, ways)
    gather(alert)
    circle = _ask_some(alert, ways, circle=True)
    if somebody_reads(circle):
        return circle
    rate = ladder.answer_rate(experience(alert.organisation_id))
    sizes = ladder.wave_sizes(open_places(alert), rate)
    by_id = {need.id: need for need in ways}
    others = (
        recipient
        for need, size in sizes.items()
        for recipient in _ask_some(alert, [by_id[need]], size=size)
    )
    return sorted([*circle, *others])


def _ask_all(alert: Alert, ways: list[Need]) -> list[int]:
    """Ask everybody who fits; who is new is listed as asked if nothing speaks against it.

    Listing ten thousand as waiting and moving them at once wrote each index twice.
    """
    facts: dict[str, Any] = {}
    if crowd.allowance(alert) is None and len(ways) == len(alert.needs):
        facts = _as_asked(alert)
    new = gather(alert, **facts)
    return sorted([*(new if facts else []), *_ask_some(alert, ways)])


def _as_asked(alert: Alert) -> dict[str, Any]:
    """Return what is written of whoever the next wave asks."""
    wave = alert.wave + 1
    return {"state": "alerted", "wave": wave, "called_wave": wave, "alerted_at": now()}


def somebody_reads(recipients: Sequence[int]) -> bool:
    """Say whether a message can reach one of these recipients (ids) at all."""
    ways = (
        select(ContactPoint.id)
        .join(Recipient, Recipient.person_id == ContactPoint.person_id)
        .where(
            Recipient.id.in_(recipients),
            ContactPoint.channel.in_(SENDING),
            ContactPoint.verified_at.is_not(None),
            ContactPoint.retired_at.is_(None),
        )
    )
    return db.session.scalar(ways.limit(1)) is not None


def _ask_some(
    alert: Alert, needs: list[Need], *, size: int | None = None, circle: bool = False
) -> list[int]:
    """Move the best-ranked who fit from queued to alerted; return their recipient ids.

    Chosen first and moved by their ids: in one statement PostgreSQL, which can't know yet how
    many were just gathered, compared everybody with everybody (10,000 people: 33 s).
    """
    facts = _as_asked(alert)
    new = facts.pop("state")
    chosen = db.session.scalars(_ranked(alert, needs, circle=circle).limit(size)).all()
    return [
        recipient
        for first in range(0, len(chosen), MOVED_AT_ONCE)
        for recipient in shift(
            alert, "queued", new, Recipient.id.in_(chosen[first : first + MOVED_AT_ONCE]), **facts,
        )
    ]  # fmt: skip


def _ranked(alert: Alert, needs: list[Need], *, circle: bool) -> Select[int]:
    """Select who may be asked now, nearest first; beyond the fifty only who was asked before."""
    fit = _may_be_asked(alert, needs, circle=circle)
    most = crowd.allowance(alert)
    if most is not None:
        new = _in_order(alert, fit, Recipient.called_wave == 0).limit(most)
        fit &= or_(Recipient.called_wave > 0, Recipient.id.in_(new.scalar_subquery()))
    return _in_order(alert, fit)


def _may_be_asked(alert: Alert, needs: list[Need], *, circle: bool) -> ColumnElement[bool]:
    """Qualification, hours and distance are looked at again each time people are picked."""
    if circle:
        return Recipient.circle & could_fill(needs)
    unwanted = audience.unwanted_by(alert.person_id)
    able = audience.still_could_come(alert, unwanted=unwanted)
    return or_(Recipient.circle, Recipient.person_id.in_(able)) & could_fill(needs)


def _in_order(alert: Alert, *conditions: ColumnElement[bool]) -> Select[int]:
    return (
        select(Recipient.id)
        .where(Recipient.alert_id == alert.id, Recipient.state == "queued", *conditions)
        .order_by(Recipient.rank, Recipient.id)
    )
