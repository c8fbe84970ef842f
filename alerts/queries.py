"""Reads about alerts, for their pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from alerts.choosing import audience
from alerts.choosing.audience import AudiencePreview as AudiencePreview
from alerts.models import Alert, Recipient
from alerts.overview import story
from alerts.overview.board import Board as Board
from alerts.overview.board import Moment as Moment
from alerts.overview.board import NeedLine as NeedLine
from alerts.overview.board import PersonLine as PersonLine
from alerts.overview.board import Word as Word
from alerts.overview.board import board as board
from alerts.overview.board import entries_of
from alerts.overview.board import needs_of as needs_of
from alerts.overview.calling import CallLine as CallLine
from alerts.overview.calling import call_list as call_list
from alerts.overview.calling import never_told_the_end as never_told_the_end
from alerts.telling.posting import ANSWER, ORIGIN
from nucleus.ground.database import db
from nucleus.ground.tokens import proves, subject_of
from nucleus.messages.models import Delivery, Message
from nucleus.messages.queries import delivery_facts
from nucleus.people.models import ContactPoint, Person
from nucleus.roster.queries import on_call_now as on_call_now


@dataclass(frozen=True, kw_only=True)
class ChannelLine:
    """What became of the messages of one channel."""

    channel: str
    sent: int
    failed: int
    skipped: int
    unsure: int


@dataclass(frozen=True, kw_only=True)
class AfterAction:
    """What the journal knows once it is over; seconds count from the opening."""

    seconds_to_first_accept: float | None
    seconds_to_full: float | None
    waves: int
    asked: int
    accepted: int
    declined: int
    silent: int
    never_reached: tuple[str, ...]
    channels: tuple[ChannelLine, ...]


def recipient_by_token(token: str, purpose: str = ANSWER) -> Recipient | None:
    """Return whose answer link this is; `None` if cut, foreign, made up, or of one who left."""
    subject = subject_of(token)
    whole = [joinedload(Recipient.alert), joinedload(Recipient.person)]
    recipient = db.session.get(Recipient, subject, options=whole) if subject else None
    if recipient is None or not proves(token, purpose, recipient.id, recipient.alert.nonce):
        return None
    return recipient if recipient.person.stopped_at is None else None


def audience_preview(scene: audience.Scene) -> AudiencePreview:
    """Count who would be asked now, and why the others would not; for a draft or an alert."""
    return audience.preview(scene, unwanted=audience.unwanted_by(scene.person_id))


def alerts_i_was_asked(person: Person) -> Sequence[Recipient]:
    """Return how a person stands in every alert they were asked in, the newest first."""
    mine = select(Recipient).where(Recipient.person_id == person.id, Recipient.called_wave > 0)
    return db.session.scalars(mine.order_by(Recipient.alert_id.desc())).all()


def after_action(alert: Alert) -> AfterAction:
    """Return how it went, from the journal and the delivery rows."""
    told = story.fold(entries_of(alert))
    return AfterAction(
        seconds_to_first_accept=told.seconds_until(told.first_accept_at),
        seconds_to_full=told.seconds_until(told.full_at),
        waves=told.waves,
        asked=len(told.asked),
        accepted=len(told.accepted),
        declined=len(told.declined),
        silent=len(told.silent),
        never_reached=_never_reached(alert, told),
        channels=_channels(alert),
    )


def _never_reached(alert: Alert, told: story.Story) -> tuple[str, ...]:
    """Asked, silent, and every try ended in nothing: they need another way to be reached."""
    facts = delivery_facts(ORIGIN, alert.id, kinds=("call",))
    asked = (
        select(Recipient.person_id, Person.name)
        .join(Person, Person.id == Recipient.person_id)
        .where(Recipient.id.in_(told.silent))
        .order_by(Person.name)
    )
    return tuple(
        name
        for person, name in db.session.execute(asked)
        if person not in facts or facts[person].ended_in_nothing
    )


def _channels(alert: Alert) -> tuple[ChannelLine, ...]:
    counted = (
        select(ContactPoint.channel, Delivery.state, Delivery.unsure, func.count())
        .join(Delivery.contact_point)
        .join(Delivery.message)
        .where(Message.origin == ORIGIN, Message.origin_id == alert.id)
        .group_by(ContactPoint.channel, Delivery.state, Delivery.unsure)
    )
    lines: dict[str, dict[str, int]] = {}
    for channel, state, unsure, number in db.session.execute(counted):
        line = lines.setdefault(channel, {"sent": 0, "failed": 0, "skipped": 0, "unsure": 0})
        if state in line:
            line[state] += number
        if state == "sent" and unsure:
            line["unsure"] += number
    return tuple(ChannelLine(channel=name, **numbers) for name, numbers in sorted(lines.items()))
