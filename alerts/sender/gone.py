"""Addresses behind which nobody is left: a browser that forgot us, a conversation that ended."""

from collections.abc import Iterable

import structlog

from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.people.models import ContactPoint
from nucleus.people.services import retire_contact_point

log = structlog.get_logger()


def retire(contact_points: Iterable[int]) -> None:
    """Give up contacts whose provider said that nothing will ever arrive there again.

    The next contact of the person is tried at once, as after any refusal.
    """
    for number in sorted(set(contact_points)):
        point = db.session.get(ContactPoint, number)
        if point is not None and point.retired_at is None:
            retire_contact_point(point)
            journal.write(
                "alerts.retire_gone_contact",
                f"contact_point:{point.id}",
                channel=str(point.channel),
                person=point.person_id,
            )
            log.info("contact_gone", contact_point=point.id)
