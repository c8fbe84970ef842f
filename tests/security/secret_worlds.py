"""Two worlds that differ only in what a stranger must not know, and a walk that writes all down.

If every byte a stranger gets is the same in both, then no page, file, count, order, distance,
heading or fingerprint says anything of the secret: nothing has to be thought of that might.
"""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from nucleus.ground.database import db
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts
from nucleus.resources.models import Resource
from nucleus.resources.queries import revisions_of
from nucleus.resources.services import Occasion, edit_resource
from tests.architecture.doors import path_to
from tests.browser.pages import furnish
from tests.cast import Cast, invite
from tests.resources.furnish import NAPLES, put_resource, resource

CHANGING = (
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), b"UUID"),
    (re.compile(rb"(?<![0-9a-zA-Z])[0-9a-f]{32}(?![0-9a-zA-Z])"), b"UID"),
    (re.compile(rb'name="(once|csrf_token|nonce)"[^>]*'), b"KEY"),
    (re.compile(rb"<code>[0-9a-f]{6}</code>"), b"REFERENCE"),
    (re.compile(rb'(?s)"sheet-code"><svg.*?</svg>'), b"CODE of the address beside it"),
    (re.compile(rb'value="(?:[a-z0-9]{4}-){2}[a-z0-9]{4}"'), b"CODE to follow a suggestion by"),
    (re.compile(rb'"due_at":"[^"]*"'), b"SPREAD BY THE UUID"),
    (re.compile(rb'"reference": "[0-9a-f]{6}"'), b"REFERENCE"),
)
"""What is drawn by lot at every drawing of a page; everything else must agree."""

ASKING = ("/maps/", "/hsds/", "/resources/", "/api/v1/", "/plans/service/")
"""Doors that take questions about places; a new one below these is asked all of them."""

NARROWEST = {"visitor": "members", "member": "responders", "responder": "coordinators"}
"""For each asker the widest circle they are not in."""


@dataclass(frozen=True)
class Secret:
    """One truth about the two places: what a world holds where the other holds something else."""

    name: str
    street: str
    phone: str
    mail: str
    point: tuple[float, float]
    language: str
    hours: str | None
    category: str
    state: str

    @property
    def words(self) -> tuple[str, ...]:
        """Return what must stand in no byte, in every way it may be written."""
        lat, lon = (f"{one:.6f}" for one in self.point)
        digits = self.phone.removeprefix("+39")
        written = (self.name, self.street, self.phone, digits, self.mail)
        numbers = (lat[:6], lon[:6], lat[:6].replace(".", ","), lon[:6].replace(".", ","))
        return (*written, *numbers)


