"""Listeners: added with a secret of their own, tried, stopped."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.listeners.hearing import TEST, row
from alerts.listeners.models import SECRET, URL, Listener, Telling
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.people.models import new_uid

SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class ListenerDraft:
    """What an administrator types."""

    name: str
    url: str
    organisation_id: int
    events: Iterable[str]
    drills: bool = False


def add_listener(draft: ListenerDraft, *, by: int) -> tuple[Listener, str]:
    """Add a listener; return it and the secret with which it checks our signature."""
    uid = new_uid()
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    listener = Listener(
        uid=uid,
        organisation_id=draft.organisation_id,
        name=draft.name,
        sealed_url=ring().seal(draft.url, URL, uid),
        sealed_secret=ring().seal(secret, SECRET, uid),
        events=sorted(set(draft.events)),
        drills=draft.drills,
        made_by_id=by,
        made_at=now(),
    )
    db.session.add(listener)
    db.session.flush()
    journal.write("alerts.add_listener", f"listener:{listener.id}", actor=by)
    return listener, secret


def test_listener(listener: Listener, *, by: int) -> Telling:
    """Write down a test event; it is on its way within seconds."""
    telling = row(listener, TEST, {"number": None, "drill": True})
    db.session.add(telling)
    db.session.flush()
    journal.write("alerts.test_listener", f"listener:{listener.id}", actor=by)
    return telling


def stop_listener(listener: Listener, *, by: int) -> None:
    """Tell a listener nothing more, also not what is waiting; twice changes nothing."""
    if listener.stopped_at is None:
        listener.stopped_at = now()
        journal.write("alerts.stop_listener", f"listener:{listener.id}", actor=by)
