"""Promises of the head of an archive: what it covers is known before a browser asks for a part."""

from pathlib import Path
from struct import pack

import pytest
from flask import Flask

from maps.earth.geometry import Point
from maps.formats.pmtiles import read_archive
from maps.formats.tables import Unreadable
from tests.cast import Cast
from tests.maps.archive import DEEPEST, ITALY, write_archive
from tests.maps.test_own_tiles import with_settings

SQUARE = ((40.0, 14.0), (41.0, 14.0), (41.0, 15.0), (40.0, 14.0))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "small.pmtiles"
    write_archive(path, [SQUARE], [("Aversa", Point(40.97, 14.2))])
    return path


def spoiled(path: Path, at: int, value: bytes) -> Path:
    body = bytearray(path.read_bytes())
    body[at : at + len(value)] = value
    path.write_bytes(body)
    return path


def test_an_archive_says_what_it_covers_and_whom_it_is_owed_to(archive: Path) -> None:
    told = read_archive(archive)
    assert (told.box, told.deepest) == (ITALY, DEEPEST)
    assert told.attribution == "© Natural Earth", "without its markup"


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (0, b"PK\x03\x04", "no PMTiles"),
        (7, b"\x02", "version 3"),
        (64, pack("<Q", 1 << 40), "cut short"),
        (99, b"\x02", "pictures"),
        (98, b"\x04", "gzip"),
    ],
)
def test_what_no_browser_can_draw_is_refused_in_words(
    app: Flask, archive: Path, at: int, value: bytes, words: str
) -> None:
    with app.test_request_context("/?lang=en"), pytest.raises(Unreadable, match=words):
        read_archive(spoiled(archive, at, value))


def test_metadata_nobody_can_read_owes_nobody(archive: Path) -> None:
    start = int.from_bytes(archive.read_bytes()[24:32], "little")
    assert read_archive(spoiled(archive, start, b"\x00\x00\x00")).attribution == ""


def test_only_those_who_coordinate_read_why_the_tiles_are_not_drawn(
    app: Flask, cast: Cast, archive: Path
) -> None:
    archive.write_bytes(archive.read_bytes()[:500])
    with_settings(app, pmtiles=archive)
    page = app.test_client().get("/maps/resources/show?lang=en").text
    assert "protomaps" not in page
    assert "cut short" not in page
    hers = cast.signed_in(cast.carla).get("/maps/resources/show?lang=en").text
    assert "cut short" in hers
