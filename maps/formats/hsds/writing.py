"""Writes places as HSDS 3.1 services, whole enough to be read back without loss.

https://docs.openreferral.org/en/3.1/ ; what HSDS has no place for travels as attributes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flask_babel import force_locale

from maps.formats.hsds.schedules import schedules_of
from maps.formats.hsds.words import CATEGORIES, FACTS, NOBODY, SOURCES, name_for
from maps.formats.leaving.shown import Shown
from nucleus.resources.accessibility import aid_words

Part = dict[str, Any]
VERSION = "3.1"
PROFILE = "https://docs.openreferral.org/en/3.1/hsds/"
SAFE_IN_ADDRESS = "/:?#[]@!$&'()*+,;=%~-._"


def service_of(shown: Shown, owed: Mapping[str, str]) -> Part:
    """Return one place as a service with its organisation, its location and our own facts.

    Args:
        shown: the place.
        owed: by the name of a source, the line it asks for.
    """
    row, uid = shown.resource, shown.resource.uid
    whole = {
        "id": uid,
        "name": row.name,
        "status": "active",
        "description": row.what,
        "url": quote(row.web, safe=SAFE_IN_ADDRESS) if row.web else None,
        "email": row.email,
        "application_process": _application(shown),
        "fees_description": row.cost,
        "eligibility_description": row.who_for,
        "minimum_age": row.age_from,
        "maximum_age": row.age_to,
        "assured_date": shown.assured_on,
        "last_modified": shown.looked_at,
        "organization": _organisation(row.offered_by),
        "phones": _numbered(uid, "phone", [{"number": number} for number in row.phones]),
        "schedules": _schedules(shown),
        "languages": _numbered(uid, "language", [{"code": one} for one in shown.languages]),
        "required_documents": _documents(shown),
        "capacities": _capacities(shown),
        "service_at_locations": _spots(shown),
        "attributes": list(_attributes(shown, owed)),
    }
    return {name: value for name, value in whole.items() if value not in (None, [])}


def _application(shown: Shown) -> str | None:
    row = shown.resource
    words = ["By appointment only."] * row.by_appointment + ["Call first."] * row.phone_first
    return " ".join(words) or None


def _organisation(name: str | None) -> Part:
    if name is None:
        return {
            "id": NOBODY,
            "name": "Unknown",
            "description": "Nobody said who runs this service.",
        }
    return {"id": name_for("organization", name), "name": name, "description": name}


def _numbered(uid: str, kind: str, parts: list[Part]) -> list[Part]:
    """Give each part a name that is the same each time."""
    return [{"id": name_for(uid, kind, str(at)), **part} for at, part in enumerate(parts)]


def _schedules(shown: Shown) -> list[Part]:
    row = shown.resource
    weekly: list[Part] = [dict(one) for one in schedules_of(row.hours)]
    said = weekly or ([{}] if row.hours_words else [])
    if said and row.hours_words:
        said[0]["description"] = row.hours_words
    return _numbered(row.uid, "schedule", said)


def _documents(shown: Shown) -> list[Part]:
    row = shown.resource
    return _numbered(row.uid, "document", [{"document": row.documents}] if row.documents else [])


def _capacities(shown: Shown) -> list[Part]:
    row = shown.resource
    if row.capacity_unit is None or row.capacity_free is None or row.capacity_at is None:
        return []
    room: Part = {
        "available": row.capacity_free,
        "updated": row.capacity_at.isoformat(),
        "unit": {"id": name_for("unit", row.capacity_unit), "name": row.capacity_unit},
    }
    if row.capacity_max is not None:
        room["maximum"] = row.capacity_max
    return _numbered(row.uid, "capacity", [room])


def _spots(shown: Shown) -> list[Part]:
    """Return where the service is; of a confidential place nothing but its town."""
    place = shown.resource.place
    if place is None:
        return []
    location: Part = {"id": place.uid, "location_type": "physical"}
    if shown.point:
        location["latitude"], location["longitude"] = shown.point
    if aids := _accessibility(shown, place.uid):
        location["accessibility"] = aids
    location["addresses"] = [
        {
            "id": name_for(place.uid, "address"),
            "address_1": shown.address or "",
            "city": place.comune or "",
            "state_province": place.province or "",
            "postal_code": "",
            "country": shown.country,
            "address_type": "physical",
        }
    ]
    spot = name_for(shown.resource.uid, place.uid)
    return [{"id": spot, "location": location}]


def _accessibility(shown: Shown, place: str) -> list[Part]:
    """Return who can use the place, in words for people: HSDS knows no codes for it."""
    row = shown.resource
    door = {"yes": "Wheelchair: yes", "limited": "Wheelchair: with help", "no": "Wheelchair: no"}
    with force_locale("en"):
        said = [door.get(row.wheelchair, ""), *map(aid_words, row.accessibility)]
    return [
        {"id": name_for(place, "accessibility", each), "description": each} for each in said if each
    ]


def _attributes(shown: Shown, owed: Mapping[str, str]) -> Iterator[Part]:
    """Give what kind of help it is, our own facts, and whom we owe them."""
    row, kind = shown.resource, shown.resource.category
    label = kind.label("en")
    yield _attribute(row.uid, _term(CATEGORIES, kind.code, label), label, kind.code)
    for code, value in shown.carried().items():
        if value:
            yield _attribute(row.uid, _term(FACTS, code, code), code, value)
    for source, key in shown.origins:
        term = _term(SOURCES, source, source) | {"description": owed.get(source, source)}
        yield _attribute(row.uid, term, source, key)


def _term(taxonomy: str, code: str, name: str) -> Part:
    return {
        "id": name_for("term", taxonomy, code),
        "code": code,
        "name": name,
        "description": name,
        "taxonomy": taxonomy,
        "taxonomy_detail": {
            "id": name_for("taxonomy", taxonomy),
            "name": taxonomy,
            "description": taxonomy,
        },
    }


def _attribute(uid: str, term: Part, label: str, value: str) -> Part:
    number = name_for(uid, term["id"], value)
    return {
        "id": number,
        "link_entity": "service",
        "label": label,
        "value": value,
        "taxonomy_term": term,
    }


def as_hsds(rows: Iterator[Shown], owed: Mapping[str, str]) -> Iterator[str]:
    """Give one JSON file with all services, a piece at a time."""
    attribution = "; ".join(sorted(owed.values()))
    yield f'{{"attribution": {json.dumps(attribution, ensure_ascii=False)}, "contents": ['
    for at, shown in enumerate(rows):
        comma = ",\n" if at else "\n"
        yield comma + json.dumps(service_of(shown, owed), ensure_ascii=False, sort_keys=True)
    yield "\n]}\n"
