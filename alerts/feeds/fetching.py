"""Asks one address for its document: bounded in time and size, no redirect, never inside."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts.sender.connections import http_pool, wire
from alerts.sender.outcomes import read_retry_after
from nucleus.ground.settings import Settings
from nucleus.ground.web import settings

SECONDS = 20.0
ACCEPT = "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9"
LONGEST_TAG = 200
NOT_CHANGED, GONE = 304, 410
MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What an address answered: a document, or nothing new, or a trouble in a word.

    `etag` and `modified` are handed back with the next question, so that nothing new costs nothing.
    """

    content: bytes | None = None
    etag: str | None = None
    modified: str | None = None
    trouble: str | None = None
    retry_after: float | None = None


def may_be_inside(url: str, chosen: Settings) -> bool:
    """Say whether the operator has named a machine of our own network, or this is a test."""
    host = (urlsplit(url).hostname or "").lower()
    return host in chosen.own_hosts or (chosen.testing and host == "127.0.0.1")


def fetch(url: str, *, most: int, etag: str | None = None, modified: str | None = None) -> Fetched:
    """Return what an address answers; whatever it does, this returns.

    Args:
        url: it must begin with https://, unless it is a machine of our own.
        most: bytes that are read; a longer document is a trouble.
        etag: what it said of its last answer.
        modified: likewise, when it was changed.
    """
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {"Accept": ACCEPT, "User-Agent": "Nucleus"}
    headers |= {name: value for name, value in known.items() if value}
    try:
        inside = may_be_inside(url, settings())
        if urlsplit(url).scheme != "https" and not inside:
            return Fetched(trouble="not_https")
        return _asked(url, headers, most=most, inside=inside)
    except Exception as fault:  # whatever an address may be, the others are still asked
        return Fetched(trouble="stumbled " + type(fault).__name__)


def _asked(url: str, headers: dict[str, str], *, most: int, inside: bool) -> Fetched:
    with wire.exchange(seconds=SECONDS, inside=inside) as under_way:
        under_way.most = most
        try:
            answer = http_pool.converse("GET", url, headers=headers, body=None)
        except http_pool.NoWholeAnswer:
            words = under_way.outcome.words if under_way.outcome else ""
            return Fetched(trouble=words.partition(",")[0] or "nobody answered")
    return _read(answer)


def _read(answer: http_pool.RawAnswer) -> Fetched:
    said = answer.headers
    if answer.status == NOT_CHANGED:
        return Fetched()
    if answer.status in MOVED:
        return Fetched(trouble="moved")
    if answer.status != 200:
        wait = read_retry_after(said.get("Retry-After"), said.get("Date"))
        trouble = "gone" if answer.status == GONE else f"status {answer.status}"
        return Fetched(trouble=trouble, retry_after=wait)
    if not answer.whole:
        return Fetched(trouble="too_large")
    return Fetched(
        content=answer.content,
        etag=_tag(said.get("ETag")),
        modified=_tag(said.get("Last-Modified")),
    )


def _tag(said: str | None) -> str | None:
    """Return what may be handed back in a header; nothing that is long or strange."""
    fits = said and len(said) <= LONGEST_TAG and said.isascii() and said.isprintable()
    return said if fits else None
