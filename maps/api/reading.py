"""Doors through which programs find places: no token, and no more than any visitor sees."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from maps.api import schemas
from maps.api.doors import ONE, bp, found
from maps.api.showing import Shown, resource_shown, resources_shown
from maps.finding.near import place_named
from maps.finding.question import Eyes, Filters
from maps.finding.search import search
from nucleus.ground.clock import now
from nucleus.ground.problems import Problem
from nucleus.ground.web import anyone
from nucleus.resources.queries import categories, category_by_code


@bp.door(
    "GET", "/resources", policy=anyone, asks=schemas.ResourcesAsked, gives=schemas.ResourcesShown
)  # fmt: skip
def list_resource(asked: dict[str, Any]) -> Shown:
    """List the places that fit: the same question, answer and count as on the page and the map."""
    here, limit = search(understood(asked), Eyes(), now()), asked["limit"]
    before = (asked["page"] - 1) * limit
    hits = here.hits(limit=limit, offset=before) if before < here.total else []
    more = before + len(hits) < here.total and asked["page"] < schemas.FURTHEST_PAGE
    question = {**asked, "page": asked["page"] + 1}
    return {
        "total": here.total,
        "resources": resources_shown(hits),
        "next": f"{request.path}?{urlencode(question)}" if more else None,
    }


@bp.door("GET", ONE, policy=anyone, gives=schemas.ResourceShown)
def show_resource(uid: str) -> Shown:
    """Show one place."""
    return resource_shown(found(uid))


@bp.door("GET", "/categories", policy=anyone, gives=schemas.CategoriesShown)
def list_category() -> Shown:
    """List the kinds of help there are."""
    terms = categories()
    codes = {term.id: term.code for term in terms}
    return {
        "categories": [
            {
                "code": term.code,
                "within": codes[term.parent_id] if term.parent_id else None,
                "labels": term.labels,
                "synonyms": term.synonyms,
                "osm": term.known_as.get("osm", []),
            }
            for term in terms
        ]
    }


def understood(asked: dict[str, Any]) -> Filters:
    """Return the question; raise `Problem` 422 for a kind, language or town nobody knows."""
    kind, language = asked.get("category", ""), asked.get("language", "")
    if kind and category_by_code(kind) is None:
        raise Problem(422, errors=[("/category", "No kind of help has this code: /categories.")])
    near = place_named(asked.get("near", ""))
    if near.unknown or near.choices:
        alike = f"Several are called so: {'; '.join(near.choices[:8])}." if near.choices else ""
        raise Problem(422, errors=[("/near", alike or "No town is called so.")])
    if "within" in asked and near.point is None:
        raise Problem(422, errors=[("/within", "Say near which town, too.")])
    return Filters(
        text=asked.get("text", ""),
        category=kind,
        language=language,
        who=asked.get("who", ""),
        accessibility=asked.get("accessibility", ""),
        wheelchair=asked.get("wheelchair") == "true",
        open_now=asked.get("open_now") == "true",
        near=near.point,
        within_km=float(asked["within"]) if "within" in asked else None,
    )
