"""Joins the CSV tables of HSDS into services, in a small database beside the file.

The tables of a million services do not fit into memory; an index on disk does.
"""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from flask_babel import gettext as _

from maps.formats.csv import BLOCK, reading_of, records
from maps.formats.tables import Fault, Row, Unreadable, counted

KINDS = {
    "service": ("service", "services"),
    "organization": ("organization", "organizations"),
    "location": ("location", "locations"),
    "service_at_location": ("service_at_location", "service_at_locations", "services_at_location"),
    "addresses": ("address", "addresses", "physical_address", "physical_addresses"),
    "phones": ("phone", "phones"),
    "schedules": ("schedule", "schedules", "regular_schedule", "regular_schedules"),
    "languages": ("language", "languages"),
    "required_documents": ("required_document", "required_documents"),
    "accessibility": ("accessibility", "accessibility_for_disabilities"),
    "attributes": ("attribute", "attributes", "service_taxonomy"),
    "capacities": ("service_capacity", "service_capacities"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_terms", "taxonomy", "taxonomies"),
    "unit": ("unit", "units"),
}
"""What each table is to a service, and the file names of 1.x to 3.x."""

OWNERS = ("service_at_location_id", "location_id", "service_id", "link_id")
OF_SERVICE = ("phones", "schedules", "languages", "required_documents", "attributes", "capacities")
OF_LOCATION = ("addresses", "phones", "schedules", "languages", "accessibility")
Part = dict[str, Any]


def services_in(path: Path) -> Iterator[Part | Fault]:
    """Give the services of a packed set of tables, each with all its parts; then what is broken."""
    with (
        TemporaryDirectory() as folder,
        closing(sqlite3.connect(Path(folder) / "tables")) as base,
    ):
        _fill(base, path)
        for number, body in base.execute("SELECT id, body FROM part WHERE kind = 'service'"):
            yield _whole(base, number, json.loads(body))
        for (words,) in base.execute("SELECT body FROM part WHERE kind = 'fault'"):
            yield Fault(words)


def _fill(base: sqlite3.Connection, path: Path) -> None:
    """Put every row of every table we know under its kind, its id and its owner."""
    base.execute("PRAGMA synchronous=OFF")
    base.execute("CREATE TABLE part (kind TEXT, id TEXT, owner TEXT, body TEXT)")
    known = {name: kind for kind, names in KINDS.items() for name in names}
    with ZipFile(path) as packed:
        tables = {known.get(Path(one).stem.lower()): one for one in packed.namelist()}
        if "service" not in tables:
            raise Unreadable(_("These tables have no “services.csv”: they are not HSDS."))
        for kind, name in tables.items():
            if kind and name.endswith(".csv"):
                _load(base, packed, kind, name)
    base.execute("CREATE INDEX by_owner ON part (kind, owner)")
    base.execute("CREATE INDEX by_id ON part (kind, id)")


def _load(base: sqlite3.Connection, packed: ZipFile, kind: str, name: str) -> None:
    with packed.open(name) as raw:
        start = raw.read(BLOCK)
    if not start.strip():
        return
    encoding, errors = reading_of(start)
    with packed.open(name) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
        base.executemany("INSERT INTO part VALUES (?, ?, ?, ?)", _lines(kind, name, text))


def _lines(kind: str, name: str, text: io.TextIOWrapper) -> Iterator[tuple[str, str, str, str]]:
    rows = records(text)
    heading = next(rows, None)
    names = [cell.strip() for cell in heading.raw] if heading else []
    owners = ("service_id",) if kind == "service_at_location" else OWNERS
    for row in counted(rows):
        if row.fault:
            yield "fault", "", "", _broken(row, name)
            continue
        said = {word: cell for word, cell in zip(names, row.raw, strict=True) if word and cell}
        owner = next((said[one] for one in owners if one in said), "")
        yield kind, said.get("id", ""), owner, json.dumps(said)


def _broken(row: Row, name: str) -> str:
    place = _("Row %(row)d of the table “%(name)s”.", row=row.number, name=name)
    return f"{place} {row.fault}"


def _whole(base: sqlite3.Connection, number: str, service: Part) -> Part:
    """Return a service with its parts nested as the JSON of 3.x nests them."""
    for name in OF_SERVICE:
        service[name] = _of(base, name, number)
    for attribute in service["attributes"]:
        term = attribute.get("taxonomy_term_id") or attribute.get("taxonomy_id") or ""
        attribute["taxonomy_term"] = _one(base, "taxonomy_term", term)
    for room in service["capacities"]:
        room["unit"] = _one(base, "unit", room.get("unit_id", ""))
    service["organization"] = _one(base, "organization", service.get("organization_id", ""))
    service["service_at_locations"] = _spots(base, number)
    return service


def _spots(base: sqlite3.Connection, service: str) -> list[Part]:
    spots = _of(base, "service_at_location", service)
    for spot in spots:
        for name in ("phones", "schedules"):
            spot[name] = _of(base, name, spot.get("id", ""))
        where = spot["location"] = _one(base, "location", spot.get("location_id", ""))
        for name in OF_LOCATION:
            where[name] = _of(base, name, where.get("id", "-"))
    return spots


def _of(base: sqlite3.Connection, kind: str, owner: str) -> list[Part]:
    found = base.execute("SELECT body FROM part WHERE kind = ? AND owner = ?", (kind, owner))
    return [_part(body) for (body,) in found] if owner else []


def _one(base: sqlite3.Connection, kind: str, number: str) -> Part:
    found = base.execute("SELECT body FROM part WHERE kind = ? AND id = ?", (kind, number))
    row = found.fetchone()
    return _part(row[0]) if row else {}


def _part(body: str) -> Part:
    found: Part = json.loads(body)
    return found
