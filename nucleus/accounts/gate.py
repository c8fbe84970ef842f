"""The gate of the API: which program calls, whether its token is good for this, how often."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from flask import g, request
from sqlalchemy import and_, case, or_, update

from nucleus.accounts.guessing import Limit, rest, visitor
from nucleus.accounts.models import ApiToken, Refusal
from nucleus.accounts.queries import api_token_given
from nucleus.ground import api
from nucleus.ground.clock import now
from nucleus.ground.database import execute_apart, remember_refusal
from nucleus.ground.problems import Problem

DOOR = "api"
CALLS_A_MINUTE = 120
STRANGER = Limit(60, timedelta(minutes=15))
"""A door of its own: a program that forgot its token must not close the sign-in to its office."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that calls: its token (id), as whom it acts, for which association, its scopes."""

    token: int
    person: int
    organisation: int
    scopes: frozenset[str]


def program() -> Program | None:
    """Return which program calls, by its token; a browser's cookie counts for nothing here."""
    if "program" not in g:
        row = api_token_given(request.headers.get("Authorization", ""))
        g.program = row and Program(
            token=row.id,
            person=row.person_id,
            organisation=row.organisation_id,
            scopes=frozenset(row.scopes),
        )
    found: Program | None = g.program
    return found


def token_may(scope: str | None = None) -> Callable[[], bool]:
    """Return the policy of a door for programs: a live token, with this scope if one is named."""

    def may_call() -> bool:
        caller = program()
        if caller is None:
            g.token_refused = 401
        elif scope is not None and scope not in caller.scopes:
            g.token_refused = 403
        return "token_refused" not in g

    may_call.scope = scope  # type: ignore[attr-defined]
    return may_call


def count_call() -> None:
    """Count a call of a program in the present minute and say in `g` who calls.

    Raises:
        Problem: 429, when the minute is full.
    """
    caller = program()
    if caller is None:  # a door that needs no token
        return
    moment = now()
    minute = moment.replace(second=0, microsecond=0)
    same = ApiToken.minute == minute
    counted = (
        update(ApiToken)
        .where(ApiToken.id == caller.token)
        .where(or_(ApiToken.minute.is_(None), ~and_(same, ApiToken.calls >= CALLS_A_MINUTE)))
        .values(calls=case((same, ApiToken.calls + 1), else_=1), minute=minute, last_used_at=moment)
    )
    if not execute_apart(counted):
        wait = {"Retry-After": str(60 - moment.second)}
        raise Problem(429, f"A token may call {CALLS_A_MINUTE} times a minute.", headers=wait)
    setattr(g, api.CALLER, f"token:{caller.token}")


def refuse(status: int) -> NoReturn:
    """Refuse a call: without a valid token, or without the scope of this door.

    A stranger who keeps trying is told to rest; what they try is never kept.
    """
    if status == 401:
        if until := rest(DOOR, visitor(), STRANGER):
            seconds = max(1, round((until - now()).total_seconds()))
            raise Problem(429, headers={"Retry-After": str(seconds)})
        remember_refusal(Refusal(at=now(), door=DOOR, whom=visitor()))
    raise Problem(status)
