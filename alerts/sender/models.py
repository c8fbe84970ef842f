"""The outside providers an administrator has set up, and what strangers are answered by them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.clock import now
from nucleus.ground.database import BigId, Model
from nucleus.ground.sealing import Sealed
from nucleus.people.models import new_uid

SETTINGS = "provider_account.sealed_settings"


class ProviderAccount(Model):
    """One account at one provider; of several for a channel the lowest rank carries first.

    What the provider must be told is sealed as one text, secrets and all. `private`: it may
    carry more than that there is a notice. The price is in euro cents a message or, for text
    messages, a part of 160 signs; `rate` is messages a second.

    `hook_asked_at` is when somebody pressed the button that tells the provider where answers go;
    then `hook_set_at` says that it was told, or `hook_trouble` why not.
    """

    __tablename__ = "provider_account"
    __table_args__ = (Index(None, "channel", "rank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    channel: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    rank: Mapped[int] = mapped_column(default=1)
    sealed_settings: Mapped[bytes]
    private: Mapped[bool] = mapped_column(default=False)
    rate: Mapped[float | None]
    in_flight: Mapped[int | None]
    price_cents: Mapped[float] = mapped_column(default=0.0)
    monthly_cap_cents: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    tested_at: Mapped[datetime | None]
    hook_asked_at: Mapped[datetime | None]
    hook_set_at: Mapped[datetime | None]
    hook_trouble: Mapped[str | None]
    retired_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """Return the name under which deliveries, limits and receipts know it."""
        return f"{self.kind}-{self.uid[:12]}"


class StrangerReply(Model):
    """One short answer to an address nobody here has, by the account it wrote through.

    Address and words are sealed, and erased as soon as it is over: what stays is how many there
    were, for the account's costs. It has no contact and no person, so no alert ever goes there.
    `unsure` is set while a copy may be on its way and nobody has said what became of it.
    """

    __tablename__ = "stranger_reply"
    __table_args__ = (Index(None, "account_id", "settled_at"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    account_id: Mapped[int] = mapped_column(ForeignKey("provider_account.id"))
    language: Mapped[str]
    sealed_address: Mapped[bytes | None]
    sealed_words: Mapped[bytes | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]
    copies: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    account: Mapped[ProviderAccount] = relationship()
    address = Sealed[str | None]()
    words = Sealed[str | None]()
