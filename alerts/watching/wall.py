"""The wall: counts of the alerts for many, on a screen that a coordinator has trusted for a time.

Whoever walks past may read it, so there is nothing of a person on it: no name, no alert for one
person, no word that somebody typed about one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from alerts.models import Alert
from alerts.overview.board import NeedLine, Word, needs_of
from alerts.overview.standing import groups_of, version_of
from alerts.watching.models import WallLink
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token, proves, subject_of

PURPOSE = "wall"
GOOD_FOR = timedelta(days=30)
MOST = 12


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One alert for many, as the wall shows it."""

    alert: Alert
    needs: tuple[NeedLine, ...]
    numbers: Mapping[Word, int]

    def number(self, *words: str) -> int:
        """Return how many people stand in any of these groups."""
        return sum(count for word, count in self.numbers.items() if word in words)


def add_wall(name: str, organisation: int, by: int) -> WallLink:
    """Trust one more screen of an association, for thirty days."""
    link = WallLink(
        name=name,
        organisation_id=organisation,
        author_id=by,
        made_at=now(),
        expires_at=now() + GOOD_FOR,
    )
    db.session.add(link)
    db.session.flush()
    journal.write("alerts.add_wall", f"wall:{link.id}", actor=by)
    return link


def revoke_wall(link: WallLink, by: int) -> None:
    """Trust a screen no longer; it shows nothing from its next look on."""
    here = update(WallLink).where(WallLink.id == link.id, WallLink.revoked_at.is_(None))
    db.session.execute(here.values(revoked_at=now()))
    journal.write("alerts.revoke_wall", f"wall:{link.id}", actor=by)


def walls_of(organisations: frozenset[int] | None) -> Sequence[WallLink]:
    """Return the screens these associations (`None`: all) trust now."""
    live = select(WallLink).where(WallLink.revoked_at.is_(None), WallLink.expires_at > now())
    if organisations is not None:
        live = live.where(WallLink.organisation_id.in_(organisations))
    return db.session.scalars(live.order_by(WallLink.id.desc())).all()


def token_of(link: WallLink) -> str:
    """Return the token of a screen; the same each time."""
    return derive_token(PURPOSE, link.id, link.nonce)


def wall_by_token(token: str) -> WallLink | None:
    """Return the screen a link is for, while it is trusted."""
    subject = subject_of(token)
    link = db.session.get(WallLink, subject) if subject else None
    if link is None or not proves(token, PURPOSE, link.id, link.nonce):
        return None
    return link if link.revoked_at is None and link.expires_at > now() else None


def tiles_of(link: WallLink) -> tuple[Tile, ...]:
    """Return the open alerts for many of the association, the newest first."""
    return tuple(
        Tile(
            alert=alert,
            needs=needs_of(alert),
            numbers={one.word: one.number for one in groups_of(alert, first=1)},
        )
        for alert in _open_ones(link)
    )


def mark_of(link: WallLink) -> str:
    """Return a mark that changes whenever something on the wall may have changed."""
    marks = (version_of(alert) for alert in _open_ones(link))
    return f"w{link.id}-" + "".join(mark[:6] for mark in marks)


def _open_ones(link: WallLink) -> Sequence[Alert]:
    mine = select(Alert).where(
        Alert.state == "open",
        Alert.scale == "area",
        Alert.person_id.is_(None),
        Alert.organisation_id == link.organisation_id,
    )
    return db.session.scalars(mine.order_by(Alert.id.desc()).limit(MOST)).all()
