"""An attacker's browser: walks every page one person can reach, and collects its forms."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

ENOUGH = 2
"""Pages of one kind after which the next one tells nothing new."""


@dataclass
class Form:
    """A form that sends: where it leads, and what a browser would fill in."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The links and the sending forms of one page."""

    def __init__(self, address: str) -> None:
        """Read nothing yet."""
        super().__init__()
        self.address, self.links, self.forms = address, list[str](), list[Form]()
        self._inside, self._select = False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what leads on or is sent."""
        words = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(words.get("href", ""))
        elif tag == "form":
            self._inside = words.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append(Form(words.get("action") or self.address))
        elif self._inside:
            self._fill(tag, words)

    def handle_endtag(self, tag: str) -> None:
        """A form or a list of choices ends."""
        self._inside = self._inside and tag != "form"
        self._select = "" if tag == "select" else self._select

    def _fill(self, tag: str, words: dict[str, str]) -> None:
        """Answer like somebody who takes the last choice and types a few words."""
        fields, name, value = self.forms[-1].fields, words.get("name", ""), words.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            fields[self._select] = value
        elif tag in {"input", "button", "textarea"} and name:
            fields[name] = value or "12"


@dataclass
class Crawl:
    """Everything one person reached: the addresses that opened, and their forms."""

    pages: list[str] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)


def crawl(app: Flask, client: FlaskClient, *also: str) -> Crawl:
    """Follow every link from the start page, a few pages of each kind."""
    found, waiting, kinds = Crawl(), ["/", *also], Counter[str]()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(app, address)
        if address in found.pages or kinds[kind] >= ENOUGH:
            continue
        with closing(client.get(address)) as answer:
            assert answer.status_code < 500, (address, answer.status)
            if answer.location:
                waiting.append(answer.location)
            kinds[kind] += 1
            found.pages.append(address)
            if answer.mimetype == "text/html":
                waiting += read_page(app, address, answer.text, found)
    return found


def read_page(app: Flask, address: str, text: str, found: Crawl) -> list[str]:
    """Keep the forms of a page; return where its links lead."""
    page = Page(address)
    page.feed(text)
    for form in page.forms:
        found.forms.setdefault(kind_of(app, form.action) + str(sorted(form.fields)), form)
    return [link.partition("#")[0] for link in page.links if link.startswith("/")]


def kind_of(app: Flask, address: str) -> str:
    """Return which route an address leads to."""
    adapter = app.url_map.bind("localhost")
    path = urlsplit(address).path
    for method in ("GET", "POST"):
        try:
            return str(adapter.match(path, method=method)[0])
        except HTTPException:
            continue
    return path
