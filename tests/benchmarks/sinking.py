"""The quick sink as its user sees it: started, told how to behave, asked what has arrived."""

import base64
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

from tests.alerts.sender.certificates import self_signed
from tests.benchmarks.processes import HERE
from tests.benchmarks.sink import Ports

REPEATS = "(repeat)", "(ripetuto)"
LINK = re.compile(rb"https?://\S+/a/\S+")
BETWEEN_LOOKS = 0.02


@dataclass(frozen=True)
class Copy:
    """One copy that arrived: of which letter, when (epoch seconds), its subject and its text."""

    name: str
    at: float
    subject: str
    raw: bytes

    @property
    def owns_up(self) -> bool:
        """Say whether it calls itself a repeat, to an English or Italian reader."""
        return any(mark in self.subject for mark in REPEATS)

    @property
    def link(self) -> str | None:
        """Return the answer link in a letter that came by e-mail."""
        text = message_from_bytes(self.raw).get_payload(decode=True)
        found = LINK.search(text) if isinstance(text, bytes) else None
        return found.group().decode() if found else None


@dataclass(frozen=True)
class Sink:
    """A running sink."""

    ports: Ports
    certificate: Path
    host: str = HERE

    @property
    def environ(self) -> dict[str, str]:
        """Return the settings of an operator who sends there."""
        return {
            "NUCLEUS_MAIL_URL": f"smtp://{self.host}:{self.ports.smtp}?security=none",
            "NUCLEUS_MAIL_FROM": "nucleo@example.org",
            "NUCLEUS_NTFY_URL": f"http://{self.host}:{self.ports.http}",
        }

    def ask(self, what: str) -> Any:
        """Ask, or tell it something (see `sink.answer`)."""
        line = http.client.HTTPConnection(self.host, self.ports.http, timeout=60)
        with closing(line):
            line.request("GET", f"/sink/{what}")
            return json.loads(line.getresponse().read())

    def be_late(self, seconds: float) -> None:
        """Answer so much later from now on."""
        self.ask(f"late?ms={seconds * 1000:g}")

    def forget(self) -> None:
        """Throw away what has arrived."""
        self.ask("forget")

    def letters(self) -> int:
        """Return how many different letters have arrived."""
        return int(self.ask("count")["letters"])

    def wait_for(self, letters: int, seconds: float) -> bool:
        """Wait until so many different letters have arrived; say whether they did."""
        until = time.monotonic() + seconds
        while self.letters() < letters:
            if time.monotonic() > until:
                return False
            time.sleep(BETWEEN_LOOKS)
        return True

    def copies(self, since: int = 0) -> list[Copy]:
        """Return every copy that arrived after the first so many."""
        kept = self.ask(f"copies?since={since}")
        return [_copy(name, at, base64.b64decode(raw)) for name, at, raw in kept]

    def wire(self, channel: str) -> list[bytes]:
        """Return what the last letter of `http` or `smtp` was on the wire, in its packets."""
        return [base64.b64decode(part) for part in self.ask("wire")[channel]]


def _copy(name: str, at: float, raw: bytes) -> Copy:
    if raw.startswith(b"{"):
        return Copy(name, at, str(json.loads(raw).get("title", "")), raw)
    subject = message_from_bytes(raw).get("Subject", "")
    return Copy(name, at, str(make_header(decode_header(subject))), raw)


@contextmanager
def sinking(folder: Path, *, host: str = HERE, inside: Sequence[str] = ()) -> Iterator[Sink]:
    """Start a sink, and end it.

    Args:
        folder: for its certificate.
        host: where it listens.
        inside: words before the command, such as those that enter a network namespace.
    """
    certificate = self_signed(folder).path
    words = [*inside, sys.executable, "-m", "tests.benchmarks.sink"]
    words += ["--host", host, "--tls", str(certificate)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield Sink(Ports(**json.loads(process.stdout.readline())), certificate, host)
        finally:
            process.terminate()
