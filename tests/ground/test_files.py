"""Our files travel packed, are kept for long, and are fetched anew when they change."""

import gzip
import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SHEET = "css/nucleus.css"


def fetch(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Read a file to its end, as a browser does, so that the server can close it."""
    return client.get(address, headers=headers, buffered=True)


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return app.url_for("static", filename=name)


def test_a_file_is_packed_for_who_can_unpack_it(client: FlaskClient) -> None:
    plain = fetch(client, f"/static/{SHEET}")
    packed = fetch(client, f"/static/{SHEET}", {"Accept-Encoding": "br;q=0.5, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("refusing", ["", "identity", "gzip;q=0"])
def test_a_file_stays_as_it_is_for_who_cannot(client: FlaskClient, refusing: str) -> None:
    answer = fetch(client, f"/static/{SHEET}", {"Accept-Encoding": refusing})
    assert "Content-Encoding" not in answer.headers


def test_what_the_browser_has_is_not_sent_again(client: FlaskClient) -> None:
    unpacking = {"Accept-Encoding": "gzip"}
    first = fetch(client, f"/static/{SHEET}", unpacking)
    known = unpacking | {"If-None-Match": first.headers["ETag"]}
    again = fetch(client, f"/static/{SHEET}", known)
    assert (again.status_code, again.data) == (304, b"")


def test_pages_are_never_packed(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers


def test_a_stamped_file_is_kept_and_an_unstamped_one_asked_for(app: Flask) -> None:
    stamped = fetch(app.test_client(), address_of(app, SHEET))
    assert "immutable" in stamped.headers["Cache-Control"]
    plain = fetch(app.test_client(), f"/static/{SHEET}")
    assert "immutable" not in plain.headers["Cache-Control"]


def test_a_changed_file_gets_another_address(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    file = tmp_path / "own.css"
    file.write_text("a{}")
    before = address_of(app, "own.css")
    later = file.stat().st_mtime + 5
    os.utime(file, (later, later))
    assert address_of(app, "own.css") != before


@pytest.mark.parametrize("name", ["missing.css", "../app.py", "%2e%2e/app.py"])
def test_what_is_not_there_is_not_there(client: FlaskClient, name: str) -> None:
    answer = fetch(client, f"/static/{name}", {"Accept-Encoding": "gzip"})
    assert answer.status_code == 404
