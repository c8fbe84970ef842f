"""What a program may ask about its own token."""

from typing import Any

from marshmallow import fields

from nucleus.accounts.gate import program, token_may
from nucleus.accounts.models import ApiToken
from nucleus.ground.api import RoomApi
from nucleus.ground.database import db
from nucleus.ground.fields import Moment, Strict

bp = RoomApi("accounts_api", __name__, description="The token itself.")


class TokenShown(Strict):
    """What a token is good for."""

    name = fields.String(required=True)
    organisation = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = Moment(required=True)


@bp.door("GET", "/token", policy=token_may(), gives=TokenShown)
def show_token() -> dict[str, Any]:
    """Show for whom this token speaks, what it may do and until when."""
    caller = program()
    row = db.session.get_one(ApiToken, caller.token if caller else 0)
    return {
        "name": row.name,
        "organisation": row.organisation.name,
        "scopes": sorted(row.scopes),
        "expires_at": row.expires_at,
    }
