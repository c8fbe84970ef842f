"""The seals under closed parts of the journal: what the chain goes on from when they are gone.

A seal keeps the last link of its part, signed by the key ring together with the seal before it. So
whoever can write to the database but has no key can neither make one up nor leave one out.
"""

import hmac
import json

from sqlalchemy import select

from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.models import JournalSeal

NONE = "0" * 64


class BrokenSeal(Exception):
    """A seal is not one that this house made."""


def newest_seal() -> JournalSeal | None:
    """Return the seal the chain goes on from; raise `BrokenSeal` when one of them is not ours."""
    before, last = NONE, None
    for last in db.session.scalars(select(JournalSeal).order_by(JournalSeal.link)):
        if not hmac.compare_digest(last.signature, signature_of(last, before)):
            raise BrokenSeal(last.link)
        before = last.signature
    return last


def signature_of(seal: JournalSeal, before: str) -> str:
    """Return what the key ring says of a seal.

    Args:
        seal: the seal.
        before: the signature of the seal before it, or `NONE`.
    """
    moments = [seal.until.isoformat(), seal.at.isoformat()]
    body = json.dumps([before, seal.link, seal.mac, *moments])
    return ring().sign("journal-seal", body, ring().keys[-1][0]).hex()
