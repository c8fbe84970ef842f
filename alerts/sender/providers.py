"""The providers an administrator has set up, as the sender and the inbound doors see them."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import case, func, literal, select

from alerts.sender.kinds import KINDS, Account, MailServer, NtfyAccount, WebPush
from alerts.sender.letters import Provider
from alerts.sender.models import SETTINGS, ProviderAccount, StrangerReply
from alerts.sender.vapid import public_key
from alerts.sender.ways import SETTINGS_RANK, Way
from nucleus.ground.clock import local, now
from nucleus.ground.crypto import CantOpen, ring
from nucleus.ground.database import db
from nucleus.ground.settings import Settings
from nucleus.ground.web import settings
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel, Person

DEAR_LANGUAGES, DEAR_PARTS = ("ar", "uk"), 3
"""160 signs of Arabic or Ukrainian are charged as three parts of 67."""

INBOUND = "provider_inbound"


def accounts() -> Sequence[ProviderAccount]:
    """Return the accounts in use, by channel, the first to carry first."""
    live = select(ProviderAccount).where(ProviderAccount.retired_at.is_(None))
    order = (ProviderAccount.channel, ProviderAccount.rank, ProviderAccount.id)
    return db.session.scalars(live.order_by(*order)).all()


def account_at(uid: str) -> ProviderAccount | None:
    """Return the account of that name while it is in use."""
    mine = select(ProviderAccount).where(
        ProviderAccount.uid == uid, ProviderAccount.retired_at.is_(None)
    )
    return db.session.scalar(mine)


def answers_of(account: ProviderAccount) -> dict[str, str]:
    """Return what an administrator has told of an account, secrets and all.

    Raises:
        CantOpen: it was sealed with a key that is gone.
    """
    opened = ring().open(account.sealed_settings, SETTINGS, account.uid)
    return cast(dict[str, str], json.loads(opened))


def secrets_of(uid: str) -> Mapping[str, str]:
    """Return what an inbound door needs to check that a call comes from this provider.

    Beside what the administrator typed, `inbound` is a token of our own, which the provider is
    given when its calls to us are set up. Empty when there is no such account (any more).
    """
    account = account_at(uid)
    if account is None:
        return {}
    try:
        return {**answers_of(account), "inbound": inbound_token(uid)}
    except CantOpen:
        return {}


def inbound_token(uid: str) -> str:
    """Return the token by which a provider without signatures proves that it is the one."""
    return base64.urlsafe_b64encode(ring().sign(INBOUND, uid)).decode().rstrip("=")


def seal_answers(account: ProviderAccount, answers: Mapping[str, str]) -> None:
    """Keep what an administrator told of an account."""
    text = json.dumps(dict(answers), ensure_ascii=False)
    account.sealed_settings = ring().seal(text, SETTINGS, account.uid)


def provider_of(account: ProviderAccount) -> Provider:
    """Return an account as the sender takes it.

    Raises:
        CantOpen: it was sealed with a key that is gone.
    """
    return _provider(account.kind, account.uid, json.dumps(answers_of(account)),
                     private=account.private, chosen=settings())  # fmt: skip


@lru_cache(maxsize=64)
def _provider(kind: str, uid: str, answers: str, *, private: bool, chosen: Settings) -> Provider:
    known = KINDS[kind].questions
    told: dict[str, Any] = {n: value for n, value in json.loads(answers).items() if n in known}
    if chosen.testing and kind in dict(chosen.stand_ins):
        told["base_url"] = dict(chosen.stand_ins)[kind]
    on_the_web = chosen.base_url.startswith("https://")
    told["calls_back"] = inbound_address(uid, chosen) if on_the_web else ""
    inside = may_be_inside(KINDS[kind].cls(**told), chosen)
    account = KINDS[kind].cls(**told, private=private, inside=inside)
    if isinstance(account, MailServer | NtfyAccount):
        return account.account(chosen.name)
    return account


def inbound_address(uid: str, chosen: Settings) -> str:
    """Return where a provider's answers and receipts come in."""
    return f"{chosen.base_url}/alerts/inbound/receive/{uid}"


