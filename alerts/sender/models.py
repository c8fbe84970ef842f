"""The outside providers an administrator has set up."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.clock import now
from nucleus.ground.database import Model
from nucleus.people.models import new_uid

SETTINGS = "provider_account.sealed_settings"


class ProviderAccount(Model):
    """One account at one provider; of several for a channel the lowest rank carries first.

    What the provider must be told is sealed as one text, secrets and all. `private`: it may
    carry more than that there is a notice. The price is in euro cents a message or, for text
    messages, a part of 160 signs; `rate` is messages a second.
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
    retired_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """Return the name under which deliveries, limits and receipts know it."""
        return f"{self.kind}-{self.uid[:12]}"
