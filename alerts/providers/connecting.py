"""Tells a bot's provider where its answers go: at the press of a button, outside of any request.

Only Telegram wants to be told by a call. What was asked for stands in the account until it is
done, so that a lost process loses nothing; being told twice changes nothing there.
"""

import json

from flask import Flask, current_app
from sqlalchemy import select

from alerts.sender import providers
from alerts.sender.connections import http_pool, wire
from alerts.sender.errands import Errands
from alerts.sender.kinds import TelegramBot
from alerts.sender.models import ProviderAccount
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.crypto import CantOpen
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.heard import read_json

EVERY_SECONDS = 3
SECONDS = 10.0
HEARD = ("message", "callback_query")


def init_app(app: Flask) -> None:
    """Have somebody ready to go, and look who is asked for."""
    app.extensions["nucleus.connecting"] = Errands(app, "connecting", connect, threads=1)
    jobs.pin(app, jobs.Job("connect_providers", EVERY_SECONDS, set_out))


def set_out() -> None:
    """Go to every provider that is to be told."""
    errands: Errands = current_app.extensions["nucleus.connecting"]
    wanted = select(ProviderAccount.id).where(
        ProviderAccount.hook_asked_at.is_not(None), ProviderAccount.retired_at.is_(None)
    )
    for account in db.session.scalars(wanted):
        errands.go(account)


def connect(number: int) -> None:
    """Tell one provider, and write down what it said; no transaction is open meanwhile."""
    with reading():
        account = db.session.get_one(ProviderAccount, number)
        asked_at, token = account.hook_asked_at, providers.inbound_token(account.uid)
        try:
            bot = providers.provider_of(account)
        except CantOpen:
            bot = None
    trouble = tell(bot, token) if isinstance(bot, TelegramBot) else "it can't be told by us"
    with transaction():
        row = db.session.get_one(ProviderAccount, number, with_for_update=True)
        if row.hook_asked_at == asked_at:  # else it was asked for anew meanwhile
            row.hook_asked_at, row.hook_trouble = None, trouble
            row.hook_set_at = now() if trouble is None else None


def tell(bot: TelegramBot, token: str) -> str | None:
    """Say to Telegram where answers go and with which secret; return what is wrong, if anything."""
    if not bot.calls_back:
        return "our own address must begin with https://"
    said = {"url": bot.calls_back, "secret_token": token, "allowed_updates": list(HEARD)}
    body, kind = json.dumps(said).encode(), {"Content-Type": "application/json"}
    with wire.exchange(seconds=SECONDS, inside=bot.inside) as under_way:
        try:
            answer = http_pool.converse(
                "POST", f"{bot.base_url}/bot{bot.token}/setWebhook", headers=kind, body=body
            )
        except http_pool.NoWholeAnswer:
            return under_way.outcome.words if under_way.outcome else "nobody answered"
    if answer.status in {401, 404}:
        return "the token of the bot is not right"
    return None if answer.status == 200 and _is_yes(answer.content) else _no_yes(answer)


def _no_yes(answer: http_pool.RawAnswer) -> str:
    """Return what is known of an answer that was no yes; its own words could hold anything."""
    return f"the provider answered {answer.status}"


def _is_yes(content: bytes) -> bool:
    try:
        found = read_json(content)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("ok") is True