def may_be_inside(account: Account, chosen: Settings) -> bool:
    """Say whether an account's server may stand in our own network: the operator said so.

    Who can only fill in a form cannot make the house knock at its own doors.
    """
    host = account.place[0].lower()
    stand_in = chosen.testing and urlsplit(getattr(account, "base_url", "")).hostname == "127.0.0.1"
    return host in chosen.own_hosts or stand_in


def gather() -> list[Way]:
    """Return the ways of all accounts, and the one into people's own browsers."""
    found = [way for account in accounts() if (way := way_of(account))]
    return [*found, *_web_push()]


def way_of(account: ProviderAccount) -> Way | None:
    """Return an account as the sender paces it; `None` when its secrets can't be opened."""
    try:
        provider = provider_of(account)
    except (CantOpen, KeyError, TypeError, ValueError):
        return None
    return Way(
        label=account.label,
        lane=account.channel,
        provider=provider,
        host=provider.place[0],
        rank=SETTINGS_RANK + account.rank,
        rate=account.rate,
        in_flight=account.in_flight,
        cap_left=cap_left(account),
        account=account.id,
    )


def _web_push() -> list[Way]:
    """Browsers take notices only from a page that came encrypted, or from this machine."""
    chosen = settings()
    place = urlsplit(chosen.base_url)
    if place.scheme != "https" and place.hostname not in ("localhost", "127.0.0.1"):
        return []
    contact = chosen.mail.sender if chosen.mail else ""
    subject = f"mailto:{contact}" if contact else chosen.base_url
    own = WebPush(contact=subject, private=True, inside=chosen.testing)
    return [Way(label="web_push", lane=str(Channel.WEB_PUSH), provider=own, host="push")]


def cap_left(account: ProviderAccount) -> int | None:
    """Return how many more messages this month's cap allows; `None` when there is none."""
    if account.monthly_cap_cents is None or account.price_cents <= 0:
        return None
    left = account.monthly_cap_cents - spent_cents(account)
    return max(0, int(left / account.price_cents))


def spent_cents(account: ProviderAccount) -> float:
    """Return what this account's messages cost since the month began here.

    A text message is charged by its parts; the same text takes more of them in a language whose
    letters are not among the cheap ones (`alerts.sender.segments`).
    """
    dear = case((Person.language.in_(DEAR_LANGUAGES), DEAR_PARTS), else_=1)
    parts = dear if account.channel == Channel.SMS else literal(1)
    sent = (
        select(func.coalesce(func.sum(Delivery.copies * parts), 0))
        .join(Person, Person.id == Delivery.person_id)
        .where(
            Delivery.provider == account.label,
            Delivery.copies > 0,
            Delivery.settled_at >= month_began(),
        )
    )
    return float((db.session.scalar(sent) or 0) + _told_strangers(account)) * account.price_cents


def _told_strangers(account: ProviderAccount) -> int:
    """Return how many parts of messages to strangers an account carried this month."""
    dear = case((StrangerReply.language.in_(DEAR_LANGUAGES), DEAR_PARTS), else_=1)
    parts = dear if account.channel == Channel.SMS else literal(1)
    told = select(func.coalesce(func.sum(StrangerReply.copies * parts), 0)).where(
        StrangerReply.account_id == account.id, StrangerReply.settled_at >= month_began()
    )
    return db.session.scalar(told) or 0


def month_began() -> datetime:
    """Return the first moment of this month, as the association's clock has it."""
    today = local(now(), settings().time_zone)
    return today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def details() -> dict[str, str]:
    """Return the channels that can send now, with what a member's page must know of each."""
    chosen = settings()
    by_settings = {Channel.EMAIL: chosen.mail, Channel.NTFY: chosen.ntfy}
    found = {str(channel): "" for channel, server in by_settings.items() if server}
    for account in reversed(accounts()):
        found[account.channel] = public_name(account)
    if _web_push():
        found[Channel.WEB_PUSH] = ":".join(public_key(ring()))
    return found


def public_name(account: ProviderAccount) -> str:
    """Return the name under which people find an account at its provider, where it has one."""
    try:
        return answers_of(account).get("name", "") if account.kind == "telegram" else ""
    except CantOpen:
        return ""
