"""The feeds of authorities we look at, and every entry they brought."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.cap.models import CapDocument
from alerts.models import SEVERITIES
from nucleus.ground.database import BigId, Model
from nucleus.ground.sealing import Sealed, new_uid
from nucleus.people.models import Organisation

OUTCOMES = (
    "taken", "known", "drill", "past", "minor", "elsewhere", "not_ours", "faulty", "unreached",
    "empty",
)  # fmt: skip
TRIES = 3
"""How often an entry whose document can't be had is asked for."""


class Feed(Model):
    """An authority's Atom or RSS feed of CAP documents, for one association.

    Its address is sealed: some carry a key. `km` around `lat` and `lon` is what is wanted; without
    them everything is. `etag` and `modified` are what the authority said of its last answer.
    `tries` counts how often in a row it could not be read, `trouble` says why the last time.
    """

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint(f"least IN {SEVERITIES}", name="least"),
        CheckConstraint("km > 0", name="km"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    sealed_url: Mapped[bytes]
    comune: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    km: Mapped[int] = mapped_column(default=30)
    least: Mapped[str] = mapped_column(default="Moderate")
    drills: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int] = mapped_column(default=2)
    etag: Mapped[str | None]
    modified: Mapped[str | None]
    due_at: Mapped[datetime] = mapped_column(index=True)
    polled_at: Mapped[datetime | None]
    well_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    url = Sealed[str]()


class FeedEntry(Model):
    """One entry of a feed, once: what became of it, and why, if nothing did.

    `mark` is a hash of its name and date, so that an entry that was changed is read anew. `fault`
    is the first thing that was wrong with its document.
    """

    __tablename__ = "feed_entry"
    __table_args__ = (
        UniqueConstraint("feed_id", "mark"),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"))
    mark: Mapped[str]
    title: Mapped[str]
    outcome: Mapped[str]
    fault: Mapped[dict[str, Any] | None]
    tries: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(index=True)
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("cap_document.id", ondelete="SET NULL")
    )
    document: Mapped[CapDocument | None] = relationship()
