"""Reads an Atom or RSS feed from outside into entries (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urljoin

from alerts.cap.model import NAMESPACE
from alerts.cap.tree import Node, NotRead, grown

LARGEST = 4_000_000
MOST_ELEMENTS = 100_000
MOST_ENTRIES = 500
"""As many of a feed are looked at, the first ones, which are the newest in all we have seen."""

CAP_TYPE = "application/cap+xml"
LONGEST_LINK = 1_000
WEB = ("https://", "http://")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: what it is known by, and its document, or where that lies."""

    mark: str
    title: str = ""
    link: str | None = None
    inline: Node | None = None


def entries_of(document: bytes, *, base: str) -> tuple[Entry, ...]:
    """Return the entries of a feed, in its order; a single CAP document is a feed of one.

    Args:
        document: what the address answered.
        base: the address, from which links may be counted.

    Raises:
        NotRead: it is no feed; the word says why, the line where.
    """
    root = grown(document, largest=LARGEST, most=MOST_ELEMENTS)
    if root.name == "alert" and root.namespace == NAMESPACE:
        return (Entry(mark=_mark(_words(root, "identifier"), _words(root, "sent")), inline=root),)
    if root.name not in {"feed", "rss", "RDF"}:
        raise NotRead("not_feed", root.line)
    found = (_entry(each, base) for each in _entries(root))
    return tuple(each for each, _ in zip(found, range(MOST_ENTRIES), strict=False))


def _entries(node: Node) -> Iterator[Node]:
    """Yield what a feed lists: Atom's entries, or the items of RSS, in or beside its channel."""
    for each in node.inside:
        if each.name in {"entry", "item"}:
            yield each
        elif each.name == "channel":
            yield from _entries(each)


def _entry(node: Node, base: str) -> Entry:
    link = _link(node, base)
    name = _words(node, "id", "guid") or link or _words(node, "title")
    when = _words(node, "updated", "pubDate", "date", "published")
    inline = _inline(node)
    if inline is not None:
        name, when = _words(inline, "identifier") or name, _words(inline, "sent") or when
    return Entry(
        mark=_mark(name, when), title=_words(node, "title")[:200], link=link, inline=inline
    )


def _inline(node: Node) -> Node | None:
    """Return the CAP document that stands in an entry's content, if one does."""
    for content in node.inside:
        for each in content.inside if content.name == "content" else ():
            if each.name == "alert" and each.namespace == NAMESPACE:
                return each
    return None


def _link(node: Node, base: str) -> str | None:
    """Return where the document lies: the link that says CAP, else the first to an alternate."""
    links = [each for each in node.inside if each.name == "link"]
    usual = [each for each in links if each.attributes.get("rel", "alternate") == "alternate"]
    cap = [each for each in links if each.attributes.get("type", "").startswith(CAP_TYPE)]
    for each in [*cap, *usual]:
        try:
            found = urljoin(base, (each.attributes.get("href") or each.words).strip())
        except ValueError:
            continue
        if found.startswith(WEB) and len(found) <= LONGEST_LINK:
            return found
    return None


def _words(node: Node, *names: str) -> str:
    """Return the words of the first of these elements that says anything."""
    for name in names:
        for each in node.inside:
            if each.name == name and each.words:
                return each.words
    return ""


def _mark(name: str, when: str) -> str:
    return sha256(f"{name}\n{when}".encode()).hexdigest()
