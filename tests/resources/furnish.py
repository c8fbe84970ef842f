"""A few invented places, for every promise that needs some."""

from typing import Any

from sqlalchemy import select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, add_place
from nucleus.resources.asking.queries import PURPOSE
from nucleus.resources.asking.services import ask_owner
from nucleus.resources.categories import ensure_categories
from nucleus.resources.holidays.services import add_holiday
from nucleus.resources.models import Resource
from nucleus.resources.photos.pictures import Caption, Picture
from nucleus.resources.photos.services import add_photo
from nucleus.resources.queries import category_by_code, revisions_of
from nucleus.resources.reach import Patch
from nucleus.resources.services import Occasion, add_resource, edit_resource
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.suggesting.services import Said, Sender, add_suggestion
from nucleus.resources.twins.merging import merge_twin
from nucleus.resources.twins.models import TwinPair
from tests.cast import Cast

TEVEROLA = Whereabouts("Via Roma 8", "Teverola", "CE", point=(40.9949, 14.2108))
AVERSA = Whereabouts("Piazza Municipio 1", "Aversa", "CE", point=(40.9730, 14.2065))
NAPLES = Whereabouts("Via Toledo 100", "Napoli", "NA", point=(40.8401, 14.2488))
SECRET = Whereabouts(
    "Vicolo Segretissimo 77", "Aversa", "CE", point=(40.961234, 14.187654), hidden=True
)
ALWAYS = "24/7"
DOT = Picture(b"\xff\xd8", b"\xff\xd8", 1, 1)
"""A photo for promises that do not look at it."""


def put_resource(
    name: str = "Sportello Aurora",
    *,
    where: Whereabouts = TEVEROLA,
    category: str = "health_desk",
    languages: tuple[str, ...] = ("it",),
    **facts: Any,
) -> int:
    """Put a place into the open transaction and return its id."""
    ensure_categories()
    term = category_by_code(category)
    assert term is not None
    place = add_place(where)
    if where.hidden:
        place.public_lat, place.public_lon = 40.973, 14.2065
    facts = {"name": name, "category_id": term.id, "place_id": place.id, "hours": ALWAYS, **facts}
    return add_resource(facts, languages=languages).id


def furnish_resources(cast: Cast) -> dict[str, dict[str, Any]]:
    """Make one place, and return the arguments of the pages that show it."""
    with cast.stage():
        number = put_resource(phones=["+390815550123"], what="Ascolto e orientamento.")
        said = Said(topic="phone", facts={"phones": ["+390815550124"]}, note="Ho chiamato.")
        add_suggestion(resource(number), said, Sender(mark="example", language="it"))
        waits = db.session.scalars(select(Suggestion.id)).one()
        feast = add_holiday(Patch("Aversa", "CE"), (1, 25), name="San Paolo", actor=cast.carla).id
    token = letter_to(cast, number)
    pages = ("show", "edit", "verify", "retire", "suspend")
    of_place = {"resource_id": number}
    with cast.stage():
        edit_resource(resource(number), {"cost": "free"}, occasion=Occasion(cast.carla))
        (change,) = revisions_of(number)
        undone = change.id
    with cast.stage():
        pair = put_pair(number, put_resource(what="Ascolto.", phones=["+390815550124"]))
        others = put_resource("Mensa", cost="2 euro"), put_resource("Mensa", cost="3 euro")
        merged = db.session.get_one(TwinPair, put_pair(*others))
        done = merge_twin(merged, {}, actor=cast.carla).id
        photo = add_photo(resource(number), DOT, Caption("Una porta verde."), actor=cast.carla)
        picture, of_photo = photo.token, {"photo_id": photo.id}
    of_pair = {"pair_id": pair}
    return {
        **{f"resources.{verb}_photo": of_photo for verb in ("edit", "move", "remove")},
        "resources.add_photo": of_place,
        "resources.remove_holiday": {"holiday_id": feast},
        "resources.list_photos": of_place,
        "resources.show_photo": {"token": picture},
        **{f"resources.{verb}_twin": of_pair for verb in ("merge", "part", "join", "reopen")},
        "resources.undo_merge": {"merge_id": done},
        **{f"resources.{verb}_resource": of_place for verb in pages},
        "resources.edit_capacity": of_place,
        "resources.edit_keeper": of_place,
        "resources.show_check": of_place,
        "resources.ask_owner": of_place,
        "resources.edit_group": {**of_place, "topic": "hours"},
        "resources.choose_suggestion": of_place,
        "resources.add_suggestion": {**of_place, "topic": "what"},
        "resources.show_suggestion": {"suggestion_id": waits},
        "resources.change_suggestion": {"suggestion_id": waits},
        "resources.show_letter": {"token": token},
        "resources.change_letter": {"token": token, "topic": "phone"},
        "resources.edit_area": {"organisation_id": cast.organisation},
        "resources.list_revisions": of_place,
        "resources.undo_revision": {"revision_id": undone},
    }


def put_pair(one: int, other: int) -> int:
    """Say of two entries that they may be one place; return the pair."""
    pair = TwinPair(low_id=one, high_id=other, strength=80, found_at=now(), state="open")
    pair.reasons = {"title": 100, "metres": 30, "phone": "815550123", "host": "aurora.example"}
    db.session.add(pair)
    db.session.flush()
    return pair.id


def letter_to(cast: Cast, number: int) -> str:
    """Send a place a letter and return the token of its link."""
    with cast.stage():
        place = resource(number)
        place.email = "aurora@example.org"
        letter = ask_owner(place, actor=cast.carla)
        return derive_token(PURPOSE, letter.id, letter.nonce)


def place_of(cast: Cast, number: int) -> Place:
    """Return where a service is offered, to be read outside of any session."""
    with cast.app.app_context():
        place = resource(number).place
        assert place is not None
        db.session.expunge(place)
        return place


def resource(number: int) -> Resource:
    """Return the row, fresh from the database."""
    row = db.session.get(Resource, number)
    assert row is not None
    db.session.refresh(row)
    return row
