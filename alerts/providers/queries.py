"""What the pages about providers read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from alerts.sender import providers
from alerts.sender.models import ProviderAccount
from alerts.sender.ways import TRIAL
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import ContactPoint
from nucleus.people.queries import contact_points_of

LATELY = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """One account as the list shows it."""

    account: ProviderAccount
    spent_cents: float
    cap_left: int | None
    test: Delivery | None
    opens: bool
    may_rise: bool
    may_sink: bool

    @property
    def is_spent(self) -> bool:
        """Say whether this month's limit is reached."""
        return self.cap_left == 0


def standings() -> list[Standing]:
    """Return every account in use with what is known of it now."""
    all_of_them = providers.accounts()
    return [standing_of(each, all_of_them) for each in all_of_them]


def standing_of(account: ProviderAccount, others: Sequence[ProviderAccount]) -> Standing:
    """Return an account with what it has cost, and how its last trial ended."""
    same = [each for each in others if each.channel == account.channel]
    return Standing(
        account,
        providers.spent_cents(account),
        providers.cap_left(account),
        last_test(account),
        opens=providers.way_of(account) is not None,
        may_rise=account is not same[0],
        may_sink=account is not same[-1],
    )


def last_test(account: ProviderAccount) -> Delivery | None:
    """Return the last trial of an account."""
    tried = (
        select(Delivery)
        .join(Delivery.message)
        .where(Message.origin == TRIAL, Message.origin_id == account.id)
    )
    return db.session.scalar(tried.order_by(Delivery.id.desc()).limit(1))


def points_to_try(account: ProviderAccount, person_id: int) -> Sequence[ContactPoint]:
    """Return somebody's own contacts that this account could reach."""
    mine = contact_points_of(person_id)
    return [each for each in mine if each.channel == account.channel]


def lately(account: ProviderAccount) -> tuple[int, int, datetime | None]:
    """Return how many of an account's last deliveries went well and how many did not, and when."""
    recent = (
        select(Delivery.state, Delivery.unsure, Delivery.settled_at)
        .where(Delivery.provider == account.label, Delivery.settled_at <= now())
        .order_by(Delivery.id.desc())
        .limit(LATELY)
    )
    rows = db.session.execute(recent).all()
    well = sum(row.state == "sent" and not row.unsure for row in rows)
    return well, len(rows) - well, rows[0].settled_at if rows else None
