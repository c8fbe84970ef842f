"""Lets the demo's map be looked after: what waits, what is due, what is twice, shut, or hidden.

Every row comes of the rooms' own verbs, at days of the past; only when something is due is set.
"""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from maps.areas.services import AreaFacts, add_area
from maps.earth.shapes import Region, Town
from nucleus.ground.clock import held_at, now
from nucleus.ground.database import db, transaction
from nucleus.places.services import Whereabouts, add_place
from nucleus.resources.checking.models import Answer
from nucleus.resources.checking.services import answer_check, claim_check
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.photos.decoding import decode
from nucleus.resources.photos.pictures import Caption
from nucleus.resources.photos.services import add_photo
from nucleus.resources.queries import category_by_code
from nucleus.resources.services import add_resource, edit_capacity, suspend_resource
from nucleus.resources.suggesting.services import Said, Sender, add_suggestion
from nucleus.resources.twins.jobs import find_twins

DUE, ROUND_DONE = 24, 12
SILENT = 7
HIDDEN = Whereabouts("Vicolo Inventato 7", "Aversa", "CE", point=(40.9741, 14.2032), hidden=True)
BESIDE = Whereabouts("Via Dante Alighieri 9", "Casaluce", "CE", point=(40.99708, 14.19768))
NOTES: tuple[tuple[int, str, dict[str, Any], str | None], ...] = (
    (8, "hours", {"hours": "Tu-Sa 09:00-13:00", "hours_words": "martedì-sabato 9-13"}, "Cartello"),
    (8, "hours", {"hours": "Tu-Sa 09:00-13:00", "hours_words": "martedì-sabato 9-13"}, None),
    (11, "phone", {"phones": ["+390815552999"]}, "Mi hanno dato questo numero"),
    (14, "access", {"wheelchair": "no"}, "C’è un gradino di 20 cm"),
    (17, "gone", {}, "È chiuso da mesi, c’è un bar"),
)
MISSING = {
    "name": "Doccia solidale di San Lorenzo",
    "category": "other",
    "what": "Docce calde e un cambio di vestiti, senza documenti.",
    "where": {"address": "Via San Lorenzo 4", "comune": "Aversa", "province": "CE", "label": None,
              "point": None, "hidden": False},
}  # fmt: skip


def look_after(app: Flask, *, carla: int, other: int) -> None:
    """Make the map look like one that two coordinators have looked after for a year.

    Args:
        app: the demo's app, with its list of places taken in.
        carla: the coordinator who goes round today.
        other: one who telephones somebody just now.
    """
    with app.app_context():
        with transaction():
            _come_due()
            _shut_one(carla)
        with transaction():
            _go_round(carla, other)
        with transaction():
            _let_strangers_write()
        with transaction():
            _add_a_twin_and_a_refuge(carla)
            _open_an_area(carla)
        with transaction():
            _put_photos(carla)
        find_twins()


def _places() -> list[Resource]:
    public = select(Resource).where(Resource.visibility == "public")
    return list(db.session.scalars(public.order_by(Resource.id)))


def _come_due() -> None:
    """Let the oldest be due, each a few days later than the one before."""
    ids = [place.id for place in _places()[:DUE]]
    theirs = Freshness.resource_id.in_(ids), Freshness.field_group != "capacity"
    for row in db.session.scalars(select(Freshness).where(*theirs)):
        days = 400 - 10 * ids.index(row.resource_id)
        row.looked_at = now() - timedelta(days=days)
        row.confirmed_at = row.looked_at if row.confirmed_at else None
        row.due_at = row.looked_at + timedelta(days=150)


def _shut_one(carla: int) -> None:
    with held_at(now() - timedelta(days=20)):
        until = now().date() + timedelta(days=60)
        suspend_resource(_places()[30], actor=carla, why="Lavori al tetto", until=until)


def _go_round(carla: int, other: int) -> None:
    """Half of the round is done today; one place is silent again, and one is rung just now."""
    places = _places()
    for place in places[:ROUND_DONE]:
        answer_check(place, Answer.SAME, actor=carla)
    for _call in range(3):
        answer_check(places[SILENT + ROUND_DONE], Answer.SILENT, actor=carla)
    claim_check(places[ROUND_DONE].id, actor=other)
    beds = next(place for place in places if place.category.code == "shelter")
    edit_capacity(
        beds, {"capacity_unit": "posti letto", "capacity_free": 3, "capacity_max": 20}, actor=carla
    )


def _let_strangers_write() -> None:
    """Six people without an account, over the last weeks."""
    places, sender = _places(), _strangers()
    for days, (number, topic, facts, note) in zip((19, 4, 9, 6, 2), NOTES, strict=True):
        with held_at(now() - timedelta(days=days)):
            add_suggestion(places[number], Said(topic=topic, facts=facts, note=note), next(sender))
    add_suggestion(None, Said(topic="missing", facts=MISSING), next(sender))


def _strangers() -> Iterator[Sender]:
    for number in count():
        yield Sender(mark=f"demo-{number}", language=("it", "en", "ar")[number % 3])


def _add_a_twin_and_a_refuge(carla: int) -> None:
    """The pharmacy a second time, typed by somebody else; a house whose address nobody may know."""
    for name, kind, where in (
        ("Farmacia Casaluce", "pharmacy", BESIDE),
        ("Casa delle donne", "anti_violence", HIDDEN),
    ):
        term, place = category_by_code(kind), add_place(where, by=carla)
        assert term is not None
        facts = {"name": name, "category_id": term.id, "place_id": place.id}
        facts["phones"] = ["+390815552003"] if where is BESIDE else ["+390815552090"]
        if where.hidden:
            place.public_lat, place.public_lon = 40.9730, 14.2065
        add_resource(facts, languages=("it",), actor=carla)


def _open_an_area(carla: int) -> None:
    region = Region(towns=tuple(Town(name, "CE") for name in ("Aversa", "Teverola", "Casaluce")))
    words = "Docce, acqua e posti freschi. Telefonate prima di andare."
    until = now() + timedelta(days=6)
    add_area(AreaFacts("Ondata di caldo", words, region, until, public=True), actor=carla)


def _put_photos(carla: int) -> None:
    """Two doors, drawn here: a photo of the demo shows no real place."""
    doors = ("seagreen", "Una porta verde"), ("firebrick", "Una porta rossa")
    for place, (colour, words) in zip(_places(), doors, strict=False):
        caption = Caption(f"{words} con il campanello a destra, due gradini.", taken_by="Carla")
        add_photo(place, decode(_door(colour)), caption, actor=carla)


def _door(colour: str) -> bytes:
    """Return a small drawing of a door as a phone would send it."""
    image = Image.new("RGB", (320, 240), "wheat")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 200, 320, 240), fill="slategray")
    pen.rectangle((100, 40, 220, 200), fill=colour, outline="saddlebrown", width=6)
    pen.ellipse((198, 118, 210, 130), fill="gold")
    pen.rectangle((236, 100, 250, 126), fill="white", outline="black")
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()
