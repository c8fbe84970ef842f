"""Thousands of invented places, put down in two statements."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from sqlalchemy import insert, select, update

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.models import Place
from nucleus.resources.categories import ensure_categories
from nucleus.resources.freshness import EVENING, due_at
from nucleus.resources.models import FIELD_GROUPS, Freshness, Resource, ResourceLanguage
from nucleus.resources.queries import categories

KINDS = ("Sportello", "Mensa", "Ascolto", "Centro", "Casa", "Gruppo", "Consultorio", "Emporio")
OF = ("Aurora", "della Pace", "San Rocco", "del Mare", "Primavera", "Solidale", "Insieme", "Nord")
HOURS = tuple(
    f"{days} {opens:02}:00-{opens + 4:02}:30"
    for days in ("Mo-Fr", "Mo,We,Fr", "Tu,Th", "Sa", "Mo-Su")
    for opens in range(6, 19)
)
SOURCE = "crowd"
SPOKEN = ("it", "en", "fr", "ar", "es", "ro", "uk", "zh", "bn", "sq")
PLACED = ("person", "gazetteer", "nominatim", "osm")
BANDS = ((45.4, 9.2), (41.9, 12.5), (40.85, 14.25), (38.1, 13.4), (44.5, 11.3))


def crowd_of(number: int, *, seed: int = 7, say: Callable[[Random], str] | None = None) -> None:
    """Put so many public places around five cities of Italy; the same ones for the same seed.

    Args:
        number: how many.
        seed: of their names, hours and points.
        say: more words by which a search finds them.
    """
    ensure_categories()
    draw = Random(seed)
    kinds = [term.id for term in categories()]
    last = db.session.scalar(select(Place.id).order_by(Place.id.desc()).limit(1)) or 0
    first_id = last + 1
    db.session.execute(insert(Place), [_place(draw, first_id + n) for n in range(number)])
    db.session.execute(
        insert(Resource), [_resource(draw, first_id + n, kinds, say) for n in range(number)]
    )


def lived_in_crowd_of(number: int) -> None:
    """Put so many places as after a year's work: confirmed or not, some without a point.

    Their languages, their dates and who told of their points weigh on a page as much as they do.
    """
    crowd_of(number)
    draw = Random(11)
    ids = list(db.session.scalars(select(Resource.id).where(Resource.who_for == SOURCE)))
    db.session.execute(insert(Freshness), [row for one in ids for row in _looked_at(draw, one)])
    spoken = [row for one in ids for row in _spoken(draw, one)]
    db.session.execute(insert(ResourceLanguage), spoken)
    for by, who in enumerate(PLACED):
        precision = "comune" if who == "gazetteer" else "pin"
        told = update(Place).where(Place.id % len(PLACED) == by)
        db.session.execute(told.values(source=who, precision=precision))
    waiting = update(Place).where(Place.id % 50 == 0)
    db.session.execute(waiting.values(source=None, precision="none", lat=None, lon=None))


def _looked_at(draw: Random, resource: int) -> Iterator[dict[str, object]]:
    """Yield a row for each group of facts; nobody has ever confirmed one place in ten."""
    never, last = draw.random() < 0.1, now() - timedelta(minutes=draw.randrange(400 * 24 * 60))
    for group in FIELD_GROUPS:
        if group == EVENING:
            continue
        looked = last - timedelta(minutes=draw.choice((0, 0, draw.randrange(100_000))))
        confirmed = None if never else looked
        due = due_at(str(resource), group, looked=looked, confirmed=confirmed)
        yield {
            "resource_id": resource, "field_group": group, "looked_at": looked,
            "confirmed_at": confirmed, "due_at": due, "how": "call",
        }  # fmt: skip


def _spoken(draw: Random, resource: int) -> Iterator[dict[str, object]]:
    for language in {"it", *draw.sample(SPOKEN, draw.randrange(3))}:
        yield {"resource_id": resource, "language": language}


def _place(draw: Random, number: int) -> dict[str, object]:
    lat, lon = draw.choice(BANDS)
    return {
        "id": number,
        "lat": draw.gauss(lat, 0.4),
        "lon": draw.gauss(lon, 0.4),
        "precision": "pin",
        "hidden": False,
    }


def _resource(
    draw: Random, place: int, kinds: list[int], say: Callable[[Random], str] | None
) -> dict[str, object]:
    name = f"{draw.choice(KINDS)} {draw.choice(OF)} {place}"
    return {
        "name": name,
        "search_name": plain(name),
        "search_text": plain(f"{name} {say(draw)}" if say else name),
        "category_id": draw.choice(kinds),
        "place_id": place,
        "hours": draw.choice(HOURS),
        "who_for": SOURCE,
        "visibility": "public",
        "state": "verified",
        "phones": [],
        "wheelchair": "unknown",
        "created_at": now(),
        "changed_at": now(),
    }
