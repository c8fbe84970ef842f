"""A contact that nothing has proven for sixty days ranks below a proven one."""

from datetime import timedelta

from sqlalchemy import literal, select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from nucleus.messages.services import Draft, post_message
from nucleus.people.models import ContactPoint, Person
from tests.cast import Cast

TEXTS = {"en": {"subject": "Hello", "body": "Hello", "short": "Hello"}}


def test_the_first_choice_waits_behind_a_proven_one(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        points = select(ContactPoint).where(ContactPoint.person_id == cast_on_both.vito)
        email, ntfy = db.session.scalars(points.order_by(ContactPoint.id)).all()
        email.rank, ntfy.rank = 1, 2
        email.proven_at = now() - timedelta(days=61)
        ntfy.proven_at = now() - timedelta(days=1)
        db.session.flush()
        to = select(Person.id, literal(None)).where(Person.id == cast_on_both.vito)
        post_message(Draft(kind="news", texts=TEXTS), to, step_seconds=60)
        rows = db.session.scalars(select(Delivery).order_by(Delivery.step))
        assert [row.lane for row in rows] == ["ntfy", "email"]
