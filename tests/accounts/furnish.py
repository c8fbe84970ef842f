"""One of everything in the accounts room, for whoever walks through all pages."""

from typing import Any

from sqlalchemy import select

from nucleus.accounts import letters
from nucleus.accounts.models import Account
from nucleus.accounts.queries import CONTACT, INVITATION, SIGN_IN
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import ContactPoint
from tests.cast import Cast


def furnish_accounts(cast: Cast) -> dict[str, dict[str, Any]]:
    """Send one link of each kind and point at Bea's first contact."""
    with cast.stage():
        theirs = select(ContactPoint.id).where(ContactPoint.person_id == cast.bea)
        point = db.session.scalars(theirs.order_by(ContactPoint.rank)).first()
        account = db.session.scalar(select(Account.id).where(Account.person_id == cast.bea))
        return {
            "accounts.use_link": {"token": link(SIGN_IN, account or 0)},
            "accounts.set_password": {"token": link(INVITATION, account or 0)},
            "accounts.confirm_contact_point": {"token": link(CONTACT, point or 0)},
            "accounts.verify_contact_point": {"point_id": point},
            "accounts.quiet_contact_point": {"point_id": point},
        }


def link(purpose: str, subject: int) -> str:
    """Return the token of a fresh link."""
    row = letters.new_code(purpose, subject)
    return derive_token(purpose, row.id, row.nonce)
