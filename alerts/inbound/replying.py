"""What we write back: little, seldom, and nothing that says who is known here."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, literal, select

from alerts.models import Inbound
from alerts.speech.understanding import Meaning
from alerts.telling import answer_words
from nucleus.accounts.services import contacts
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import PERSONAL
from nucleus.messages.services import Draft, post_message, post_to_contact
from nucleus.people.models import SENDING, ContactPoint, Person, Role
from nucleus.people.queries import people_with_role

MOST_AN_HOUR = 6
ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)
BETWEEN_ALARMS = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=30)


def reply(row: Inbound, point: ContactPoint, say: Callable[[], str]) -> str | None:
    """Answer somebody we know on the contact they wrote from, at most six times an hour.

    Returns:
        the words, where that contact can only be answered in the same breath.
    """
    if _count(row, ONE_HOUR, Inbound.replied.is_(True)) >= MOST_AN_HOUR:
        return None
    row.replied = True
    if point.retired_at is not None:
        return None
    if point.channel not in SENDING:
        with i18n.speaking(i18n.for_messages(point.person.language)):
            return say()
    draft = Draft(
        kind="reply", texts=answer_words.reply(say), priority=PERSONAL, urgent=True, overtakes=True,
        valid_until=now() + ONE_HOUR,
    )  # fmt: skip
    post_to_contact(draft, point.id)
    return None


def to_stranger(row: Inbound, *, language: str | None) -> str | None:
    """Answer an address nobody here has, the same whatever it wrote: once a day.

    A cry for help is answered once an hour: the emergency number may be news to them.
    """
    cries = row.meaning == Meaning.HELP
    same = (Inbound.meaning == row.meaning,) if cries else ()
    if _count(row, ONE_HOUR if cries else ONE_DAY, Inbound.replied.is_(True), *same):
        return None
    row.replied = True
    with i18n.speaking(i18n.for_messages(language)):
        return answer_words.unknown()


def asked_back_lately(row: Inbound) -> bool:
    """Say whether a coordinator heard of unreadable words from there in the last five minutes."""
    return _count(row, BETWEEN_ALARMS, Inbound.meaning == Meaning.UNCLEAR, Inbound.id != row.id) > 0


def stopped_lately(row: Inbound) -> bool:
    """Say whether this is the second STOP from there within a day."""
    return _count(row, ONE_DAY, Inbound.meaning == Meaning.STOP, Inbound.id != row.id) > 0


def give_up(points: Sequence[ContactPoint]) -> None:
    """Write to these contacts no more, and tell the coordinators of whom they belong to."""
    for point in points:
        contacts.retire_contact_point(point)
        told = people_with_role(Role.COORDINATOR, point.person.organisation_id)
        ids = [person.id for person in told if person.id != point.person_id]
        people = select(Person.id, literal(None)).where(Person.id.in_(ids))
        post_message(Draft(kind="gave_up", texts=answer_words.gave_up()), people, step_seconds=300)


def forget_inbound() -> None:
    """Forget what came in a month ago: by then its alert is long over."""
    old = select(Inbound).where(Inbound.at < now() - FORGOTTEN_AFTER).limit(500)
    for row in db.session.scalars(old):
        db.session.delete(row)


def _count(row: Inbound, within: timedelta, *conditions: ColumnElement[bool]) -> int:
    lately = select(func.count(Inbound.id)).where(
        Inbound.whom == row.whom, Inbound.at > now() - within, *conditions
    )
    return db.session.scalar(lately) or 0
