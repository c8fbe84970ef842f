"""Whose message it is: the people behind an address, and the alert they can only mean."""

from collections.abc import Sequence

from sqlalchemy import select

from alerts.models import Alert, Recipient
from nucleus.ground.database import db
from nucleus.people import addresses
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.queries import contact_point_at

SAME_NUMBER = {
    Channel.SMS: (Channel.SMS, Channel.PHONE),
    Channel.WHATSAPP: (Channel.WHATSAPP,),
    Channel.SIGNAL: (Channel.SIGNAL,),
    Channel.TELEGRAM: (Channel.TELEGRAM,),
    Channel.WEBHOOK: (Channel.SMS, Channel.PHONE),
}
"""Which contacts an address can be; a webhook carries text messages of another system."""


def tidy_sender(channel: str, typed: str) -> str | None:
    """Return an address as contacts keep it; `None` when it can't be one."""
    kind = Channel.TELEGRAM if channel == Channel.TELEGRAM else Channel.PHONE
    try:
        return addresses.tidy(kind, typed)
    except (addresses.BadAddress, KeyError):
        return None


def contacts_of(channel: str, address: str) -> list[ContactPoint]:
    """Return the proven contacts in use with this address, of people who have not left."""
    kinds = SAME_NUMBER.get(Channel(channel), ())
    found = [point for kind in kinds for point in contact_point_at(kind, address)]
    return [p for p in found if p.verified_at is not None and p.person.stopped_at is None]


def asked_now(people: Sequence[int]) -> list[Recipient]:
    """Return under which open alerts these people were called, the newest first."""
    called = (
        select(Recipient)
        .join(Alert, Alert.id == Recipient.alert_id)
        .join(Person, Person.id == Recipient.person_id)
        .where(
            Recipient.person_id.in_(people),
            Alert.state == "open",
            Recipient.alerted_at.is_not(None),
        )
        .order_by(Alert.id.desc())
    )
    return list(db.session.scalars(called))


def meant_by(asked: Sequence[Recipient], number: int | None) -> Recipient | None:
    """Return which of the open alerts an answer can only mean; `None` when it must be asked.

    The number they wrote wins; else the only one that waits for them; else the only one.
    """
    if number is not None:
        named = [each for each in asked if each.alert.number == number]
        return named[0] if named else None
    waiting = [each for each in asked if each.state == "alerted"]
    if len(waiting) == 1:
        return waiting[0]
    return asked[0] if len(asked) == 1 else None
