"""Verbs of the post office: leave a message for people, close what it opened, take it back.

Every row that will ever be sent stands from the start, written in the transaction of its
cause; whoever sends looks for rows that are due.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from nucleus.ground.clock import now
from nucleus.ground.database import UTCDateTime, db
from nucleus.ground.web import settings
from nucleus.messages.bell import wake as wake
from nucleus.messages.models import DISTANT, LIFE_AT_RISK, PERSONAL, Delivery, Message
from nucleus.messages.order import (
    NO_SYNC,
    Place,
    has_blocker,
    state_is,
    unsettled_contacts,
    wake_waiting,
)
from nucleus.messages.quiet import quiet_end
from nucleus.messages.reach import Ladder, To, is_spared_by_drills, ladder
from nucleus.messages.receipts import note_receipt as note_receipt
from nucleus.messages.wanted import Asked as Asked
from nucleus.messages.wanted import pin_still_wanted as pin_still_wanted
from nucleus.people.models import PATIENCES, SENDING, ContactPoint

STEPS = 8
NIGHT = 22 * 60, 7 * 60
"""Minutes after midnight between which somebody who has named no quiet hours sleeps."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a message says, where it comes from and how urgent it is (see `Message`)."""

    kind: str
    texts: dict[str, dict[str, str]]
    origin: str | None = None
    origin_id: int | None = None
    wave: int = 0
    thread: str | None = None
    priority: int = PERSONAL
    urgent: bool = False
    overtakes: bool = False
    drill: bool = False
    link_purpose: str | None = None
    link_path: str | None = None
    nonce: str | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When the steps of a message are wanted: the first one at `start`, the others after it.

    Whoever has a pace of their own keeps it; a `hurried` message waits no longer than it says.
    """

    start: datetime
    step_seconds: int = 0
    hurried: bool = False

    def at(self, step: int, own: int | None = None) -> datetime:
        """Return when a step is wanted; after the eighth contact all go together."""
        seconds = own if own and self.step_seconds else self.step_seconds
        if self.hurried:
            seconds = min(seconds, self.step_seconds)
        return self.start + timedelta(seconds=seconds * (min(step, STEPS) - 1))

    def column(self, step: ColumnElement[int], own: ColumnElement[Any]) -> ColumnElement[datetime]:
        """Return the same as a column; `own` is the pace of the person, if they have one."""
        if not self.step_seconds:
            return literal(self.start, UTCDateTime())
        theirs = {seconds: self._steps(step, seconds) for seconds in PATIENCES}
        return case(theirs, value=own, else_=self._steps(step, None))

    def _steps(self, step: ColumnElement[int], own: int | None) -> ColumnElement[datetime]:
        known = {n: literal(self.at(n, own), UTCDateTime()) for n in range(1, STEPS)}
        return case(known, value=step, else_=literal(self.at(STEPS, own), UTCDateTime()))


def post_message(
    draft: Draft,
    to: To,
    *,
    step_seconds: int = 0,
    due_in: float = 0,
    wakes_sleepers: bool = False,
) -> Message:
    """Leave a message for people, with the whole ladder of their contacts as rows.

    Args:
        draft: what is said.
        to: (person id, row the link is for or `None`); people without a usable contact get
            no delivery, which is no error: they stand on the call list.
        step_seconds: how long each contact has before the next one is tried, for whoever has
            chosen no time of their own; where a life is at risk nobody waits longer.
        due_in: seconds from now until the first may go.
        wakes_sleepers: go out in quiet hours too.
    """
    message = _add_message(draft, wakes_sleepers=wakes_sleepers)
    start, at_risk = now() + timedelta(seconds=due_in), draft.priority >= LIFE_AT_RISK
    pace = Pace(start=start, step_seconds=step_seconds, hurried=at_risk)
    _add_deliveries(message, ladder(to, drill=draft.drill), pace=pace)
    if not wakes_sleepers:
        _let_sleep(message)
    wake()
    return message


def post_closing(
    draft: Draft,
    people: To,
    *,
    after_kinds: tuple[str, ...],
    sleeping: Select[int] | None = None,
) -> Message:
    """Tell the end to every contact that got, or may be getting, a message of this origin.

    Args:
        draft: what is said; it overtakes whatever is still queued there, and is true for ever.
        people: (person id, row the link is for or `None`).
        after_kinds: the kinds of message it closes.
        sleeping: of those, who never answered and is probably asleep: in their quiet hours, or
            at night when they have none, theirs makes no sound and comes in the morning.
    """
    ended = replace(draft, overtakes=True, valid_until=None)
    message = _add_message(ended, wakes_sleepers=True)
    reached = (
        select(Delivery.contact_point_id)
        .join(Delivery.message)
        .where(
            Message.origin == draft.origin,
            Message.origin_id == draft.origin_id,
            Message.kind.in_(after_kinds),
            or_(Delivery.copies > 0, Delivery.state.in_(["leased", "sent"])),
        )
    )
    chosen = ladder(people, ContactPoint.id.in_(reached), drill=draft.drill)
    _add_deliveries(message, chosen, pace=Pace(start=now()))
    if sleeping is not None:
        _let_sleep(message, sleeping=sleeping)
    wake()
    return message


def post_to_contact(
    draft: Draft, contact_point_id: int, *, link_subject: int | None = None
) -> Message:
    """Send to one contact, proven or not: a code, a verification. It wakes sleepers.

    Somebody waits for it right now, so it is never held; whoever offers it limits how often.

    Raises:
        ValueError: nothing can be sent through that channel, or the contact is retired, or it is
            one that no drill may reach.
    """
    point = db.session.get_one(ContactPoint, contact_point_id)
    usable = point.channel in SENDING and point.retired_at is None
    if not usable or (draft.drill and is_spared_by_drills(point)):
        raise ValueError(f"nothing can be sent to contact point {contact_point_id}")
    message = _add_message(draft, wakes_sleepers=True, limited=False)
    subject = cast(literal(link_subject, BigInteger), BigInteger).label("link_subject")
    alone = literal(1), null()
    one = select(
        ContactPoint.person_id, subject, ContactPoint.id, ContactPoint.channel, *alone
    ).where(ContactPoint.id == contact_point_id)
    _add_deliveries(message, one, pace=Pace(start=now()))
    wake()
    return message


def skip_deliveries(
    origin: str,
    origin_id: int,
    *,
    kinds: tuple[str, ...],
    people: Select[int] | None = None,
    reason: str,
) -> int:
    """Take back what is still queued (for these people, or for all); return how many rows."""
    theirs = select(Message.id).where(
        Message.origin == origin, Message.origin_id == origin_id, Message.kind.in_(kinds)
    )
    queued = [state_is(Delivery, "queued"), Delivery.message_id.in_(theirs)]
    if people is not None:
        queued.append(Delivery.person_id.in_(people))
    taken_back = (
        update(Delivery)
        .where(*queued)
        .values(state="skipped", reason=reason, settled_at=now())
        .returning(Delivery.contact_point_id)
    )
    contacts = db.session.scalars(taken_back, execution_options=NO_SYNC).all()
    if contacts and wake_waiting(sorted(set(contacts))):
        wake()
    return len(contacts)


def _add_message(draft: Draft, *, wakes_sleepers: bool, limited: bool = True) -> Message:
    """Add a message; lives at risk, and what ends or corrects another, are never held."""
    held = limited and draft.priority < LIFE_AT_RISK and not draft.overtakes
    told = {"wakes_sleepers": wakes_sleepers, "limited": held}
    message = Message(**asdict(draft), **told, created_at=now())
    db.session.add(message)
    db.session.flush()
    return message


def _add_deliveries(message: Message, chosen: Ladder, *, pace: Pace) -> None:
    """Write a row for each contact in one statement; those that must wait are DISTANT."""
    row = chosen.subquery()
    person, subject, contact, channel, step, own = row.c
    wanted = pace.column(step, own)
    place = Place(
        contact=contact,
        priority=literal(message.priority),
        wanted_at=wanted,
        overtakes=literal(message.overtakes),
        origin=literal(message.origin),
        origin_id=literal(message.origin_id, BigInteger),
    )
    waits = and_(contact.in_(unsettled_contacts()), has_blocker(place))
    due = case((waits, literal(DISTANT, UTCDateTime())), else_=wanted)
    columns = {
        "message_id": literal(message.id, BigInteger),
        "person_id": person,
        "link_subject": subject,
        "contact_point_id": contact,
        "lane": channel,
        "step": step,
        "priority": literal(message.priority),
        "wanted_at": wanted,
        "due_at": due,
    }
    db.session.execute(insert(Delivery).from_select(list(columns), select(*columns.values())))


def _let_sleep(message: Message, *, sleeping: Select[int] | None = None) -> None:
    """Move what would arrive in a contact's quiet hours to their end.

    With `sleeping` only these people's, and the night counts as theirs when they have named none.
    """
    hours = (Delivery.wanted_at, ContactPoint.quiet_from, ContactPoint.quiet_until)
    kept = select(*hours).join(Delivery.contact_point).where(Delivery.message_id == message.id)
    if sleeping is None:
        kept = kept.where(ContactPoint.quiet_from.is_not(None))
    else:
        kept = kept.where(Delivery.person_id.in_(sleeping))
    for wanted, *theirs in db.session.execute(kept.distinct()).all():
        quiet_from, quiet_until = NIGHT if None in theirs else theirs
        end = quiet_end(wanted, quiet_from, quiet_until=quiet_until, zone=settings().zone)
        if end is not None:
            alike = and_(
                ContactPoint.quiet_from.is_not_distinct_from(theirs[0]),
                ContactPoint.quiet_until.is_not_distinct_from(theirs[1]),
            )
            who = alike if sleeping is None else and_(alike, ContactPoint.person_id.in_(sleeping))
            _defer(message, wanted, sleepers=who, end=end)


def _defer(
    message: Message, wanted: datetime, *, sleepers: ColumnElement[bool], end: datetime
) -> None:
    waiting = Delivery.due_at == DISTANT
    at = literal(end, UTCDateTime())
    deferred = (
        update(Delivery)
        .where(
            Delivery.message_id == message.id,
            Delivery.wanted_at == wanted,
            Delivery.contact_point_id.in_(select(ContactPoint.id).where(sleepers)),
        )
        .values(deferred_until=at, wanted_at=at, due_at=case((waiting, Delivery.due_at), else_=at))
    )
    db.session.execute(deferred, execution_options=NO_SYNC)
