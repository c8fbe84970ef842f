"""What the sinks received and how they were told to misbehave; shared by threads."""

import email
import email.policy
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import Enum
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

MOST_KEPT = 50_000
"""Letters held in memory; older ones are still counted."""

_LINK = re.compile(r"https?://[^\s<>\"]+")
_THREAD = re.compile(r"<(.+)\.thread@")


@dataclass(frozen=True, slots=True)
class Words:
    """A received letter as a person would see it."""

    subject: str
    body: str
    link: str | None
    tag: str | None
    urgent: bool
    actions: list[dict[str, Any]]
    headers: dict[str, str]


@dataclass(frozen=True)
class Received:
    """One copy of one letter that arrived."""

    channel: str
    address: str
    message_id: str
    at: datetime
    read: Callable[[], Words] = field(repr=False, compare=False)

    @cached_property
    def words(self) -> Words:
        """The letter itself, read only when somebody looks: a run receives thousands."""
        return self.read()

    def as_json(self) -> dict[str, Any]:
        """The same for another process."""
        whole = {"channel": self.channel, "address": self.address, "message_id": self.message_id}
        return whole | {"at": self.at.isoformat()} | asdict(self.words)


def read_email(raw: bytes) -> Words:
    """Read a letter out of what a mail server was given."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    part = parsed.get_body(("plain",))
    body = part.get_content() if part else ""
    link, thread = _LINK.search(body), _THREAD.search(str(parsed.get("References", "")))
    return Words(
        subject=str(parsed.get("Subject", "")),
        body=body,
        link=link.group() if link else None,
        tag=thread.group(1) if thread else None,
        urgent=str(parsed.get("Importance", "")).lower() == "high",
        actions=[],
        headers={name: str(value) for name, value in parsed.items()},
    )


def read_push(push: Mapping[str, Any], headers: Mapping[str, str]) -> Words:
    """Read a letter out of what an ntfy server was given."""
    return Words(
        subject=push.get("title", ""),
        body=push.get("message", ""),
        link=push.get("click"),
        tag=push.get("sequence_id"),
        urgent=push.get("priority", 3) >= 5,
        actions=push.get("actions", []),
        headers=dict(headers) | {"x-ntfy-id": push.get("id", "")},
    )


class How(Enum):
    """The ways in which an outside provider fails."""

    STATUS = "status"  # answers with this code; by SMTP at this stage
    LATE = "late"  # answers well, after these seconds
    HANG = "hang"  # never answers
    RESET = "reset"  # hangs up instead of taking the letter
    LOSE = "lose"  # takes the letter and hangs up without a word
    DRIP = "drip"  # takes the letter and answers one byte at a time, this far apart
    REDIRECT = "redirect"  # HTTP: points elsewhere
    FLOOD = "flood"  # HTTP: answers with a megabyte


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave.

    Attributes:
        code: for STATUS.
        stage: for STATUS by SMTP: ``MAIL``, ``RCPT``, ``DATA`` or ``END`` (after the letter).
        seconds: for LATE and DRIP; for STATUS 429 what Retry-After says.
    """

    how: How
    code: int = 0
    stage: str = "RCPT"
    seconds: float = 0.0

    @property
    def when(self) -> str:
        """The stage at which a mail server fails in this way."""
        return "END" if self.how in (How.LATE, How.LOSE, How.DRIP) else self.stage


class Keeping:
    """The memory of the sinks."""

    def __init__(self) -> None:
        """Begin with nothing received and nothing to misbehave."""
        self._changed = threading.Condition()
        self._letters: deque[Received] = deque(maxlen=MOST_KEPT)
        self._copies: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._faults: list[tuple[str, Fault, list[int]]] = []

    def keep(self, channel: str, address: str, message_id: str, read: Callable[[], Words]) -> None:
        """A letter arrived."""
        letter = Received(
            channel, address, message_id, datetime.fromtimestamp(time.time(), UTC), read
        )
        with self._changed:
            self._letters.append(letter)
            self._copies[message_id] += 1
            self._changed.notify_all()

    def count(self, what: str) -> None:
        """Something worth counting happened, e.g. ``smtp connections``."""
        with self._changed:
            self._counts[what] += 1
            self._changed.notify_all()

    def received(self, channel: str = "*", address: str = "*") -> list[Received]:
        """The letters kept, oldest first."""
        with self._changed:
            kept = list(self._letters)
        return [
            each
            for each in kept
            if fnmatchcase(each.channel, channel) and fnmatchcase(each.address, address)
        ]

    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        with self._changed:
            return self._copies.copy()

    def counts(self) -> Counter[str]:
        """Connections, requests and letters counted so far."""
        with self._changed:
            return self._counts.copy()

    def wait_for(self, what: Callable[[], bool], seconds: float = 30.0) -> bool:
        """Wait until something is true of this memory; False when it took too long."""
        with self._changed:
            return self._changed.wait_for(what, seconds)

    def misbehave(self, where: str, fault: Fault, times: int | None = None) -> None:
        """Fail for this address or topic (``*`` stands for anything), so many times or always."""
        with self._changed:
            self._faults.insert(0, (where, fault, [-1 if times is None else times]))

    def behave(self) -> None:
        """Fail no more."""
        with self._changed:
            self._faults.clear()

    def fault_for(self, address: str, stages: Iterable[str] = ()) -> Fault | None:
        """The way to fail now, used up once; by SMTP only at one of these stages."""
        wanted = tuple(stages)
        with self._changed:
            for where, fault, left in self._faults:
                fits = not wanted or fault.when in wanted
                if left[0] and fits and fnmatchcase(address, where):
                    left[0] -= 1
                    return fault
        return None

    def forget(self) -> None:
        """Throw away what was received and counted."""
        with self._changed:
            self._letters.clear()
            self._copies.clear()
            self._counts.clear()
