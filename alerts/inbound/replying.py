"""What we write back: little, seldom, and nothing that says who is known here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, literal, select

from alerts.inbound.senders import tidy_sender
from alerts.models import Inbound
from alerts.sender import strangers
from alerts.sender.providers import account_at, cap_left
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
MOST_CRIES_A_DAY = 3
MOST_STRANGERS_AN_HOUR = 30
"""Of one account, and as many again for cries: who forges senders must not make us write to all."""

ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)
BETWEEN_ALARMS = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """Words for whoever has just written, where no contact of theirs leads back."""

    words: str
    language: str


def reply(row: Inbound, point: ContactPoint, say: Callable[[], str]) -> Said | None:
    """Answer somebody we know on the contact they wrote from, at most six times an hour.

    Returns:
        the words, where that contact is none we send to: whoever wrote is answered.
    """
    if _count(row, ONE_HOUR, Inbound.replied.is_(True)) >= MOST_AN_HOUR:
        return None
    row.replied = True
    if point.retired_at is not None:
        return None
    if point.channel not in SENDING:
        return _said(say, point.person.language)
    draft = Draft(
        kind="reply", texts=answer_words.reply(say), priority=PERSONAL, urgent=True, overtakes=True,
        valid_until=now() + ONE_HOUR,
    )  # fmt: skip
    post_to_contact(draft, point.id)
    return None


def to_stranger(row: Inbound, *, language: str | None) -> Said | None:
    """Answer an address nobody here has, the same whatever it wrote: once a day.

    A cry for help is answered once an hour, three times a day, also when the month's money is
    spent: the emergency number may be news to them.
    """
    cries = row.meaning == Meaning.HELP
    if _was_told(row, cries=cries) or _too_many_strangers(row, cries=cries):
        return None
    row.replied = True
    return _said(answer_words.unknown, language)


def write_back(account_uid: str, channel: str, *, sender: str, said: Said) -> None:
    """Write to whoever has just written, by the account they wrote through, and forget them."""
    account, address = account_at(account_uid), tidy_sender(channel, sender)
    if account is not None and address is not None:
        strangers.post_to_stranger(account, address, said.words, language=said.language)


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
    strangers.forget_old()


def _said(say: Callable[[], str], language: str | None) -> Said:
    chosen = i18n.for_messages(language)
    with i18n.speaking(chosen):
        return Said(say(), chosen)


def _was_told(row: Inbound, *, cries: bool) -> bool:
    """Say whether this address has had what a stranger gets: we write to nobody on and on."""
    told = Inbound.replied.is_(True)
    if not cries:
        return _count(row, ONE_DAY, told) > 0
    cry = (told, Inbound.meaning == Meaning.HELP)
    return _count(row, ONE_HOUR, *cry) > 0 or _count(row, ONE_DAY, *cry) >= MOST_CRIES_A_DAY


def _too_many_strangers(row: Inbound, *, cries: bool) -> bool:
    """Say whether this account has answered enough strangers for an hour, or has no money left."""
    lately = select(func.count(Inbound.id)).where(
        Inbound.account == row.account, Inbound.at > now() - ONE_HOUR,
        Inbound.replied.is_(True), Inbound.person_id.is_(None),
    )  # fmt: skip
    answered = db.session.scalar(lately) or 0
    if cries:
        return answered >= 2 * MOST_STRANGERS_AN_HOUR
    account = account_at(row.account)
    return answered >= MOST_STRANGERS_AN_HOUR or (account is not None and cap_left(account) == 0)


def _count(row: Inbound, within: timedelta, *conditions: ColumnElement[bool]) -> int:
    lately = select(func.count(Inbound.id)).where(
        Inbound.whom == row.whom, Inbound.at > now() - within, *conditions
    )
    return db.session.scalar(lately) or 0
