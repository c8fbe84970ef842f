"""A letter to an address that belongs to nobody of the house, and forgetting the address after.

The post office writes to contacts of persons. Whoever owns a place on the map, or told us of a
mistake, becomes such a person for as long as the letter needs, and is erased after it.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.database import Model, db
from nucleus.messages.models import Delivery
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point, add_person

Words = dict[str, str]
SETTLED = ("sent", "failed", "skipped")
PATIENCE = timedelta(days=3)
NAME = "–"


class Mailbox(Model):
    """A person who is one only for a letter; erased once it is sent, at the latest at `until`."""

    __tablename__ = "mailbox"
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]


def post_to_address(
    draft: Draft, address: str, *, language: str, subject: int | None = None
) -> int:
    """Leave a letter for an e-mail address; raise `BadAddress` when it can't be one.

    Args:
        draft: the letter.
        address: where it goes.
        language: in which; one we can't write, or none, means the house's own.
        subject: the row its link is for.

    Returns:
        the id of the person who lends the address to the post office.
    """
    person = add_person(NAME, language=i18n.for_messages(language))
    point = add_contact_point(person, Channel.EMAIL, address=address)
    db.session.add(Mailbox(person_id=person.id, until=now() + PATIENCE))
    post_to_contact(draft, point.id, link_subject=subject)
    return person.id


def forget_mailboxes() -> int:
    """Erase the addresses of letters that are on their way or failed; return how many."""
    on_the_way = select(Delivery.id).where(
        Delivery.person_id == Mailbox.person_id, Delivery.state.not_in(SETTLED)
    )
    over = select(Mailbox.person_id).where(or_(Mailbox.until <= now(), ~on_the_way.exists()))
    gone = list(db.session.scalars(over.limit(500)))
    for table, column in ((Delivery, Delivery.person_id), (ContactPoint, ContactPoint.person_id)):
        db.session.execute(delete(table).where(column.in_(gone)))
    db.session.execute(delete(Mailbox).where(Mailbox.person_id.in_(gone)))
    db.session.execute(delete(Person).where(Person.id.in_(gone)))
    return len(gone)
