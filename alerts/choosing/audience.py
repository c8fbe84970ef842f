"""Who could come: qualified ∩ available now ∩ near, without those who must not be asked.

The same condition counts people before sending and chooses them at sending. Whoever is left out
because of something private (an alert of their own, a person who does not want them) is counted
among the *not available*, and groups under five are shown as nothing else.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Protocol

from flask import Flask, current_app
from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from alerts.models import Alert, Recipient
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.people.models import Person, SpokenLanguage
from nucleus.roster import queries as roster
from nucleus.roster.models import Responder

KM_PER_DEGREE = 111.2
FEWEST_SHOWN = 5
NO_DISTANCE = 10**8  # ranks after everybody whose distance is known (metres)
ASKED = "asked"
NOT_QUALIFIED, OTHER_SKILLS, TOO_FAR = "not_qualified", "other_skills", "too_far"
NOT_AVAILABLE = "not_available"
RESPOND = "respond"


class Wanted(Protocol):
    """One need: a competence or a language, or neither when anybody trained will do."""

    @property
    def competence_id(self) -> int | None:
        """Which competence."""

    @property
    def language(self) -> str | None:
        """Which language."""


class Scene(Protocol):
    """What of an alert, or of its draft, decides who could come."""

    @property
    def organisation_id(self) -> int:
        """Who asks."""

    @property
    def person_id(self) -> int | None:
        """Who is in need."""

    @property
    def lat(self) -> float | None:
        """Where, in degrees; the centre of a comune."""

    @property
    def lon(self) -> float | None:
        """Where, in degrees."""

    @property
    def everyone(self) -> bool:
        """Whether distance does not matter."""

    @property
    def needs(self) -> Iterable[Wanted]:
        """What is asked for."""


@dataclass(frozen=True)
class AudiencePreview:
    """How many would be asked, and why others would not: reason → count, `None` under five."""

    number: int
    reasons: Mapping[str, int | None]


def pin_unwanted(app: Flask, ask: Callable[[int], Collection[int]]) -> None:
    """Pin who can say which people a person in need does not want near them."""
    app.extensions.setdefault("nucleus.unwanted", []).append(ask)


def unwanted_by(person_id: int | None) -> frozenset[int]:
    """Return whom a person in need does not want: never asked, told, or counted apart."""
    boards = current_app.extensions.get("nucleus.unwanted", []) if person_id else []
    return frozenset(unwanted for ask in boards for unwanted in ask(person_id))


def preview(scene: Scene, *, unwanted: Collection[int] = ()) -> AudiencePreview:
    """Count who would be asked now and why the others would not."""
    verdict = _verdict(scene, unwanted).label("verdict")
    judged = select(verdict).select_from(Person).join(Responder).where(_is_here()).subquery()
    counted = select(judged.c.verdict, func.count()).group_by(judged.c.verdict)
    return fold_small({str(why): number for why, number in db.session.execute(counted)})


def fold_small(counts: Mapping[str, int]) -> AudiencePreview:
    """Count groups under five among the not available, so that a block is never betrayed."""
    others = {why: n for why, n in counts.items() if why not in {ASKED, NOT_AVAILABLE}}
    reasons: dict[str, int | None] = {w: n for w, n in others.items() if n >= FEWEST_SHOWN}
    rest = counts.get(NOT_AVAILABLE, 0) + sum(n for n in others.values() if n < FEWEST_SHOWN)
    if rest:
        reasons[NOT_AVAILABLE] = rest if rest >= FEWEST_SHOWN else None
    return AudiencePreview(counts.get(ASKED, 0), reasons)


def candidates(alert: Alert, *, unwanted: Collection[int] = ()) -> Select[int, int, int, float]:
    """Select (alert, person, rank, distance in km) of all who could come and aren't asked yet.

    Who is listed is read once, before anybody is: asked for each person apart, PostgreSQL read
    the growing list through ten thousand times, having planned it while it was still empty.
    """
    listed = select(Recipient.person_id).where(Recipient.alert_id == alert.id)
    far = distance_km(alert)
    rank = func.coalesce(cast(far * 1000, Integer), NO_DISTANCE)
    return (
        select(literal(alert.id), Person.id, rank, far)
        .select_from(Person)
        .join(Responder)
        .where(_is_here(), _verdict(alert, unwanted) == ASKED, Person.id.not_in(listed))
    )


def still_could_come(alert: Alert, *, unwanted: Collection[int] = ()) -> Select[int]:
    """Select the persons a wave may ask now: checked again each time people are picked."""
    return select(Person.id).join(Responder).where(_is_here(), _verdict(alert, unwanted) == ASKED)


def fits_one_of(needs: Iterable[Wanted]) -> ColumnElement[bool]:
    """Return the condition that a `Responder` could fill at least one of the needs."""
    return or_(literal(value=False), *(fits(need) for need in needs))


def fits(need: Wanted) -> ColumnElement[bool]:
    """Return the condition that a `Responder` has the competence and language of a need."""
    conditions: list[ColumnElement[bool]] = [true()]
    if need.competence_id is not None:
        conditions.append(roster.qualified(roster.today(), need.competence_id))
    if need.language is not None:
        speaks = exists().where(
            SpokenLanguage.person_id == Responder.person_id,
            SpokenLanguage.language == need.language,
        )
        conditions.append(speaks)
    return and_(*conditions)


def distance_km(scene: Scene) -> ColumnElement[float]:
    """Return the kilometres between the alert and a responder's coarse zone, both in degrees.

    Equirectangular: within half a percent for the distances people travel to help.
    """
    if scene.lat is None or scene.lon is None:
        return cast(null(), Float)
    north = (Responder.lat - scene.lat) * KM_PER_DEGREE
    east = (Responder.lon - scene.lon) * (KM_PER_DEGREE * cos(radians(scene.lat)))
    return func.sqrt(north * north + east * east)


def _is_here() -> ColumnElement[bool]:
    """Whoever has left is in no count at all."""
    return and_(Person.stopped_at.is_(None), Responder.stopped_at.is_(None))


def _verdict(scene: Scene, unwanted: Collection[int]) -> ColumnElement[str]:
    """Return the first reason why a responder is not asked, or `asked`."""
    return case(
        (~roster.qualified_for(roster.today(), RESPOND), NOT_QUALIFIED),
        (~fits_one_of(scene.needs), OTHER_SKILLS),
        (~_is_near(scene), TOO_FAR),
        (~_is_available(scene, unwanted), NOT_AVAILABLE),
        else_=ASKED,
    )


def _is_near(scene: Scene) -> ColumnElement[bool]:
    """Within the responder's radius; where a point is missing, of the same organisation."""
    same = Responder.organisation_id == scene.organisation_id
    if scene.everyone:
        return true()
    if scene.lat is None or scene.lon is None:
        return same
    unplaced = or_(Responder.lat.is_(None), Responder.lon.is_(None))
    return case((unplaced, same), else_=distance_km(scene) <= Responder.radius_km)


def _is_available(scene: Scene, unwanted: Collection[int]) -> ColumnElement[bool]:
    now = clock.now()
    return and_(
        roster.available(now, everybody=True),
        ~_is_engaged(scene, now),
        ~_is_in_need(),
        Person.id.not_in([*unwanted, scene.person_id or 0]),
    )


def _is_engaged(scene: Scene, now: datetime) -> ColumnElement[bool]:
    """Has said yes to another open alert and is not back from it."""
    other, elsewhere = aliased(Recipient), aliased(Alert)
    return exists().where(
        other.person_id == Person.id,
        other.state == "accepted",
        or_(other.done_at.is_(None), other.done_at > now),
        other.alert_id == elsewhere.id,
        elsewhere.state == "open",
        elsewhere.id != (getattr(scene, "id", None) or 0),
    )


def _is_in_need() -> ColumnElement[bool]:
    own = aliased(Alert)
    return exists().where(own.person_id == Person.id, own.state == "open")
