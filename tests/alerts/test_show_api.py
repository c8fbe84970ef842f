"""The page for whoever writes a program: its examples work exactly as they stand there."""

import re
import shlex
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.alerts.api.conftest import maker
from tests.cast import Cast

PAGE = "/alerts/api/show"


class Examples(HTMLParser):
    """The examples of the page by their id."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.found: dict[str, str] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an example."""
        self._inside = dict(attrs).get("id") or "" if tag == "pre" else ""

    def handle_data(self, data: str) -> None:
        """Keep its words."""
        if self._inside:
            self.found[self._inside] = self.found.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        self._inside = ""


def run(client: FlaskClient, command: str, token: str) -> TestResponse:
    """Do what curl would do with a command typed into a shell."""
    said = command.replace("$TOKEN", token).replace("$(uuidgen)", uuid4().hex)
    words = shlex.split(said.replace("\\\n", " "))
    method, headers, body = "GET", {}, None
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest)
        else:
            path = re.sub(r"^https?://[^/]+", "", word)
    return client.open(path, method=method, headers=headers, data=body)


def test_the_examples_do_what_they_say(cast: Cast) -> None:
    examples = Examples(cast.app.test_client().get(PAGE).text).found
    token = maker(cast)().token
    told = [
        run(cast.app.test_client(), examples[f"example-{name}"], token)
        for name in ("draft", "raise", "watch")
    ]
    assert [answer.status_code for answer in told] == [201, 200, 200], [a.text for a in told]
    assert [answer.get_json()["state"] for answer in told] == ["draft", "open", "open"]
    assert told[2].get_json()["drill"] is True


@pytest.mark.parametrize("path", ["/api/v1/token", "/api/v1/alerts/{number}/raise", "feed.atom"])
def test_every_door_is_listed(client: FlaskClient, path: str) -> None:
    assert path in client.get(PAGE).text


def test_the_specification_can_be_read_by_anybody(client: FlaskClient) -> None:
    told = client.get("/api/openapi.json").get_json()
    assert told["openapi"].startswith("3.")
    scopes = {
        told.get("x-scope")
        for methods in told["paths"].values()
        for name, told in methods.items()
        if name in {"get", "post"}
    }
    assert {
        "alerts:read",
        "alerts:draft",
        "alerts:raise",
        "alerts:answer",
        "alerts:close",
    } <= scopes
