"""HTTP connections kept open between deliveries, each request bound to its exchange's deadline."""

import atexit
import logging
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ProtocolError

from alerts.sender.connections import wire
from alerts.sender.connections.traffic import Traffic
from alerts.sender.outcomes import (
    Kind,
    Outcome,
    read_http,
    read_retry_after,
    refused,
    temporary,
    unsure,
)

USES_PER_CONNECTION = 1000
"""Then a new one, so that a provider moving to other machines is followed."""

IDLE_SECONDS = 50.0
"""Unused for longer, a connection is not trusted: most servers close theirs after 60 s."""

HOSTS = 64
IDLE_CONNECTIONS_PER_HOST = 128

traffic = Traffic()


class NoWholeAnswer(ConnectionError):
    """No whole answer came; the exchange's outcome says what that means."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back: as many bytes of content as the exchange allows, `whole` if that was all."""

    status: int
    headers: urllib3.HTTPHeaderDict
    content: bytes
    whole: bool = True


class _Kept(HTTPConnection):
    """A connection that counts its uses and retires in time."""

    _uses = 0
    _last_used = 0.0
    _waiting: list[bytes] | None = None

    def _new_conn(self) -> socket.socket:
        line = wire.dial(self._dns_host, self.port or self.default_port)
        traffic.count_opened()
        self._uses = 0
        return line

    def request(self, *args: Any, **more: Any) -> None:
        """Send one request and note when all of it has left."""
        worn = self._uses >= USES_PER_CONNECTION
        if self._uses and (worn or time.monotonic() - self._last_used > IDLE_SECONDS):
            self.close()
        if self.sock is not None:  # opened for another letter, which perhaps might go further
            wire.keep_outside(str(self.sock.getpeername()[0]))
        self._waiting = []
        try:
            super().request(*args, **more)
        finally:
            whole, self._waiting = b"".join(self._waiting), None
        self.send(whole)
        self._uses += 1
        self._last_used = time.monotonic()
        wire.present().handed_over = True

    def send(self, data: Any) -> None:
        """Hold head and body back until both can leave in one packet."""
        if self._waiting is None:
            super().send(data)
        else:
            self._waiting.append(bytes(data))


class _KeptTLS(_Kept, HTTPSConnection):
    """The same, encrypted."""


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Kept


class _TLSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _KeptTLS


_door = threading.Lock()
_manager: urllib3.PoolManager | None = None


def _pools() -> urllib3.PoolManager:
    """The process's pools; no proxies from the environment, no cookies, no retries."""
    global _manager
    with _door:
        if _manager is None:
            _manager = urllib3.PoolManager(
                num_pools=HOSTS,
                maxsize=IDLE_CONNECTIONS_PER_HOST,
                retries=False,
                ssl_context=wire.tls_context(),
            )
            _manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
        return _manager


@atexit.register
def close() -> None:
    """Close the idle connections; the next request opens pools anew.

    Whoever asks once and ends, a command for instance, hangs up properly too.
    """
    global _manager
    with _door:
        old, _manager = _manager, None
    if old is not None:
        old.clear()


def converse(method: str, url: str, *, headers: dict[str, str], body: bytes | None) -> RawAnswer:
    """Ask, record in the exchange what came of it, and give back the answer.

    A second time only when a kept connection broke before anything was sent: afterwards
    nobody can know whether the provider acted on it.

    Raises:
        NoWholeAnswer: none came before the deadline.
    """
    under_way = wire.present()
    traffic.count_carried()
    for may_repeat in (True, False):
        under_way.bytes_sent, under_way.handed_over, under_way.outcome = 0, False, None
        dialled = under_way.dialled
        try:
            return _ask(method, url, headers | dict(under_way.headers), body)
        except (HTTPError, OSError) as fault:
            kept = under_way.dialled == dialled
            if (
                may_repeat
                and kept
                and not under_way.bytes_sent
                and isinstance(fault, ProtocolError)
            ):
                continue
            under_way.outcome = under_way.outcome or _judge(fault)
            raise NoWholeAnswer from None
    raise AssertionError("the second attempt always returns or raises")


def _ask(method: str, url: str, headers: dict[str, str], body: bytes | None) -> RawAnswer:
    response = _pools().urlopen(
        method, url, body=body, headers=headers, redirect=False, retries=False,
        preload_content=False, decode_content=False,
    )  # fmt: skip
    verdict = _read_verdict(response)
    if verdict.kind is not Kind.SENT:
        wire.present().outcome = verdict  # whatever else it says, and however slowly
    content, whole = _read_content(response)
    wire.present().outcome = verdict
    wire.present().body = content
    return RawAnswer(response.status, response.headers, content, whole)


def _read_verdict(response: urllib3.BaseHTTPResponse) -> Outcome:
    wait = read_retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
    return read_http(response.status, wait)


def _read_content(response: urllib3.BaseHTTPResponse) -> tuple[bytes, bool]:
    """Read to the end or to the cap; a connection with something left in it is not used again."""
    most = wire.present().most
    try:
        content = response.read(most + 1)
    except BaseException:
        response.close()
        raise
    whole = len(content) <= most
    if whole:
        response.release_conn()
    else:
        response.close()
    return content[:most], whole


def _judge(fault: Exception) -> Outcome:
    """A request that never left as a whole cannot have been acted upon; one that left may have."""
    if wire.leads_inside(fault):
        return refused(wire.explain(fault))
    if wire.present().handed_over:
        return unsure(f"{wire.explain(fault)}, after the request had left")
    return temporary(wire.explain(fault))


def _outside_an_exchange(_record: logging.LogRecord) -> bool:
    """Its debug lines hold paths, and the paths of some providers are their secrets."""
    return not wire.is_open()


for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_outside_an_exchange)
