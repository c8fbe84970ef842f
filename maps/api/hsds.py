"""The list of places for other programs, as HSDS 3.1 asks for it (Open Referral).

Whoever asks gets what a stranger may see: a copy of a list has no sign-in.
https://docs.openreferral.org/en/3.1/hsds/api_reference.html
"""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from maps.exports import (
    Asked,
    attributions,
    owed_for_facts,
    public_ids,
    shown_place,
    shown_places,
)
from maps.formats.hsds.words import CATEGORIES, name_for
from maps.formats.hsds.writing import PROFILE, VERSION, service_of
from nucleus.ground.web import anyone, may, whole_address
from nucleus.resources.queries import categories

PER_PAGE, MOST = 50, 200
hsds = Blueprint("hsds", __name__, url_prefix="/hsds")


@hsds.get("/")
@may(anyone)
def about() -> Response:
    """Say which version of the standard this is, and whom the facts are owed to."""
    return jsonify(
        version=VERSION,
        profile=PROFILE,
        openapi_url=whole_address("hsds.openapi"),
        attribution=sorted(attributions().values()),
    )


@hsds.get("/openapi.json")
@may(anyone)
def openapi() -> Response:
    """Describe these three addresses to a program."""
    return jsonify(
        openapi="3.1.0",
        info={"title": "HSDS services", "version": VERSION},
        servers=[{"url": whole_address("hsds.about").rstrip("/")}],
        paths={
            "/": {"get": _described("What this is", [])},
            "/services": {"get": _described("A page of services", LISTED)},
            "/services/{id}": {
                "parameters": [_parameter("id", "string", where="path")],
                "get": _described("One service with all its parts", []),
            },
        },
    )


@hsds.get("/services")
@may(anyone)
def list_services() -> Response | tuple[Response, int]:
    """Send one page of services."""
    try:
        asked, page, size = _asked()
    except ValueError:
        return jsonify(error="page and per_page are numbers, modified_after is a moment"), 422
    ids = public_ids(asked)
    places = list(shown_places(ids[(page - 1) * size : page * size]))
    owed = owed_for_facts(places)
    contents = [service_of(one, owed) for one in places]
    pages = max(1, -(-len(ids) // size))
    return jsonify(
        total_items=len(ids),
        total_pages=pages,
        page_number=page,
        size=len(contents),
        first_page=page == 1,
        last_page=page >= pages,
        empty=not contents,
        contents=contents,
    )


@hsds.get("/services/<uid>")
@may(anyone)
def show_service(uid: str) -> ResponseReturnValue:
    """Send one service, lead on from one that was merged, or say that there is none."""
    found = shown_place(uid)
    if found is None:
        return jsonify(error="There is no such service."), 404
    if found.resource.uid != uid:
        return redirect(url_for("hsds.show_service", uid=found.resource.uid))
    return jsonify(service_of(found, owed_for_facts([found])))


def _asked() -> tuple[Asked, int, int]:
    """Read the question; raise ValueError for what can't be understood."""
    page = int(request.args.get("page") or 1)
    size = int(request.args.get("per_page") or PER_PAGE)
    if not (0 < page < 10**9 and size > 0):
        raise ValueError
    asked = Asked(
        words=request.args.get("search", ""),
        category=_category(request.args.get("taxonomy_term_id")),
        changed_since=_moment(request.args.get("modified_after")),
    )
    return asked, page, min(size, MOST)


def _moment(typed: str | None) -> datetime | None:
    """Return a moment in UTC; raise ValueError for one that no calendar holds."""
    if not typed:
        return None
    moment = datetime.fromisoformat(typed)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as cause:
        raise ValueError(typed) from cause


def _category(term: str | None) -> str:
    """Return the code of a category by the id its term has in our files."""
    if not term:
        return ""
    codes = (one.code for one in categories())
    return next((code for code in codes if name_for("term", CATEGORIES, code) == term), "-")


def _parameter(name: str, kind: str, *, where: str = "query") -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": {"type": kind}}


LISTED = [
    _parameter(name, kind)
    for name, kind in (
        *(("search", "string"), ("page", "integer"), ("per_page", "integer")),
        *(("modified_after", "string"), ("taxonomy_term_id", "string")),
    )
]


def _described(words: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    answer = {"description": words, "content": {"application/json": {"schema": {}}}}
    return {"summary": words, "parameters": parameters, "responses": {"200": answer}}