TRUTH = Secret(
    "Rifugio Zanzibar", "Vicolo Qwertyno", "+390815559876", "zanzibar@example.org",
    (40.961234, 14.187654), "ti", "24/7", "shelter", "verified",
)  # fmt: skip
OTHERWISE = Secret(
    "Casa Ypsilon", "Largo Asdfghi", "+390815551234", "ypsilon@example.org",
    (40.989876, 14.231357), "yo", None, "legal_help", "retired",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """A furnished house with a place for a circle and a public one whose address is hidden."""

    cast: Cast
    secret: Secret
    circle: int
    hidden: int
    revision: int
    examples: dict[str, dict[str, Any]]

    @property
    def tokens(self) -> list[str]:
        """Return the long words of this house's own links."""
        told = [value for one in self.examples.values() for value in one.values()]
        return [value for value in told if isinstance(value, str) and len(value) > 12]

    def close_to(self, asker: str) -> None:
        """Let the place for a circle be one that this asker is not in."""
        with self.cast.stage():
            row = db.session.get_one(Resource, self.circle)
            row.visibility = NARROWEST[asker]

    def as_(self, asker: str) -> FlaskClient:
        """Return a new browser of an asker."""
        people = {"member": self.cast.bea, "responder": self.cast.vito}
        if asker == "visitor":
            return self.cast.app.test_client()
        return self.cast.signed_in(people[asker])


def world(app: Flask, secret: Secret) -> World:
    """Furnish a house around a secret."""
    cast = invite(app)
    examples = furnish(cast)
    with cast.stage():
        put_resource("Mensa di Napoli", where=NAPLES, uid="mensa")
        street, point = f"{secret.street} 77", secret.point
        facts: dict[str, Any] = {
            "phones": [secret.phone], "email": secret.mail, "hours": secret.hours,
            "what": secret.name, "uid": "the-circle",
        }  # fmt: skip
        circle = put_resource(
            secret.name, where=Whereabouts(street, "Aversa", "CE", point=point),
            category=secret.category, languages=(secret.language,), wheelchair="yes", **facts,
        )  # fmt: skip
        where = Whereabouts(street, "Aversa", "CE", label=secret.name, point=point, hidden=True)
        hidden = put_resource(
            "Centro Alba", where=where, uid="the-hidden", how_to_get_in=secret.name
        )
    with cast.stage():
        edit_resource(resource(circle), {"cost": secret.name}, occasion=Occasion(cast.carla))
        row = resource(circle)
        row.state = secret.state
        revision = _last_revision(circle)
        db.session.execute(
            update(Place).where(Place.id == resource(hidden).place_id).values(uid="hidden-place")
        )
    return World(cast, secret, circle, hidden, revision, examples)


def _last_revision(number: int) -> int:
    return revisions_of(number)[0].id


def questions(secrets: tuple[Secret, Secret]) -> Iterator[str]:
    """Return what an attacker asks a list of places: by word, place, ring, box, filter and page."""
    words = [word for one in secrets for word in (one.name.split()[1], one.street.split()[1])]
    for word in (*words, "aversa", "alba", "zanzibarr"):
        yield f"text={word}&search={word}&q={word}"
    for one in secrets:
        yield f"category={one.category}"
        yield f"language={one.language}&open_now=1"
        yield f"text={one.phone[3:]}"
    yield "near=Aversa&within=5"
    yield "near=Teverola&open_now=y&wheelchair=y&page=1"
    yield "page=2&per_page=1"
    yield "modified_after=2020-01-01"


def boxes(secrets: tuple[Secret, Secret], count: int) -> Iterator[str]:
    """Return boxes that close in on both true points, and the zooms at which pins are drawn."""
    for at in range(count):
        lat, lon = secrets[at % 2].point
        size = 0.5 / (1 + at // 6) ** 2
        shift = (at % 3 - 1) * size / 2
        west, south = lon - size / 2 + shift, lat - size / 2 - shift
        yield f"zoom={6 + at % 14}&bbox={west:.6f},{south:.6f},{west + size:.6f},{south + size:.6f}"


def addresses(one: World, rule: Rule) -> list[str]:
    """Return the addresses of a door: with arguments of the house and of the secret."""
    app = one.cast.app
    known: dict[str, Any] = {"resource_id": [one.circle, one.hidden], "revision_id": [one.revision]}
    known |= {"uid": ["the-circle", "the-hidden", "hidden-place"]}
    found = [path_to(app, rule)]
    if rule.arguments and rule.arguments <= known.keys():
        (name,) = rule.arguments
        found = [_built(app, rule, {name: value}) for value in known[name]]
    elif rule.endpoint in one.examples:
        found.append(_built(app, rule, one.examples[rule.endpoint]))
    return found


def _built(app: Flask, rule: Rule, arguments: dict[str, Any]) -> str:
    with app.test_request_context():
        built = rule.build(arguments)
    return built[1] if built else path_to(app, rule)


def bytes_of(answer: TestResponse) -> bytes:
    """Return everything of an answer: status, headings, and the body unpacked."""
    body: bytes = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    skipped = {"Set-Cookie", "Date", "Content-Length"}
    heads = sorted(f"{k}: {v}" for k, v in answer.headers if k not in skipped)
    return "\n".join([answer.status, *heads, ""]).encode() + body


def comparable(told: bytes) -> bytes:
    """Return an answer without what is drawn by lot."""
    for pattern, word in CHANGING:
        told = pattern.sub(word, told)
    if any(word in told for word in (b"UUID", b"UID", b"KEY", b"CODE")):
        told = re.sub(rb"(?m)^ETag: .*$", b"ETag", told)  # it is of the bytes drawn by lot
    return told


Tell = Callable[[World, FlaskClient], Iterator[tuple[str, TestResponse]]]


def walk(one: World, asker: str, tell: Tell) -> dict[str, bytes]:
    """Return everything an asker is told, by what was asked, and how often we had to look it up.

    A page that asks the database once more for a secret word takes longer, and that can be measured
    from outside.
    """
    one.close_to(asker)
    client, told = one.as_(asker), dict[str, bytes]()
    with looking_up(one.cast.app) as looks:
        for asked, answer in tell(one, client):
            told[asked] = b"looked up %d times\n" % len(looks) + without(
                one.tokens, bytes_of(answer)
            )
            looks.clear()
    return told


@contextmanager
def looking_up(app: Flask) -> Iterator[list[str]]:
    """Lend a list that grows by every statement the database is asked."""
    looks: list[str] = []

    def note(*asked: Any) -> None:
        looks.append(asked[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield looks
    event.remove(engine, "before_cursor_execute", note)


def without(tokens: list[str], told: bytes) -> bytes:
    """Return an answer without the links of this house, which are drawn by lot."""
    for token in tokens:
        told = told.replace(token.encode(), b"TOKEN")
    return told
