"""What every page promises: headers, a way out, the reader's language, errors that speak."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text

from nucleus.ground.database import db
from nucleus.ground.web import SPOKEN_ERRORS, anyone, may
from nucleus.people.models import Person

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""", re.I)


@may(anyone)
def refuse(code: int) -> str:
    abort(code)


@may(anyone)
def break_down() -> str:
    raise RuntimeError("the plan says: secret words")


@may(anyone)
def add_somebody() -> str:
    db.session.add(Person(name="half made"))
    db.session.flush()
    return "added"


@pytest.fixture
def doors(app: Flask) -> Flask:
    """The house with a few doors that fail, answering as it does in earnest."""
    app.add_url_rule("/refuse/<int:code>", "refuse", refuse)
    app.add_url_rule("/break-down", "break_down", break_down)
    app.add_url_rule("/add-somebody", "add_somebody", add_somebody, methods=["POST"])
    app.testing = False
    return app


@pytest.mark.parametrize("address", ["/", "/leave", "/nowhere", "/break-down"])
def test_every_page_keeps_foreign_code_out(doors: Flask, address: str) -> None:
    answer = doors.test_client().get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not INLINE.search(answer.text)
    assert not OUTSIDE.search(answer.text)


@pytest.mark.parametrize("address", ["/", "/nowhere", "/break-down"])
def test_112_and_the_way_out_are_on_every_page(doors: Flask, address: str) -> None:
    page = doors.test_client().get(address).text
    assert 'href="tel:112"' in page
    assert 'href="/leave"' in page


def test_the_way_out_leads_to_a_page_that_says_nothing_of_us(client: FlaskClient) -> None:
    page = client.get("/leave")
    assert page.status_code == 200
    assert "Nucleo" not in page.text
    assert "112" not in page.text
    assert "Set-Cookie" not in page.headers


def test_the_page_about_leaving_says_that_the_history_remains(client: FlaskClient) -> None:
    page = client.get("/leave/explain").text
    assert "history" in page or "cronologia" in page
    assert 'href="/leave/explain"' in client.get("/").text


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_help_comes_before_anything_else(client: FlaskClient) -> None:
    page = client.get("/").text
    main = page[page.index("<main") :]
    assert main.index("tel:112") < (main.find("<nav") if "<nav" in main else len(main))
    assert page.index("<main") < page.find("<nav") or "<nav" not in page


@pytest.mark.parametrize("code", SPOKEN_ERRORS)
def test_every_refusal_speaks_and_offers_a_way_on(doors: Flask, code: int) -> None:
    answer = doors.test_client().get(f"/refuse/{code}")
    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert 'class="act"' in answer.text


def test_a_closed_door_looks_like_no_door(doors: Flask) -> None:
    doors.add_url_rule("/closed", "closed", lambda: "never shown")
    closed, missing = (doors.test_client().get(path) for path in ("/closed", "/missing"))
    forbidden = doors.test_client().get("/refuse/403")
    assert closed.status_code == missing.status_code == forbidden.status_code == 404
    assert closed.text == missing.text.replace("/missing", "/closed")


def test_a_fault_of_ours_has_a_number_and_keeps_private_words_to_itself(
    doors: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = doors.test_client().get("/break-down")
    assert answer.status_code == 500
    found = re.search(r"<bdi>([0-9a-f]{6})</bdi>", answer.text)
    assert found
    assert "secret words" not in answer.text
    assert found[1] in capsys.readouterr().out


def test_a_locked_database_says_try_again_and_makes_nothing_by_half(
    doors: Flask, tmp_path: Path
) -> None:
    with doors.app_context():
        db.session.execute(text("PRAGMA busy_timeout=1"))
        db.session.rollback()
    with closing(sqlite3.connect(tmp_path / "nucleus.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = doors.test_client().post("/add-somebody")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert 'href="tel:112"' in answer.text
    with doors.app_context():
        assert db.session.query(Person).count() == 0
        db.session.rollback()


def test_a_stale_form_is_refused_in_words(doors: Flask) -> None:
    doors.config["WTF_CSRF_ENABLED"] = True
    answer = doors.test_client().post("/add-somebody")
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_numbers_can_be_dialled_as_they_are_written(client: FlaskClient) -> None:
    as_link = client.application.jinja_env.filters["phone_link"]
    assert as_link("+39 081 555-01.00") == "tel:+390815550100"


def test_what_the_browser_did_wrong_fills_no_log_of_faults(
    doors: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doors.test_client().post("/leave").status_code == 405
    assert doors.test_client().get("/refuse/400").status_code == 400
    assert "page_failed" not in capsys.readouterr().out
