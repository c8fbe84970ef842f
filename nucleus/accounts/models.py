"""How a person signs in; the library fixes the names WebAuthn and FsRefreshTracker."""

from datetime import datetime

from flask_security import verify_password
from flask_security.models import fsqla_v4 as fsqla
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import BigId, Model, db

fsqla.FsModels.set_db_info(
    db, user_table_name="account", role_table_name="role", webauthn_table_name="passkey"
)


class Role(Model, fsqla.FsRoleMixin):
    """Asked for by the account library; stays empty, since roles are RoleGrants of a person."""

    __tablename__ = "role"


class WebAuthn(Model, fsqla.FsWebAuthnMixin):
    """A passkey of an account."""

    __tablename__ = "passkey"


class FsRefreshTracker(Model, fsqla.FsRefreshTrackerMixin):
    """The library looks for exactly this name."""

    __tablename__ = "refresh_tracker"


class Account(Model, fsqla.FsUserMixin):
    """How a person signs in; `totp_counter` is the last used time step, as a code works once."""

    __tablename__ = "account"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    totp_counter: Mapped[int | None] = mapped_column(BigId)

    def verify_and_update_password(self, password: str) -> bool:
        """Check with no transaction open: hashing is slow and the write lock is for others."""
        kept = str(self.password or "")
        db.session.rollback()
        return bool(verify_password(password, kept))


class Refusal(Model):
    """A wrong code or password, or a door knocked at too often; kept so that guessing ends.

    `door` names what was refused; `whom` is a keyed fingerprint of who or where it came from,
    never an address.
    """

    __tablename__ = "refusal"
    __table_args__ = (Index(None, "door", "whom", "at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    door: Mapped[str]
    whom: Mapped[str]


class VerificationCode(Model):
    """A code sent to a contact point or for signing in by e-mail; kept only as a keyed hash."""

    __tablename__ = "verification_code"
    __table_args__ = (Index(None, "purpose", "subject_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[str]
    subject_id: Mapped[int]
    code_hash: Mapped[str]
    nonce: Mapped[str]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
