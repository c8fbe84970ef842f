"""Verbs about providers: set up, change, order, try, give up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from alerts.sender import providers, ways
from alerts.sender.kinds import KINDS, SECRETS
from alerts.sender.models import ProviderAccount
from nucleus.ground import i18n, journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import ContactPoint, new_uid

TEST = "alerts.test_provider"
GOOD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How an account is called, what it may carry, how fast, at what price."""

    name: str
    private: bool
    rate: float | None
    in_flight: int | None
    price_cents: float
    monthly_cap_cents: int | None


def add_provider(
    kind: str, answers: Mapping[str, str], *, limits: Limits, by: int
) -> ProviderAccount:
    """Set up an account; it is tried after those of its channel that stand already."""
    channel = str(KINDS[kind].channel)
    last = select(func.max(ProviderAccount.rank)).where(
        ProviderAccount.channel == channel, ProviderAccount.retired_at.is_(None)
    )
    account = ProviderAccount(
        uid=new_uid(), channel=channel, kind=kind, rank=(db.session.scalar(last) or 0) + 1
    )
    _set(account, answers, limits=limits)
    db.session.add(account)
    db.session.flush()
    _note("alerts.add_provider", account, by=by)
    return account


def edit_provider(
    account: ProviderAccount, answers: Mapping[str, str], *, limits: Limits, by: int
) -> None:
    """Change an account; a secret that was not typed again stays as it is."""
    kept = {
        name: value
        for name, value in providers.answers_of(account).items()
        if name in SECRETS[account.kind]
    }
    _set(account, {**kept, **answers}, limits=limits)
    account.changed_at = now()
    _note("alerts.edit_provider", account, by=by)


def rank_provider(account: ProviderAccount, *, up: bool, by: int) -> None:
    """Let an account carry earlier or later than the others of its channel."""
    same = [each for each in providers.accounts() if each.channel == account.channel]
    here = same.index(account)
    there = here - 1 if up else here + 1
    if 0 <= there < len(same):
        same[here], same[there] = same[there], same[here]
    for rank, each in enumerate(same, start=1):
        each.rank = rank
    _note("alerts.rank_provider", account, by=by)


def retire_provider(account: ProviderAccount, *, by: int) -> None:
    """Give an account up; its secrets are forgotten, what it carried stays in the books."""
    account.retired_at = now()
    providers.seal_answers(account, {})
    _note("alerts.retire_provider", account, by=by)


def connect_provider(account: ProviderAccount, *, by: int) -> None:
    """Let a provider be told where its answers go; it is on the way within seconds."""
    account.hook_asked_at, account.hook_set_at, account.hook_trouble = now(), None, None
    _note("alerts.connect_provider", account, by=by)


def test_provider(account: ProviderAccount, point: ContactPoint, *, by: int) -> Message:
    """Send a real message through this account, whatever its place, to the asker's own contact."""
    account.tested_at = now()
    draft = Draft(
        kind=TEST,
        texts=i18n.in_every_language(_test_words),
        origin=ways.TRIAL,
        origin_id=account.id,
        overtakes=True,
        valid_until=now() + GOOD_FOR,
    )
    message = post_to_contact(draft, point.id)
    _note("alerts.test_provider", account, by=by)
    return message


def _test_words() -> dict[str, str]:
    words = _("A test message. It came through the provider that you are trying.")
    return {"subject": _("A test message"), "body": words, "short": words}


def _set(account: ProviderAccount, answers: Mapping[str, str], *, limits: Limits) -> None:
    for fact in ("name", "private", "rate", "in_flight", "price_cents", "monthly_cap_cents"):
        setattr(account, fact, getattr(limits, fact))
    providers.seal_answers(account, answers)


def _note(word: str, account: ProviderAccount, *, by: int) -> None:
    """Note a deed, and let this process look at the ways anew."""
    journal.write(word, f"provider_account:{account.id}", actor=by, kind=account.kind)
    ways.forget(current_app._get_current_object())  # type: ignore[attr-defined]
