"""A real house with a crowd of invented people in it, on any database, sending to a quick sink."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from nucleus.app import create_app
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import Base, db, transaction
from nucleus.ground.environment import read_settings
from nucleus.ground.versions import upgrade_tables
from nucleus.people.models import ADDRESS, Channel, ContactPoint, Person, new_uid
from nucleus.roster.models import Award, Responder, WeeklyHours
from tests.benchmarks.sinking import Sink
from tests.cast import AVERSA, Cast, invite
from tests.conftest import RING

DAYS = range(7)
SILENCE = {"NUCLEUS_PROBE_MINUTES": "0"}
"""The house sends itself no test messages, so that a sink counts those that are measured."""


@dataclass(frozen=True)
class CrowdedHouse:
    """A house whose operator set `environ`; `app` is this process's view of it."""

    folder: Path
    environ: Mapping[str, str]
    app: Flask
    cast: Cast


@contextmanager
def open_house(url: str, sink: Sink | None = None, **settings: str) -> Iterator[CrowdedHouse]:
    """Make a house on an empty database, invite the cast, and let go of it at the end.

    Args:
        url: of the database.
        sink: takes its letters; without one nothing can be sent.
        **settings: more of them, such as `sender_threads="128"`.
    """
    with TemporaryDirectory(prefix="nucleus-house-") as name:
        environ = {"NUCLEUS_DATA": name, "NUCLEUS_KEYS": RING, "NUCLEUS_DATABASE_URL": url}
        environ |= SILENCE
        environ |= {f"NUCLEUS_{key.upper()}": value for key, value in settings.items()}
        environ |= sink.environ if sink else {}
        app = create_app(read_settings(environ))
        upgrade_tables(app)
        try:
            yield CrowdedHouse(Path(name), environ, app, invite(app))
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def bring(house: CrowdedHouse, count: int, *channels: Channel, each: bool = False) -> list[int]:
    """Bring people who read English; return their ids.

    Args:
        house: where to.
        count: how many.
        *channels: one for each person in turn.
        each: every person has all of these channels instead.
    """
    first = {"name": "Crowd", "language": "en", "organisation_id": house.cast.organisation}
    with house.app.app_context(), transaction():
        _add(Person, [first | {"uid": new_uid(), "name": f"C{n} Crowd"} for n in range(count)])
        mine = select(Person.id).where(Person.name.like("C% Crowd")).order_by(Person.id)
        people = list(db.session.scalars(mine))[-count:]
        points = [
            _point(person, channel, rank)
            for place, person in enumerate(people)
            for rank, channel in enumerate(_channels(channels, place, each=each), start=1)
        ]
        _add(ContactPoint, points)
    return people


def enrol(house: CrowdedHouse, people: Sequence[int]) -> None:
    """Make responders of these people: qualified, near, always available."""
    today, at = now().date(), now()
    award = {"competence_id": house.cast.listening, "issued_on": today, "expires_on": None}
    award |= {"expires_on": today.replace(year=today.year + 1, day=1)}
    place = {"organisation_id": house.cast.organisation, "lat": AVERSA[0], "lon": AVERSA[1]}
    hours = {"opens": 0, "closes": 1440}
    with house.app.app_context(), transaction():
        _add(Responder, [place | {"person_id": each, "active_since": at} for each in people])
        _add(Award, [award | {"person_id": each} for each in people])
        _add(WeeklyHours, [hours | {"person_id": p, "weekday": d} for p in people for d in DAYS])


def _channels(channels: Sequence[Channel], place: int, *, each: bool) -> Sequence[Channel]:
    return channels if each else [channels[place % len(channels)]]


def _point(person: int, channel: Channel, rank: int) -> dict[str, Any]:
    uid = new_uid()
    address = f"p{person}@example.org" if channel == Channel.EMAIL else f"crowd-topic-{person}"
    return {
        "uid": uid,
        "person_id": person,
        "channel": str(channel),
        "sealed_address": ring().seal(address, ADDRESS, uid),
        "fingerprint": uid,
        "rank": rank,
        "verified_at": now(),
        "proven_at": now(),
    }


def _add(table: type[Base], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(table), rows)
