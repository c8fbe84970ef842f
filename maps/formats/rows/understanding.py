"""Understands one row of a list of places, whatever format it came in."""

import json
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from maps.formats.cells import without_layout
from maps.formats.osm_words import FOUND_BY
from maps.formats.rows.cells import EARLIEST, Cells, Reading, Refused
from maps.formats.rows.facts import facts, languages
from maps.formats.rows.where import where
from maps.formats.tables import Row
from nucleus.ground.clock import now
from nucleus.resources.drafts import Draft, Outcome, Remark, Seen
from nucleus.resources.models import FIELD_GROUPS

KEYS = ("id", "address", "category", "name")


def understand(row: Row, reading: Reading) -> tuple[Draft | None, list[Remark]]:
    """Return the row as a draft, or None, with remarks that name its row and column."""
    cells = Cells(row, reading)
    try:
        return drafted(cells), cells.remarks
    except Refused as refusal:
        remark = Remark(row.number, refusal.column, refusal.words, refusal.outcome)
        return None, [remark]


def drafted(row: Cells) -> Draft:
    """Return the row as a draft; raise Refused because of a cell that can't be right."""
    if row.row.fault:
        raise Refused("", row.row.fault, Outcome.FAILED)
    row.read()
    place, category = where(row), row["category"]
    own = row["name"]
    if not own and not category:
        raise row.refuse("name", _("The row has no name."))
    name = own or ", ".join(part for part in (category, place.address or place.comune) if part)
    return Draft(
        row=row.row.number,
        key=key_of(row),
        category=category,
        facts={"name": name, **facts(row), "what": what(row)},
        where=place,
        languages=languages(row),
        told_on=row.day("told_on", latest=row.reading.tomorrow),
        **trusted(row),
    )


def key_of(row: Cells) -> str:
    """Return what makes it the same place next time: its id, else its words."""
    return row["id"] or "\n".join((row["address"], row["category"], row["name"]))


def key_as_it_came(row: Row, reading: Reading) -> str:
    """Return the key of a row whose other cells need not be right."""
    cells = Cells(row, reading)
    cells.said = {word: without_layout(cells.raw(word)) for word in KEYS}
    return key_of(cells)


def what(row: Cells) -> str | None:
    """Keep the source's own words for the service when the name does not say them."""
    kind = row["category"] if row["name"] and not row.reading.knows_us else ""
    return row["what"] or kind or None


def trusted(row: Cells) -> dict[str, Any]:
    """Return the names and dates of another installation of ours, if we trust the file."""
    if not row.reading.trusting:
        return {}
    try:
        told = json.loads(row["fresh"] or "{}")
        fresh = {group: _seen(told[group]) for group in FIELD_GROUPS if group in told}
        tellers = [_teller(*one) for one in json.loads(row["origins"] or "[]") if row["uid"]]
    except (ValueError, TypeError, AttributeError, KeyError) as cause:
        words = _("The dates of this row can't be read.")
        raise row.refuse("fresh", words) from cause
    ids = {name: row[name] or None for name in ("uid", "place_uid")}
    return {
        **ids,
        "fresh": fresh,
        "origins": tuple((source, key) for source, key, _line in tellers),
        "owed": {source: line for source, _key, line in tellers},
        "point_from": row["point_from"] if row["point_from"] in FOUND_BY else "",
    }


def _teller(source: object, key: object, line: object = "") -> tuple[str, str, str]:
    """Return who told it, its id there and the line it asks for, as a database keeps text."""
    kept = [f"{one}".replace("\0", "").encode("utf-8", "replace") for one in (source, key, line)]
    name, number, owed = (one.decode() for one in kept)
    return name, number, owed or name


def _seen(told: list[str | None]) -> Seen:
    looked, confirmed, how = told
    return Seen(_moment(looked or ""), _moment(confirmed) if confirmed else None, how or "import")


def _moment(said: str) -> datetime:
    """Return a moment that has come; one of the year 9999 would be true for ever."""
    moment = datetime.fromisoformat(said)
    if not EARLIEST <= moment.date() <= now().date() + timedelta(days=1):
        raise ValueError(said)
    return moment
