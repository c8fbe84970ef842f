"""One careful request to a geocoder: no redirect, no long answer, and no waiting past the end.

A geocoder is another's machine. Whatever it does (dribbles, sends a page, sends a gigabyte), the
one who asks is free again after the time it gave itself.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

MOST_BYTES = 512 * 1024
"""Twenty answers of the wordiest geocoder are a tenth of this."""


class NoAnswer(Exception):
    """Nothing came that could be read; `kind` says why, without any address."""

    def __init__(self, kind: str) -> None:
        """Take the kind of fault: `unreachable`, `slow`, `long`, `unreadable`."""
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Fetched:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, headers: Mapping[str, str], *, seconds: float) -> Fetched:
    """Get an address once.

    Args:
        url: an http or https address.
        headers: what is said of ourselves.
        seconds: after so long the answer is given up, however much of it came.

    Raises:
        NoAnswer: nobody answered, too late, or too much.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, seconds)
    line: list[socket.socket] = []
    target = f"{parts.path or '/'}?{parts.query}"
    try:
        with _ended_after(line, seconds) as late:
            try:
                connection.connect()
                line.append(connection.sock)
                connection.request("GET", target, headers=dict(headers))
                got = _read(connection)
            except (OSError, HTTPException, ValueError) as cause:
                slow = late.is_set() or isinstance(cause, TimeoutError)
                raise NoAnswer("slow" if slow else "unreachable") from cause
            if late.is_set():
                raise NoAnswer("slow")
            return got
    finally:
        connection.close()


def reach(url: str, *, seconds: float) -> None:
    """Open a connection to an address and close it again: nothing is asked, nothing is said.

    Raises:
        NoAnswer: nobody is there, or nobody who can prove to be it.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, seconds)
    try:
        connection.connect()
    except (OSError, HTTPException, ValueError) as cause:
        raise NoAnswer("slow" if isinstance(cause, TimeoutError) else "unreachable") from cause
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=seconds, context=context)
    return HTTPConnection(host, port, timeout=seconds)


def _read(connection: HTTPConnection) -> Fetched:
    answer = connection.getresponse()
    body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise NoAnswer("long")
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Fetched(answer.status, headers, body)


@contextmanager
def _ended_after(line: list[socket.socket], seconds: float) -> Iterator[threading.Event]:
    """Hang up when the time is over: a socket's own timeout starts anew with every byte.

    The socket is kept apart: the connection lets go of it while an answer is still being read.
    """
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        for each in line:
            with suppress(OSError):  # it hung up by itself meanwhile
                each.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
