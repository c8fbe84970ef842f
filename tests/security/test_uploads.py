"""A file sent to hurt: whatever it is called and whatever is in it, the page says so in words."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from markupsafe import escape
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from maps.models import ImportRun
from nucleus.ground.database import db
from tests.cast import Cast

ADD = "/maps/import/add"
LIST = b"name,kind\nScuola,school\n"
NAMES = (
    "../../../../etc/cron.d/evil.csv",
    "..\\..\\evil.csv",
    "a\x00b.csv",
    "a\u202evsc.exe",
    "<script>alert(1)</script>.csv",
    "CON.csv",
    "è" * 5000,
)


def sent(cast: Cast, body: bytes, name: str = "list.csv") -> TestResponse:
    """Send a file as a coordinator's browser does."""
    file = FileStorage(io.BytesIO(body), name)
    form = {"source": "comune", "file": file}
    return cast.signed_in(cast.carla).post(ADD, data=form, content_type="multipart/form-data")


def packed(name: str, write: Callable[[IO[bytes]], None]) -> bytes:
    """Return an archive with one file in it."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w") as it,
    ):
        write(it)
    return whole.getvalue()


def blank(to: IO[bytes]) -> None:
    for _ in range(100):
        to.write(b" " * 1_000_000)


def write_list(to: IO[bytes]) -> None:
    to.write(LIST)


def unfolding() -> bytes:
    """Return an XML of ten short lines that says the same word a thousand million times."""
    each = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY e0 "word">{each}]><kml><name>&e9;</name></kml>'.encode()


FILES: dict[str, Callable[[], bytes]] = {
    "bursts.kmz": lambda: packed("doc.kml", blank),
    "bursts.xlsx": lambda: packed("xl/worksheets/sheet1.xml", blank),
    "climbs.zip": lambda: packed("../../../evil.csv", write_list),
    "unfolds.kml": unfolding,
    "reads.kml": lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><kml>&e;</kml>',
    "nests.json": lambda: b"[" * 200_000,
    "nests.geojson": lambda: b'{"type":"FeatureCollection","features":[' + b"[" * 200_000,
    "promises.pbf": lambda: b"\0\0\0\x0d\n\tOSMHeader\x18\xff\xff\xff\x7f",
    "shows.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "is empty.csv": lambda: b"",
}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_leads_anywhere_or_breaks_a_page(
    cast_on_both: Cast, name: str, tmp_path: Path
) -> None:
    """The name is words to be read; where the file is kept is ours to choose."""
    answer = sent(cast_on_both, LIST, name)
    assert answer.status_code == 303
    page = cast_on_both.signed_in(cast_on_both.carla).get("/maps/import/list").text
    assert "<script>alert" not in page
    assert not {"\x00", "\u202e"} & set(page)
    assert [path for path in tmp_path.rglob("*") if "evil" in path.name] == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_sent_to_hurt_is_refused_on_the_page(cast: Cast, name: str) -> None:
    answer = sent(cast, FILES[name](), name)
    page = cast.signed_in(cast.carla).get(answer.location)
    assert (answer.status_code, page.status_code) == (303, 200)
    with cast.stage():
        run = db.session.query(ImportRun).one()
        assert run.state == "refused"
        assert escape(run.reason) in page.text


def test_a_form_of_thousands_of_parts_is_refused_in_words(cast: Cast) -> None:
    one = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\ny\r\n'
    body = "".join(one.format(number) for number in range(2000)) + "--x--\r\n"
    client = cast.signed_in(cast.carla)
    for path in (ADD, "/alerts/cap/take", "/accounts/profile/edit"):
        answer = client.post(path, data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 413, path
        assert "<h1>" in answer.text
