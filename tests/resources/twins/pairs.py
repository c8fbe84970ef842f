"""Entries that may be one place, for the promises about them."""

from typing import Any

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.places.services import Whereabouts
from nucleus.resources.models import Resource
from nucleus.resources.twins.finding import look_for_twins
from nucleus.resources.twins.models import TwinPair
from tests.resources.furnish import TEVEROLA, put_resource

NEXT_DOOR = Whereabouts("Via Roma 8/b", "Teverola", "CE", point=(40.99525, 14.2109))


def put_twins(**second: Any) -> tuple[int, int, int]:
    """Put two entries of one desk into the open transaction; return both and their pair."""
    one = put_resource(phones=["+390815550123"], cost="5 euro")
    facts = {"where": NEXT_DOOR, "phones": ["+390815550124"], "what": "Ascolto.", **second}
    other = put_resource(facts.pop("name", "Sportello Aurora"), **facts)
    return one, other, pair_of(one, other).id


def found() -> set[tuple[int, int]]:
    """Look for twins, and return the pairs that are open."""
    last: int | None = 0
    while last is not None:
        last = look_for_twins(last)
    rows = db.session.scalars(select(TwinPair).where(TwinPair.state == "open"))
    return {(row.low_id, row.high_id) for row in rows}


def pair_of(one: int, other: int) -> TwinPair:
    """Look for twins, and return what is known of this pair."""
    found()
    low, high = sorted((one, other))
    row = db.session.scalar(
        select(TwinPair).where(TwinPair.low_id == low, TwinPair.high_id == high)
    )
    assert row is not None
    return row


def place_at(name: str, metres_north: float, **facts: Any) -> int:
    """Put an entry so many metres north of the desk in Teverola."""
    assert TEVEROLA.point
    point = (TEVEROLA.point[0] + metres_north / 111_200, TEVEROLA.point[1])
    return put_resource(
        name, where=Whereabouts("Via Roma 8", "Teverola", "CE", point=point), **facts
    )


def entry(number: int) -> Resource:
    """Return an entry."""
    return db.session.get_one(Resource, number)
