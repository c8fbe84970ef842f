"""The account library, hardened: we use its parts and none of its pages.

Its own pages act on GET, take a code twice and fail accessibility checks (measured), so its
blueprint stays shut. Ours stand in `views` and use its password hashing, its time-based codes,
its recovery codes and its session.
"""

import base64
from datetime import timedelta
from functools import cache
from typing import Any, cast

from flask import Flask, current_app, session
from flask_security import Security, SQLAlchemyUserDatastore, Totp, UserMixin
from flask_security.utils import hash_password, verify_password
from passlib.exc import TokenError
from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import contains_eager
from typing_extensions import override

from nucleus.accounts.models import Account, EndedSession, Role, WebAuthn
from nucleus.ground.clock import now
from nucleus.ground.crypto import KeyRing
from nucleus.ground.database import db
from nucleus.ground.settings import Settings

IDLE, AT_MOST = timedelta(days=30), timedelta(days=90)
GUARDED_IDLE, GUARDED_AT_MOST = timedelta(hours=12), timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
CLOCK_SLACK_SECONDS = 30
NAME = "name"
"""Under which a session keeps the random name by which it can be ended."""


class Datastore(SQLAlchemyUserDatastore):
    """Leaves the commit to the door of the request."""

    @override
    def commit(self) -> None:
        """Only flush: one place commits."""
        self.db.session.flush()


class OnceTotp(Totp):
    """A code from the app works once, also when it is sent twice at the same moment."""

    @override
    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Say whether the code is right and unused, give or take `window` seconds."""
        account = cast(Account, user)
        last = account.totp_counter
        try:
            match = self._totp.verify(
                token, totp_secret, time=now(), window=window, last_counter=last
            )
        except TokenError:
            return False
        return spend(account, match.counter)


def spend(account: Account, counter: int) -> bool:
    """Mark a time step as used; `False` when somebody else was quicker."""
    unused = or_(Account.totp_counter.is_(None), Account.totp_counter < counter)
    mine = update(Account).where(Account.id == account.id, unused).values(totp_counter=counter)
    return bool(cast(Any, db.session.execute(mine)).rowcount)


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its sign-in, without the library's own pages and its token door."""
    app.config.from_mapping(hardened(settings.ring, settings.name))
    app.permanent_session_lifetime = IDLE
    datastore = Datastore(db, Account, Role, WebAuthn)
    security = Security(app, datastore, register_blueprint=False, totp_cls=OnceTotp)
    security.login_manager.user_loader(load_account)
    security.login_manager.request_loader(None)
    # Its hook would ask the database who is here for every picture and style sheet.
    app.before_request_funcs[None].remove(security.principal._on_before_request)


def hardened(ring: KeyRing, issuer: str) -> dict[str, object]:
    """Return the library's settings; every secret comes from the ring, the oldest key first."""
    names = [name for name, _ in reversed(ring.keys)]
    codes = [base64.urlsafe_b64encode(ring.derive("recovery-codes", name)) for name in names]
    return {
        # The salt is part of every stored hash: it must not change when a key is added.
        "SECURITY_PASSWORD_SALT": ring.derive("passwords", names[0]).hex(),
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        # What OWASP asks for (2024). The library's own 64 MB and 4 lanes take a second on a small
        # machine, and as much memory as the whole web process when a few people sign in at once.
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19 * 1024,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [],
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_TOTP_SECRETS": {n: ring.derive("totp", k).hex() for n, k in enumerate(names, 1)},
        "SECURITY_TOTP_ISSUER": issuer,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": codes[::-1],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
    }


def load_account(mark: str) -> Account | None:
    """Return whose session this is, unless it was ended or has grown too old."""
    if is_over():
        return None
    return db.session.scalar(_whose_session(), {"mark": mark, "name": session.get(NAME, "")})


def signed_in_as() -> str | None:
    """Return as whom the cookie was given, without asking the database whether that still holds."""
    return cast(str | None, session.get("_user_id"))


@cache
def _whose_session() -> Select[Account]:
    """Return the question that every page of somebody signed in begins with; the person comes too.

    Made at the first page: the tables know of each other only when all rooms are there.
    """
    ended = select(EndedSession.id).where(EndedSession.name == bindparam("name")).exists()
    account = Account.fs_uniquifier == bindparam("mark"), Account.active
    mine = select(Account).where(*account, ~ended)
    return mine.join(Account.person).options(contains_eager(Account.person))


def is_over() -> bool:
    """Say whether the session is too old, or was left alone too long; note that it is used."""
    instant = now().timestamp()
    guarded = session.get("guarded") or "second_factor_at" in session
    idle, most = (GUARDED_IDLE, GUARDED_AT_MOST) if guarded else (IDLE, AT_MOST)
    alone = instant - session.get("seen_at", 0)
    if alone > idle.total_seconds():
        return True
    if instant - session.get("signed_in_at", 0) > most.total_seconds():
        return True
    if alone > SEEN_EVERY.total_seconds():
        session["seen_at"] = instant
    return False


def security() -> Security:
    """Return the library as it was set up for the running house."""
    found: Security = current_app.extensions["security"]
    return found


def hashed(password: str) -> str:
    """Return the hash of a password, after letting go of the database: this takes long."""
    db.session.rollback()
    return hash_password(security()._password_util.normalize(password))


def matches(password: str, kept: str | None) -> bool:
    """Compare a password with a hash, as slowly for an account that isn't there as for one that is.

    Nothing may be open in the database meanwhile, or every sender waits for the arithmetic.
    """
    db.session.rollback()
    decoy, tool = _decoy(), security()
    real = kept if kept and tool.pwd_context.identify(kept) else None
    same = verify_password(tool._password_util.normalize(password), real or decoy)
    return same and real is not None


def _decoy() -> str:
    found: str | None = current_app.extensions.get("nucleus.decoy")
    if found is None:
        found = current_app.extensions["nucleus.decoy"] = hash_password("nobody has this one")
    return found


def is_code_right(account: Account, secret: str, typed: str) -> bool:
    """Check a code of the authenticator app, and use it up."""
    code = "".join(typed.split())
    return security().totp_factory.verify_totp(
        code, secret, user=account, window=CLOCK_SLACK_SECONDS
    )


def spend_recovery_code(account: Account, typed: str) -> bool:
    """Check a recovery code, and use it up."""
    tool, code = security().mf_recovery_codes_util, typed.strip().lower()
    db.session.refresh(account, with_for_update=True)
    if not tool.check_recovery_code(account, code):
        return False
    return bool(tool.delete_recovery_code(account, code))
