"""One point on earth, with how well we know it and what of it is public."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, Computed, Index
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import Model

PRECISIONS = ("pin", "street", "locality", "comune", "none")


def new_uid() -> str:
    """Return a random name under which the rest of the world knows a place."""
    return str(uuid4())


def _shown(axis: str) -> Computed:
    return Computed(f"CASE WHEN hidden THEN public_{axis} ELSE {axis} END", persisted=True)


class Place(Model):
    """Where something is. A place without coordinates waits here until maps finds them.

    `lat` and `lon` are WGS 84 degrees. `public_lat` and `public_lon` are drawn once for a place
    that must not be found; for every other place they are empty and the true point is public.
    `shown_lat` and `shown_lon` are what anybody may be shown; the database keeps them right.

    How the point is known: `source` says who (a person, a file, the gazetteer, an online
    geocoder), `query` what was asked, `geocoded_at` when; `confirmed_by_id` and `confirmed_at` who
    put it there by hand or said that it is good enough, and `insisted` why the point is right
    although it does not lie in the town. `tried_at` is when the gazetteer was
    asked, `asked_at` when an online geocoder was, which failed `ask_failures` times.
    """

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint(f"precision IN {PRECISIONS}", name="precision"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        Index(None, "lat", "lon"),
        Index(None, "shown_lat", "shown_lon"),
        Index(None, "source"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    label: Mapped[str | None]
    address: Mapped[str | None]
    comune: Mapped[str | None] = mapped_column(index=True)
    province: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str] = mapped_column(default="none")
    source: Mapped[str | None]
    query: Mapped[str | None]
    geocoded_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    ask_failures: Mapped[int] = mapped_column(default=0)
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    insisted: Mapped[str | None]
    hidden: Mapped[bool] = mapped_column(default=False)
    public_lat: Mapped[float | None]
    public_lon: Mapped[float | None]
    shown_lat: Mapped[float | None] = mapped_column(_shown("lat"))
    shown_lon: Mapped[float | None] = mapped_column(_shown("lon"))
