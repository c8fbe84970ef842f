"""The one JSON API of the house, and the only file that imports flask_smorest.

A room hangs its doors on a `RoomApi` and registers it with `join`. Each door names its policy (a
scope of a token), what it takes and what it gives; from that comes the specification, OpenAPI 3,
under `/api/openapi.json`. A room above can add its own blueprint in the same way.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString
from flask_smorest.utils import prepare_response
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser

from nucleus.ground import problems, replay, web
from nucleus.ground.database import READING
from nucleus.ground.settings import Settings

ROOT = "/api/v1"
VERSION = "1.0.0"
LARGEST_BODY = 64 * 1024
LARGEST = {"application/cap+xml": 1_000_000}
CALLER = "api_caller"
READING_PROBLEMS = (400, 401, 403, 404, 422, 429, 503)
CHANGING_PROBLEMS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
INTRODUCTION = """Alerts and places as data.

Places are for everybody, as any visitor sees them. All other doors are for programs of the
network's own associations: send the token in `Authorization: Bearer …`. Each of these doors names
its scope. Every changing call carries an `Idempotency-Key`; repeated with the same key it changes
nothing and gets the first answer again, for two days. Refusals are problem documents (RFC 9457)
that say what happened and what to do. Times are RFC 3339 in UTC. A token sees the alerts of its own
association, and of one for one person only how far it has come, and only if it raised it itself."""
IDEMPOTENCY = {
    "in": "header",
    "name": replay.HEADER,
    "required": True,
    "description": "A random name of this request; the same one only to repeat it.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,128}$"},
}
View = Callable[..., Any]
Gate = Callable[[], ResponseReturnValue | None]


@dataclass(frozen=True)
class Scope:
    """One thing a token may do: its name and how an administrator reads it."""

    name: str
    label: LazyString


class Fault(Schema):
    """One thing that is wrong in what was sent."""

    pointer = fields.String(required=True, metadata={"description": "Where (JSON pointer)."})
    detail = fields.String(required=True)


class ProblemDocument(Schema):
    """A refusal (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What happened."})
    todo = fields.String(required=True, metadata={"description": "What to do now."})
    reference = fields.String(required=True, metadata={"description": "Stands in our log."})
    errors = fields.List(fields.Nested(Fault))


class HouseApi(flask_smorest.Api):  # type: ignore[misc]
    """The library's API, whose refusals are spoken by the house."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to `web`, which answers machines with problem documents."""

    def _register_responses(self) -> None:
        """Describe each refusal as what it is, a problem document."""
        for status in HTTPStatus:
            told: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                told["schema"] = ProblemDocument
            prepare_response(told, self.spec, problems.MEDIA_TYPE)
            self.spec.components.response(status.name, told, lazy=True)

    def _register_pagination_header(self) -> None:
        """Describe nothing we don't use."""

    def _register_etag_headers(self) -> None:
        """Describe nothing we don't use."""


class StrictParser(FlaskParser):
    """Reads bodies and questions; what it does not know is refused everywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Any, schema: Schema) -> Any:
        """Read a JSON body: no name twice, no number that is none, not nested beyond measure."""
        if not req.is_json:
            raise problems.Problem(415, todo="Send JSON, with Content-Type: application/json.")
        try:
            return json.loads(req.get_data(), object_pairs_hook=alone, parse_constant=refuse)
        except (RecursionError, ValueError):
            raise problems.Problem(400) from None


def alone(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; two readers of one that says something twice read different things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def refuse(constant: str) -> None:
    """Refuse NaN and Infinity, which JSON does not know."""
    raise ValueError(constant)


class RoomApi(flask_smorest.Blueprint):  # type: ignore[misc]
    """The doors of one room for machines."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, module: str, *, description: str) -> None:
        """Stand before every door with the gates of the house."""
        super().__init__(name, module, url_prefix=ROOT, description=description)
        self.before_request(pass_gates)
        self.after_request(note_and_mark)

    def door(  # noqa: PLR0913 a door is told all about itself in one place
        self,
        method: str,
        path: str,
        *,
        policy: web.Policy,
        gives: type[Schema],
        takes: type[Schema] | None = None,
        asks: type[Schema] | None = None,
        status: int = 200,
        body: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Open one door.

        Args:
            method: GET or POST.
            path: its address below the root.
            policy: who may; usually a scope of a token.
            gives: the schema of the answer.
            takes: the schema of a JSON body, handed to the view.
            asks: the schema of the questions in the address, handed to the view.
            status: what a success is answered with.
            body: how the specification describes a body that is no JSON.
        """

        def hang(view: View) -> View:
            door = self.response(status, gives)(web.may(policy)(view))
            if takes is not None:
                door = self.arguments(takes, example=getattr(takes, "EXAMPLE", None))(door)
            if asks is not None:
                door = self.arguments(asks, location="query")(door)
            for code in READING_PROBLEMS if method in READING else CHANGING_PROBLEMS:
                door = self.alt_response(code, HTTPStatus(code).name)(door)
            self.route(path, methods=[method])(self.doc(**described(policy, method, body))(door))
            return view

        return hang


def described(policy: web.Policy, method: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the specification says of a door beside its schemas."""
    is_for_programs = hasattr(policy, "scope")
    facts: dict[str, Any] = {"security": [{"bearer": []}] if is_for_programs else []}
    if scope := getattr(policy, "scope", None):
        facts["x-scope"] = scope
    if method not in READING:
        facts["parameters"] = [IDEMPOTENCY]
    if body is not None:
        facts["requestBody"] = {"required": True, "content": body}
    return facts


def init_app(app: Flask, settings: Settings) -> None:
    """Open the specification; rooms join later."""
    app.config["OPENAPI_URL_PREFIX"] = "/api"
    bearer = {"type": "http", "scheme": "bearer", "description": "A token of an association."}
    house = HouseApi(
        app,
        spec_kwargs={
            "title": settings.name,
            "version": VERSION,
            "openapi_version": "3.0.3",
            "info": {"description": INTRODUCTION},
            "servers": [{"url": settings.base_url}],
            "components": {"securitySchemes": {"bearer": bearer}},
        },
    )
    app.cli.commands.pop("openapi", None)  # the library's own commands write files nobody asked for
    app.extensions["nucleus.api"] = house
    app.extensions["nucleus.api_gates"] = []
    app.extensions["nucleus.api_scopes"] = []
    web.trust_library(app, "api-docs", web.anyone)


def join(app: Flask, doors: RoomApi) -> None:
    """Let a room's doors be part of the API; a browser's cookie opens none of them.

    No form can forge a call: a browser sends no token by itself, so none needs a CSRF token.
    """
    web.csrf.exempt(doors)
    app.extensions["nucleus.api"].register_blueprint(doors)


def pin_gate(app: Flask, gate: Gate) -> None:
    """Pin what every call passes after its policy has said yes; it names the caller in `g`."""
    app.extensions["nucleus.api_gates"].append(gate)


def pin_scopes(app: Flask, *scopes: Scope) -> None:
    """Pin what a token may be good for."""
    app.extensions["nucleus.api_scopes"].extend(scopes)


def scopes() -> tuple[Scope, ...]:
    """Return every scope of the house, in floor order."""
    return tuple(current_app.extensions["nucleus.api_scopes"])


def specification() -> dict[str, Any]:
    """Return the whole specification."""
    told: dict[str, Any] = current_app.extensions["nucleus.api"].spec.to_dict()
    return told


def pass_gates() -> ResponseReturnValue | None:
    """Pass the gates in order, then look whether this call was taken in before."""
    most = LARGEST.get(request.mimetype, LARGEST_BODY)
    if (request.content_length or 0) > most or len(request.get_data()) > most:
        raise problems.Problem(413, f"This body is larger than {most:,} bytes.")
    for gate in current_app.extensions["nucleus.api_gates"]:
        if (stopped := gate()) is not None:
            return stopped  # type: ignore[no-any-return]
    return replay.recognise(g.get(CALLER, "nobody"))


def note_and_mark(response: Response) -> Response:
    """Remember the answer of a changing call; let a reader keep what has not changed."""
    if request.method not in READING:
        return replay.note_answer(response)
    if response.status_code == HTTPStatus.OK:
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response
