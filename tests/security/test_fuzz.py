"""Whatever is typed, sent or put into an address: a page that speaks, never a fault of ours."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import url_for
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from nucleus.accounts.models import Refusal
from nucleus.ground.database import db
from tests.architecture.doors import doors
from tests.browser.pages import Examples, furnish
from tests.cast import Cast
from tests.security.crawler import Form, crawl, kind_of

HUGE = "9" * 30
NASTY = "a\x00b\r\nBcc: x@example.org <script>%(name)s %s {0} {code} {{ 7*7 }} ' -- \u202e\ud800"
HOSTILE = ("   ", NASTY, HUGE, "-1")
"""What a form, an address or a question may carry; most of it no person ever types."""
LONG = "9" * 4400
"""More digits than Python reads."""
NUMBERS = ("0", "2147483648", "9223372036854775808", HUGE)
TOKENS = ("x", "zzzzzzzzzzzz-" + "A" * 22, "1-" + "\u00e8" * 22, "\u0661-" + "A" * 22)
QUESTIONS = (
    *("page", "step", "name", "words", "text", "near", "within", "lang", "next", "here"),
    *("area", "comune", "place"),
)
COUNTED = ("page", "per_page", "within", "area", "zoom", "modified_after")
OF_MACHINES = (".geojson", ".csv", ".js", "/hsds/services", "/api/v1/resources")
TELLING = ("Traceback", "sqlalchemy", "psycopg", 'File "')
FORM = "application/x-www-form-urlencoded"
LEAVES = "accounts.sign_out"
LEAST_KINDS = 140
"""Kinds of pages and forms the walk is sure to meet; it met 154 when this was written."""


@pytest.fixture
def house(cast_on_both: Cast) -> Cast:
    """One of everything in every room, answering as it does in earnest."""
    cast_on_both.app.testing = False
    return cast_on_both


def assert_sound(answer: TestResponse, what: object) -> None:
    """Assert that an answer is no fault of ours and tells nothing of how we are built."""
    assert answer.status_code < 500, (what, answer.status)
    said = answer.data.decode(errors="replace")  # a photo says nothing in UTF-8
    assert not [words for words in TELLING if words in said], what
    answer.close()  # a file that is sent stays open until then


def typed(value: str) -> str:
    """Return a value as it stands in an address; half a character stays half."""
    return quote(value, safe="", errors="surrogatepass")


def test_no_address_is_a_fault_of_ours(house: Cast) -> None:
    furnish(house)
    clients = (house.app.test_client(), house.signed_in(house.carla))
    for path, method in hostile_paths(house):
        for client in clients:
            assert_sound(client.open(path, method=method), (method, path))


def hostile_paths(house: Cast) -> Iterator[tuple[str, str]]:
    """Return every address that carries something, carrying what it should not."""
    for rule in doors(house.app):
        values = TOKENS if "token" in rule.arguments else NUMBERS
        for value in (*values, NASTY) if rule.arguments else ():
            parts = rule.rule.split("/")
            path = "/".join(typed(value) if part.startswith("<") else part for part in parts)
            yield path, "POST" if "POST" in (rule.methods or ()) else "GET"


def test_no_question_and_no_form_is_a_fault_of_ours(house: Cast) -> None:
    addresses, sent = addresses_of(house, furnish(house)), set[str]()
    for who in (None, house.bea, house.vito, house.carla):
        client = house.signed_in(who) if who else house.app.test_client()
        found = crawl(house.app, client, *addresses)
        asked = {kind_of(house.app, page): page for page in found.pages}
        for kind, page in asked.items():
            if kind not in sent:
                ask_badly(client, page)
        for kind, form in found.forms.items():
            if kind not in sent and not kind.startswith(LEAVES):
                send_badly(house, client, form)
        sent |= asked.keys() | found.forms.keys()
    assert len(sent) > LEAST_KINDS, "the walk reached fewer pages and forms than there are"


def test_no_question_of_a_machine_is_a_fault_of_ours(house: Cast) -> None:
    """One wrong answer at a time: a bad page number must not keep a bad area from being read."""
    asked = [rule.rule for rule in doors(house.app) if rule.rule.endswith(OF_MACHINES)]
    client = house.signed_in(house.carla)
    assert len(asked) >= len(OF_MACHINES)
    for page in asked:
        for name in COUNTED if "<" not in page else ():
            for value in (HUGE, LONG):
                assert_sound(client.get(f"{page}?{name}={value}"), (page, name, value[:40]))


def ask_badly(client: FlaskClient, page: str) -> None:
    """Open a page with a wrong answer to everything it may ask in its address."""
    for value in HOSTILE:
        words = "&".join(f"{name}={typed(value)}" for name in QUESTIONS)
        assert_sound(client.get(f"{page.partition('?')[0]}?{words}"), (page, value))


def addresses_of(house: Cast, examples: Examples) -> list[str]:
    """Return the addresses of the furnished pages."""
    with house.app.test_request_context():
        return [url_for(endpoint, **facts) for endpoint, facts in examples.items()]


def send_badly(house: Cast, client: FlaskClient, form: Form) -> None:
    """Send a form with one wrong answer at a time, the others as a browser fills them in.

    Each database is sent what it minds most, or the walk would take a minute.
    """
    with house.stage():
        db.session.execute(delete(Refusal))
    said = {name: value for name, value in form.fields.items() if name != "once"}
    on_sqlite = str(house.app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")
    for name in said:
        for value in ("   ", HUGE) if on_sqlite else (NASTY, HUGE):
            body = "&".join(f"{n}={typed(value if n == name else v)}" for n, v in said.items())
            assert_sound(
                client.post(form.action, data=body, content_type=FORM), (form.action, name)
            )


@pytest.mark.parametrize(
    "body",
    ["text=" + "x" * 1_000_000, "&".join(f"f{n}=1" for n in range(5000)), "a=1&" * 5_000_000],
    ids=["a word of a megabyte", "five thousand fields", "twenty megabytes"],
)
def test_too_much_at_once_is_refused_in_words(cast: Cast, body: str) -> None:
    client = cast.signed_in(cast.bea)
    for path in ("/plans/item/alone/add", "/accounts/sign-in", "/language"):
        answer = client.post(path, data=body, content_type=FORM)
        assert_sound(answer, path)
        assert answer.status_code in {303, 404, 413, 422}, path
        assert answer.status_code == 303 or "<h1>" in answer.text


def test_a_broken_sending_is_refused_in_words(cast: Cast) -> None:
    """Half a file, a wrong length, a language nobody has: each gets a page."""
    client = cast.app.test_client()
    half = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nbea'
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "application/json", "x"):
        assert_sound(client.post("/accounts/sign-in", data=half, content_type=kind), kind)
    for header in ("Accept-Language", "If-None-Match", "Cookie", "Referer", "Range"):
        for value in ("\xff;q=abc,,;", "s=" + "A" * 6000, 'W/"', "bytes=9-1"):
            assert_sound(client.get("/maps/resources.geojson", headers={header: value}), header)
            assert_sound(client.get("/", headers={header: value}), header)
