"""Writes places for spreadsheets (CSV), globes (KML 2.2) and navigators (GPX 1.1)."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from maps.formats.leaving.shown import Shown
from maps.formats.tables import WORDS, defused

LEFT_OUT = ("id", "visibility", "told_on")
COLUMNS = ("id", *(word for word in WORDS if word not in LEFT_OUT), "confirmed", "attribution")
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters no XML file may hold, whichever way they are written."""

NOT_IN_ID = re.compile("[^A-Za-z0-9._-]")


def cells_of(shown: Shown, owed: Mapping[str, str]) -> dict[str, str]:
    """Return one place under our words, and whom we owe its facts."""
    row = shown.resource
    words = ("name", "what", "offered_by", "email", "web", "who_for", "cost", "documents")
    return {
        "id": row.uid,
        "uid": row.uid,
        "place_uid": row.place.uid if row.place else "",
        "origins": json.dumps(shown.origins_owed(owed), ensure_ascii=False),
        **{word: getattr(row, word) or "" for word in words},
        "category": row.category.code,
        "address": shown.address or "",
        "comune": shown.comune or "",
        "province": (row.place.province or "") if row.place else "",
        "hours": row.hours_words or "",
        "phones": "; ".join(row.phones),
        "languages": ";".join(shown.languages),
        "age_from": "" if row.age_from is None else str(row.age_from),
        "age_to": "" if row.age_to is None else str(row.age_to),
        **dict(zip(("lat", "lon"), map(str, shown.point or ("", "")), strict=True)),
        **shown.carried(),
        "confirmed": shown.assured_on or "",
        "attribution": owed_for(shown, owed),
    }


def as_csv(rows: Iterator[Shown], owed: Mapping[str, str]) -> Iterator[str]:
    """Give a table with a line a place; no cell is taken for a formula."""
    line = io.StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    writer.writerow(COLUMNS)
    for shown in rows:
        cells = cells_of(shown, owed)
        writer.writerow([defused(cells.get(word, "")) for word in COLUMNS])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def owed_for(shown: Shown, owed: Mapping[str, str]) -> str:
    """Return whom we owe the facts of a place."""
    return "; ".join(dict.fromkeys(owed.get(source, source) for source, _key in shown.origins))


def as_kml(rows: Iterator[Shown], owed: Mapping[str, str], *, title: str) -> Iterator[str]:
    """Give a KML file; a place whose point is not known well stands in it without one."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
    yield f"<Document><name>{_words(title)}</name>"
    yield f"<description>{_words('; '.join(sorted(owed.values())))}</description>\n"
    for shown in rows:
        yield f'<Placemark id="p{NOT_IN_ID.sub("_", shown.resource.uid)}">'
        yield f"<name>{_words(shown.resource.name)}</name>"
        yield f"<description>{_words(_described(shown, owed))}</description>"
        if shown.point:
            lat, lon = shown.point
            yield f"<Point><coordinates>{lon},{lat}</coordinates></Point>"
        yield "</Placemark>\n"
    yield "</Document></kml>\n"


def as_gpx(rows: Iterator[Shown], owed: Mapping[str, str], *, title: str) -> Iterator[str]:
    """Give a GPX file with the places a navigator can lead to: those whose point is known well."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gpx version="1.1" creator="Nucleus" xmlns="http://www.topografix.com/GPX/1/1">'
    yield f"<metadata><name>{_words(title)}</name>"
    yield f"<desc>{_words('; '.join(sorted(owed.values())))}</desc></metadata>\n"
    for shown in rows:
        if shown.point:
            lat, lon = shown.point
            yield f'<wpt lat="{lat}" lon="{lon}"><name>{_words(shown.resource.name)}</name>'
            yield f"<desc>{_words(_described(shown, owed))}</desc></wpt>\n"
    yield "</gpx>\n"


def _described(shown: Shown, owed: Mapping[str, str]) -> str:
    row = shown.resource
    lines = [
        row.category.label("it"),
        row.what,
        ", ".join(part for part in (shown.address, shown.comune) if part),
        ", ".join(row.phones),
        row.hours_words or row.hours,
        owed_for(shown, owed),
    ]
    return "\n".join(line for line in lines if line)


def _words(text: str) -> str:
    return escape(NOT_IN_XML.sub("", text))
