"""Reads HSDS (Open Referral) 3.1 and its older names, as JSON or as packed CSV tables.

One row is one service at one location. https://docs.openreferral.org/en/3.1/
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from maps.formats.hsds.schedules import hours_in
from maps.formats.hsds.tables import services_in
from maps.formats.hsds.words import CARRIED, CATEGORIES, FACTS, NOBODY, SOURCES
from maps.formats.json_stream import JsonList
from maps.formats.safe_zip import refuse_bombs
from maps.formats.tables import WORDS, Fault, Row, Sheet, Unreadable, counted, no_place, words_row
from nucleus.resources.accessibility import aid_meant

Part = dict[str, Any]
ALIVE = frozenset(["", "active"])
LARGEST_ALONE = 4 * 1024 * 1024
"""Bytes of a file that is one service, or one page of services that names itself otherwise."""


def read_hsds(path: Path) -> Sheet:
    """Read services from JSON: a list, a page of an API, an export, or one service alone."""
    services = JsonList(path, "contents", "services", "service")
    if not _is_list(path, services):
        return Sheet("hsds", WORDS, _rows(iter([_alone(path)])))
    return Sheet("hsds", WORDS, counted(_rows(iter(services))))


def read_hsds_tables(path: Path) -> Sheet:
    """Read services from the CSV tables of a packed file."""
    refuse_bombs(path)
    return Sheet("hsds", WORDS, counted(_rows(services_in(path))))


def _is_list(path: Path, services: JsonList) -> bool:
    """Tell a list of services from one service, whose own lists have other names."""
    try:
        first = next(iter(services), None)
    except Unreadable:
        return False
    return first is None or isinstance(first, (dict, Fault))


def _alone(path: Path) -> Part:
    if path.stat().st_size > LARGEST_ALONE:
        raise Unreadable(_("This file holds no list of places."))
    try:
        service = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (ValueError, RecursionError) as cause:
        raise JsonList.broken() from cause
    if not isinstance(service, dict) or "name" not in service:
        raise Unreadable(_("This file holds no list of places."))
    return service


def _rows(services: Iterator[Any]) -> Iterator[Row]:
    """Give one row for each service at each location; the first is row 2, as in a table."""
    number = 1
    for service in services:
        if not isinstance(service, dict):
            number += 1
            yield Row(number, (), no_place(service))
            continue
        there = _parts(service, "service_at_locations", "services_at_location")
        spots = there or [{"location": one} for one in _parts(service, "locations")] or [{}]
        for spot in spots:
            number += 1
            try:
                row = words_row(number, _cells(service, spot, alone=len(spots) == 1))
                yield replace(row, notes=_notes(service))
            except (TypeError, AttributeError, ValueError):
                yield Row(number, (), _("This service is not written as HSDS says."))


def _notes(service: Part) -> dict[int, str]:
    """Note a service that is over: HSDS goes on listing it, and nobody should set out for it."""
    status = _text(service, "status").lower()
    return {} if status in ALIVE else {WORDS.index("name"): "is over"}


def _cells(service: Part, spot: Part, *, alone: bool) -> dict[str, str]:
    """Return one service at one location under our words."""
    location = spot.get("location") or {}
    address = next(iter(_parts(location, "addresses", "physical_addresses")), {})
    who = service.get("organization") or {}
    key = _text(service, "id")
    described = _text(service, "description")
    cells = {
        "id": key if alone else f"{key}/{location.get('id', '')}",
        "uid": key if alone else "",
        "place_uid": _text(location, "id"),
        "name": _text(service, "name"),
        "category": _category(service),
        "what": described,
        "offered_by": "" if who.get("id") == NOBODY else _text(who, "name"),
        **_address(address, location),
        **_hours(service, spot, location),
        "phones": _phones(service, spot, location),
        "email": _text(service, "email"),
        "web": _text(service, "url"),
        "languages": _languages(service, location),
        "who_for": _text(service, "eligibility_description") or _joined(service, "eligibility"),
        "age_from": _number(service, "minimum_age"),
        "age_to": _number(service, "maximum_age"),
        "cost": _text(service, "fees_description", "fees"),
        "documents": _joined(service, "required_documents", "document"),
        "told_on": _text(service, "assured_date")[:10],
        **_capacity(service),
    }
    return {**cells, **_carried(service)}


def _parts(owner: Part, *names: str) -> list[Part]:
    """Return a list of an object, whichever of its names it has."""
    found: Any = next((owner[name] for name in names if owner.get(name)), [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(owner: Part, *names: str) -> str:
    found = next((owner[name] for name in names if owner.get(name)), "")
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else ""


def _number(owner: Part, name: str) -> str:
    found = owner.get(name)
    return str(int(float(found))) if found not in (None, "") else ""


def _joined(owner: Part, name: str, field: str = "eligibility") -> str:
    found = owner.get(name)
    if isinstance(found, str):
        return found
    return ", ".join(_text(one, field, "name") for one in _parts(owner, name))


def _address(address: Part, location: Part) -> dict[str, str]:
    lines = (_text(address, name) for name in ("address_1", "address_2"))
    return {
        "address": ", ".join(line for line in lines if line),
        "comune": _text(address, "city"),
        "province": _text(address, "state_province", "region"),
        "lat": _degrees(location.get("latitude")),
        "lon": _degrees(location.get("longitude")),
        **_accessibility(location),
    }


def _accessibility(location: Part) -> dict[str, str]:
    """Return whether a wheelchair gets in, and what else is there for who needs it."""
    said = _joined(location, "accessibility", "description") or _joined(
        location, "accessibility_for_disabilities", "accessibility"
    )
    parts = [part.strip() for part in said.split(", ")]
    aids = [part for part in parts if aid_meant(part)]
    rest = (part.removeprefix("Wheelchair: ") for part in parts if part not in aids)
    return {"wheelchair": ", ".join(rest), "accessibility": ";".join(aids)}


def _degrees(said: Any) -> str:
    """Return a coordinate; a zero is one, and not believed."""
    return "" if said is None else str(said)


def _phones(*owners: Part) -> str:
    numbers = (number for owner in owners for number in _numbers(owner.get("phones")))
    return "; ".join(dict.fromkeys(number for number in numbers if number))


def _numbers(found: Any) -> list[str]:
    """Return telephone numbers, also where they stand as plain words."""
    listed = found if isinstance(found, list) else [found]
    return [_text(one, "number") if isinstance(one, dict) else str(one or "") for one in listed]


def _languages(*owners: Part) -> str:
    spoken = (one for owner in owners for one in _parts(owner, "languages"))
    return ";".join(dict.fromkeys(_text(one, "code", "name", "language") for one in spoken))


def _hours(*owners: Part) -> dict[str, str]:
    """Return the hours of the nearest owner that has any, and the words beside them."""
    names = ("schedules", "regular_schedules", "regular_schedule")
    schedules = next((found for owner in reversed(owners) if (found := _parts(owner, *names))), [])
    words = (owner.get(name) for owner in reversed(owners) for name in names)
    if plain := next((one for one in words if isinstance(one, str) and one), ""):
        return {"hours": plain}
    said = "; ".join(dict.fromkeys(_text(one, "description", "notes") for one in schedules))
    osm = hours_in(schedules)
    if schedules and osm is None:
        return {"hours": said.strip("; "), "hours_unsure": "1"}
    return {"hours": said.strip("; "), "hours_osm": osm or ""}


def _category(service: Part) -> str:
    """Return what kind of help it is: our own code when the file says it, else its first terms."""
    terms = [
        _term(one) for one in _parts(service, "attributes", "service_taxonomy", "taxonomy_terms")
    ]
    ours = [term for term in terms if term.get("taxonomy") == CATEGORIES]
    others = [term for term in terms if term.get("taxonomy") not in {CATEGORIES, FACTS, SOURCES}]
    names = (_text(term, "code" if ours else "name") for term in ours or others)
    return re.sub(r"\s+", " ", ", ".join(name for name in names if name))


def _term(attribute: Part) -> Part:
    found = attribute.get("taxonomy_term") or attribute.get("taxonomy") or attribute
    return found if isinstance(found, dict) else {"name": str(found)}


def _capacity(service: Part) -> dict[str, str]:
    room = next(iter(_parts(service, "capacities", "service_capacities")), None)
    if room is None:
        return {}
    return {
        "capacity_unit": _text(room.get("unit") or {}, "name"),
        "capacity_free": _number(room, "available"),
        "capacity_max": _number(room, "maximum"),
        "capacity_at": _text(room, "updated"),
    }


def _carried(service: Part) -> dict[str, str]:
    """Return the facts that another installation of ours put into attributes."""
    found: dict[str, str] = {}
    origins: list[list[str]] = []
    for attribute in _parts(service, "attributes"):
        term = _term(attribute)
        if term.get("taxonomy") == FACTS and term.get("code") in CARRIED:
            found[str(term["code"])] = _text(attribute, "value")
        elif term.get("taxonomy") == SOURCES:
            origins.append(_origin(attribute, term))
    if origins:
        found["origins"] = json.dumps(origins, ensure_ascii=False)
    return found


def _origin(attribute: Part, term: Part) -> list[str]:
    """Return who told it, its id there, and the line it asks for where it is not just its name."""
    source, line = _text(attribute, "label"), _text(term, "description")
    said = [line] if line not in {"", source} else []
    return [source, _text(attribute, "value"), *said]
