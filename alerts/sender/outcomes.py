"""What became of one delivery: the five answers an outside provider can give us."""

import re
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus

from nucleus.ground.heard import read_json

LONGEST_WAIT = 3600.0
"""Seconds: a provider that asks for more is asked again after this long all the same."""

_TEMPORARY_STATUSES = frozenset({408, 421, 423, 425})
_REFERENCE = re.compile(r"[A-Za-z0-9._:@$=/+-]{1,100}")
_ENHANCED_CODE = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class Kind(Enum):
    """How a delivery ended, as far as the rules of repetition care."""

    SENT = "sent"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    THROTTLED = "throttled"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt.

    Attributes:
        kind: which rule applies now.
        words: for operators; never holds an address, a token or the message's text.
        retry_after: seconds the provider asked us to wait, if it said so.
        provider_ref: the provider's own number for the message, if it gave one.
        gone: nothing will ever arrive at this address again.
    """

    kind: Kind
    words: str
    retry_after: float | None = None
    provider_ref: str | None = None
    gone: bool = False


def sent(words: str, provider_ref: str | None = None) -> Outcome:
    """The provider took the message over."""
    return Outcome(Kind.SENT, words, provider_ref=provider_ref)


def refused(words: str) -> Outcome:
    """Trying the same again would be refused again."""
    return Outcome(Kind.REFUSED, words)


def gone(words: str) -> Outcome:
    """The address has ended: whoever stood behind it has left, and it can be forgotten."""
    return Outcome(Kind.REFUSED, words, gone=True)


def temporary(words: str, retry_after: float | None = None) -> Outcome:
    """Certainly not delivered, but a later attempt may be."""
    return Outcome(Kind.TEMPORARY, words, retry_after=retry_after)


def unsure(words: str) -> Outcome:
    """The message left us and no answer came back: it may or may not have arrived."""
    return Outcome(Kind.UNSURE, words)


def throttled(words: str, retry_after: float | None = None) -> Outcome:
    """It was too much at once; later it may go."""
    wait = None if retry_after is None else min(max(retry_after, 0.0), LONGEST_WAIT)
    return Outcome(Kind.THROTTLED, words, retry_after=wait)


def with_reference(outcome: Outcome, answer: bytes, *path: str | int) -> Outcome:
    """Return a success with the provider's own number for the message, for its later receipts.

    Args:
        outcome: what the status said.
        answer: the provider's JSON.
        *path: where in it the number stands; one that looks like none is left out.
    """
    if outcome.kind is not Kind.SENT:
        return outcome
    try:
        found = read_json(answer)
        for step in path:
            found = found[step]
    except (ValueError, TypeError, KeyError, IndexError):
        return outcome
    text = str(found) if isinstance(found, str | int) else ""
    return replace(outcome, provider_ref=text) if _REFERENCE.fullmatch(text) else outcome


def read_http(status: int, retry_after: float | None = None) -> Outcome:
    """Judge an HTTP status; a redirect is a refusal, because nothing was delivered there."""
    words = f"the provider answered {status}{_phrase(status)}"
    if 200 <= status < 300:
        return sent(words)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome(Kind.THROTTLED, words, retry_after=retry_after)
    if status >= 500 or status in _TEMPORARY_STATUSES:
        return temporary(words, retry_after)
    return refused(words)


def _phrase(status: int) -> str:
    """The standard's own words for a status; the provider's could hold anything."""
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""


def read_smtp(code: int, text: str, stage: str) -> Outcome:
    """Judge the reply of a mail server.

    Args:
        code: the three digits (RFC 5321, section 4.2).
        text: what followed; only its enhanced code (RFC 3463) is repeated in our words.
        stage: the command it answered, e.g. ``RCPT``.
    """
    found = _ENHANCED_CODE.match(text)
    enhanced = f" {found.group(1)}" if found else ""
    words = f"the mail server answered {code}{enhanced} at {stage}"
    if 200 <= code < 300:
        return sent(words)
    return refused(words) if 500 <= code < 600 else temporary(words)


def read_retry_after(value: str | None, answered_at: str | None) -> float | None:
    """Seconds asked for by a ``Retry-After`` header, or None when it says nothing usable.

    A date is measured against the answer's own ``Date``, so that a wrong clock on either
    side does not turn into hours (RFC 9110, section 10.2.3).
    """
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(answered_at or "")
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)
