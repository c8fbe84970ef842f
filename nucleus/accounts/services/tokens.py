"""Tokens for programs: made, shown once, revoked."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from nucleus.accounts.models import ApiToken
from nucleus.accounts.queries import TOKEN_BEGINS, TOKEN_MARK
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.people.models import Person
from nucleus.people.services import add_person, stop_person

SECRET_BYTES = 32
DAYS, MOST_DAYS = 90, 365


@dataclass(frozen=True, kw_only=True)
class TokenDraft:
    """What an administrator types: for which program of which association, how much, how long."""

    name: str
    organisation_id: int
    scopes: Iterable[str]
    days: int = DAYS


def add_api_token(draft: TokenDraft, *, by: int) -> tuple[ApiToken, str]:
    """Make a token; return its row and the token itself, which stands nowhere afterwards."""
    token = TOKEN_BEGINS + secrets.token_urlsafe(SECRET_BYTES)
    row = ApiToken(
        organisation_id=draft.organisation_id,
        person_id=add_person(draft.name).id,
        made_by_id=by,
        name=draft.name,
        fingerprint=ring().fingerprint(TOKEN_MARK, token),
        scopes=sorted(set(draft.scopes)),
        made_at=now(),
        expires_at=now() + timedelta(days=min(draft.days, MOST_DAYS)),
    )
    db.session.add(row)
    db.session.flush()
    journal.write(
        "accounts.add_api_token", f"api_token:{row.id}", actor=by, scopes=row.scopes,
        organisation=row.organisation_id, person=row.person_id,
    )  # fmt: skip
    return row, token


def revoke_api_token(row: ApiToken, *, by: int) -> None:
    """End a token at once; ending it twice changes nothing."""
    if row.revoked_at is not None:
        return
    row.revoked_at = now()
    stop_person(db.session.get_one(Person, row.person_id))
    journal.write("accounts.revoke_api_token", f"api_token:{row.id}", actor=by)
