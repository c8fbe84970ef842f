"""On whose pages our map may stand in a frame."""

from collections.abc import Sequence

from sqlalchemy import select

from maps.models import FrameHost
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db


def frame_hosts() -> Sequence[FrameHost]:
    """Return the web sites that may show our map."""
    return db.session.scalars(select(FrameHost).order_by(FrameHost.origin)).all()


def ancestors() -> str:
    """Return them as a content policy names them; with none, no page may frame us."""
    return " ".join(host.origin for host in frame_hosts()) or "'none'"


def add_frame_host(origin: str, *, actor: int) -> None:
    """Let a web site show our map; one that may already stays as it is."""
    if db.session.get(FrameHost, origin) is None:
        db.session.add(FrameHost(origin=origin, by_id=actor, added_at=now()))
        journal.write("maps.add_frame_host", None, actor=actor, origin=origin)


def remove_frame_host(origin: str, *, actor: int) -> None:
    """Take that back."""
    host = db.session.get(FrameHost, origin)
    if host is not None:
        db.session.delete(host)
        journal.write("maps.remove_frame_host", None, actor=actor, origin=origin)
