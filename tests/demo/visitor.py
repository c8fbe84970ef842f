"""A visitor without JavaScript: reads pages over HTTP, fills their forms in, presses buttons."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests


class Refused(RuntimeError):
    """The site said no; the text is what it said."""


class NoSuchForm(LookupError):
    """The page has no form that leads where the story wants to go."""


@dataclass
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page and the values a browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(words.get("action", ""), words.get("method", "get").lower()))
        elif self.forms and tag == "select":
            self._select = words.get("name")
        elif self.forms and tag == "option" and self._select:
            if "selected" in words or self._select not in self.forms[-1].fields:
                self.forms[-1].fields[self._select] = words.get("value", "")
        elif self.forms and tag == "input" and words.get("name"):
            self._fill(words)

    def _fill(self, words: dict[str, str]) -> None:
        tick = words.get("type") in {"radio", "checkbox"}
        if not tick or "checked" in words:
            self.forms[-1].fields[words["name"]] = words.get("value", "on" if tick else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None


class Visitor:
    """One browser window of one person."""

    def __init__(self, base: str) -> None:
        """Open an empty window on the site at this address."""
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.page = ""
        self.address = base

    def go(self, path: str) -> str:
        """Open a page; raise when it can't be shown."""
        return self._keep(self.session.get(urljoin(self.base, path), timeout=30))

    def send(self, leads_to: str, **answers: str) -> str:
        """Send the form of this page whose action contains these words."""
        form = self.form(leads_to)
        target = urljoin(self.address, form.action or self.address)
        return self._keep(self.session.post(target, data={**form.fields, **answers}, timeout=30))

    def form(self, leads_to: str) -> Form:
        """Return the POST form of this page that leads there, or else further in."""
        reader = _Forms()
        reader.feed(self.page)
        own = urlsplit(self.address).path
        fit = [f for f in reader.forms if f.method == "post" and leads_to in (f.action or own)]
        exact = [f for f in fit if urlsplit(f.action or own).path == leads_to]
        for form in [*exact, *fit]:
            return form
        raise NoSuchForm(f"{self.address} has no form that leads to {leads_to}")

    def _keep(self, answer: requests.Response) -> str:
        self.page, self.address = answer.text, answer.url
        if not answer.ok:
            words = re.findall(r'class="(?:error|notice problem)[^>]*>([^<]*)', answer.text)
            raise Refused(f"{answer.url} answered {answer.status_code}: {' '.join(words)}")
        return self.page
