"""Who sets the house up: Ada, an administrator who coordinates nothing."""

from typing import Any

from sqlalchemy import select

from nucleus.accounts.models import Account, address_mark
from nucleus.ground.database import db
from nucleus.people.models import Channel, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from tests.cast import Cast

ADDRESS = "ada@example.org"


def furnish_staff(cast: Cast) -> dict[str, dict[str, Any]]:
    """Bring her in, with an account; she has no page of her own that takes arguments."""
    with cast.stage():
        ada = add_person("Ada Adami", organisation=cast.organisation)
        add_contact_point(ada, Channel.EMAIL, address=ADDRESS, verified=True)
        grant_role(ada, Role.ADMINISTRATOR, organisation=None)
        db.session.add(
            Account(
                person_id=ada.id, email=ADDRESS, active=True, fs_uniquifier=ada.uid, password="x"
            )
        )
    return {}


def administrator(cast: Cast) -> int:
    """Return her id."""
    with cast.app.app_context():
        hers = select(Account.person_id).where(Account.email == address_mark(ADDRESS))
        return db.session.scalars(hers).one()
