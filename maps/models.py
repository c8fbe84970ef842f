"""Lists of others, what geocoders answered, where people start, areas and borders."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from nucleus.ground.database import Model
from nucleus.ground.lifecycle import checked
from nucleus.ground.sealing import Sealed, SealedWords
from nucleus.places.models import PRECISIONS

KINDS = ("csv", "xlsx", "geojson", "osm", "hsds")


def new_uid() -> str:
    """Return a random name, under which the files of a run lie."""
    return uuid4().hex


class ImportSource(Model):
    """Whoever keeps a list: which of its columns is what, and what we owe for it.

    `mapping` says our word for a column and its heading there; it is remembered, so that the
    question is asked once, and with it which `sheet` of a workbook holds the list. The facts of a
    `trusted` source count as ours: its ids, and the days on which it confirmed something.

    `attribution` is what somebody here wrote; `told_attribution` what the copy of another house
    says of a source whose lists never came here: it counts only until somebody here says.
    """

    __tablename__ = "import_source"
    name: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, str]] = mapped_column(default=dict)
    sheet: Mapped[str | None]
    attribution: Mapped[str | None]
    told_attribution: Mapped[str | None]
    abroad: Mapped[bool] = mapped_column(default=False)
    trusted: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]

    @property
    def owed(self) -> str | None:
        """Return the line that is shown wherever its facts are, if it asks for one."""
        return self.attribution or self.told_attribution


class ImportRun(Model):
    """One file being taken in, in chunks; what is done is written with each chunk.

    `line` rows of `lines` are done, and the next one begins at the byte `offset` of the staged
    file. A run that was cut short goes on there. `counts` says what became of every row;
    `foreseen` the same of the dry run. Of a workbook one `sheet` is read; `workbook` names the
    others. Only a run `at_terminal` needs nobody's rights; one whose starter left has none.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        checked("import_run.state"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True, default=new_uid)
    source: Mapped[str]
    file_name: Mapped[str]
    kind: Mapped[str | None]
    sheet: Mapped[str | None]
    workbook: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    reason: Mapped[str | None]
    headings: Mapped[list[str]] = mapped_column(default=list)
    lines: Mapped[int] = mapped_column(default=0)
    line: Mapped[int] = mapped_column(default=0)
    offset: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    foreseen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at_terminal: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]


class GeocodeAnswer(Model):
    """What an online geocoder said of a query, kept so that nobody is asked twice.

    `precision` is `none` for a query it knows nothing of; such an answer ends sooner. Only what
    is public was ever asked, so only that is kept here.
    """

    __tablename__ = "geocode_answer"
    __table_args__ = (
        UniqueConstraint("query", "provider"),
        CheckConstraint(f"precision IN {PRECISIONS}", name="precision"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    query: Mapped[str]
    provider: Mapped[str]
    precision: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    label: Mapped[str | None]
    country: Mapped[str | None]
    towns: Mapped[list[str]] = mapped_column(default=list)
    asked_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class GeocodeClock(Model):
    """When an online geocoder may be asked again, for the whole installation.

    `free_at` is in seconds of the database's own clock, so that machines whose clocks differ
    share one pace. `failures` in a row make the pauses longer.
    """

    __tablename__ = "geocode_clock"
    provider: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[float] = mapped_column(default=0.0)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    asked: Mapped[int] = mapped_column(default=0)


class StartingPoint(Model):
    """From where a person starts: theirs alone, so address and point stand sealed.

    `asked_at` is when the geocoder they agreed to was asked, which failed `ask_failures` times.
    """

    __tablename__ = "starting_point"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    uid: Mapped[str] = mapped_column(unique=True)
    sealed_address: Mapped[bytes]
    sealed_found: Mapped[bytes]
    asked_at: Mapped[datetime | None]
    ask_failures: Mapped[int] = mapped_column(default=0)
    address = Sealed[str]()
    found = SealedWords()


class Boundary(Model):
    """The border of a comune, taken in from a file (ISTAT), with fewer corners than there.

    `shape` holds rings of [lat, lon]; the four numbers are the box around them, in degrees.
    """

    __tablename__ = "boundary"
    __table_args__ = (Index(None, "south", "north"),)
    istat: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(index=True)
    province: Mapped[str]
    south: Mapped[float]
    west: Mapped[float]
    north: Mapped[float]
    east: Mapped[float]
    shape: Mapped[dict[str, Any]]


class Area(Model):
    """A part of the earth on which an emergency turns: what was drawn, which comuni were named.

    It ends by itself at `until`, so that nobody reads in winter what was true in a flood. A
    `public` one is open to everybody; any other only inside the house.
    """

    __tablename__ = "area"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    what: Mapped[str | None]
    region: Mapped[dict[str, Any]]
    public: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    def is_over(self, now: datetime) -> bool:
        """Tell whether somebody ended it, or its time is up."""
        return self.ended_at is not None or self.until <= now


class AreaLink(Model):
    """A link by which people outside the house look at one area, as strangers may see it.

    It is derived from `nonce` and stored nowhere. It ends at `until`, with its area, or when
    somebody withdraws it; `label` says for whom it was made.
    """

    __tablename__ = "area_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str]
    label: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    area: Mapped[Area] = relationship()

    def is_over(self, now: datetime) -> bool:
        """Tell whether it was withdrawn, its time is up, or its area is over."""
        return self.withdrawn_at is not None or self.until <= now or self.area.is_over(now)


class ImportRow(Model):
    """One row of a list that waits for a person, or what that person decided.

    `raw` are its cells as they came; once it is decided they are forgotten, and `mark`, made from
    them, tells the same row again in the next file of this source.
    """

    __tablename__ = "import_row"
    __table_args__ = (checked("import_row.state"), Index(None, "source", "mark"))
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    number: Mapped[int]
    heading: Mapped[str]
    reason: Mapped[str]
    raw: Mapped[list[str]] = mapped_column(default=list)
    mark: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    why: Mapped[str | None]
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class FrameHost(Model):
    """A web site on whose pages our map may stand in a frame: scheme and host, as CSP names it."""

    __tablename__ = "frame_host"
    origin: Mapped[str] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]
