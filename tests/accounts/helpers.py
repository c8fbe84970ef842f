"""What the promises of this room share: letters as they would be sent, and a right app."""

import re
from datetime import UTC, datetime

from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select

from nucleus.accounts.library import hashed, security
from nucleus.accounts.models import Account
from nucleus.accounts.queries import account_of
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_code, derive_token
from nucleus.messages.models import Delivery, Message
from tests.cast import Cast

PASSWORD = "quattro parole senza senso"
NIGHT = datetime(2026, 3, 4, 21, 0, tzinfo=UTC)
CHANGING = re.compile(rb'name="(?:csrf_token|once)"[^>]*>')


def letters(cast: Cast, person: int, kind: str) -> list[tuple[str, str]]:
    """Return the (link path, code) of every letter of a kind to a person, oldest first."""
    with cast.app.app_context():
        rows = db.session.execute(
            select(Message, Delivery.link_subject)
            .join(Delivery, Delivery.message_id == Message.id)
            .where(Delivery.person_id == person, Message.kind == kind)
            .order_by(Delivery.id)
        ).all()
        found = [(link_of(m, s), code_of(m, s)) for m, s in rows]
        db.session.rollback()
    return found


def link_of(message: Message, subject: int | None) -> str:
    """Return the path of a letter's link, as the sender derives it."""
    if subject is None or message.link_purpose is None:
        return ""
    token = derive_token(message.link_purpose, subject, message.nonce or "")
    return f"{message.link_path}{token}"


def code_of(message: Message, subject: int | None) -> str:
    """Return the six digits of a letter, as the sender derives them."""
    if subject is None or message.link_purpose is None:
        return ""
    return derive_code(message.link_purpose, subject, message.nonce or "")


def give_password(cast: Cast, person: int) -> None:
    """Let a person have chosen a password."""
    with cast.app.test_request_context():
        kept = hashed(PASSWORD)
    with cast.stage():
        account(person).password = kept


def give_app(cast: Cast, person: int) -> TOTP:
    """Let a person have connected an authenticator app, and return the app."""
    with cast.stage():
        secret = security().totp_factory.generate_totp_secret()
        account(person).tf_totp_secret = secret
        key = security().totp_factory.get_totp_b32_key(secret)
        security().mf_recovery_codes_util.create_recovery_codes(account(person))
    return TOTP(key=key, format="base32")


def account(person: int) -> Account:
    """Return a person's account."""
    found = account_of(person)
    assert found is not None
    return found


def shown(app: TOTP) -> str:
    """Return the six digits an app shows now."""
    return str(app.generate(time=now()).token)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> int:
    """Try to sign in and return the status."""
    return client.post("/accounts/sign-in", data={"email": email, "password": password}).status_code


def is_in(client: FlaskClient) -> bool:
    """Say whether a browser is signed in."""
    return client.get("/accounts/me").status_code == 200


def steady(page: bytes) -> bytes:
    """Return a page without what differs at each showing: the keys of its forms."""
    return CHANGING.sub(b"", page)
