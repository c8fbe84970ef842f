"""One delivery's contact with the outside: its deadline, and sockets that cannot outlive it."""

import functools
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import certifi

from alerts.sender.connections.lookup import addresses_of
from alerts.sender.outcomes import Outcome

LONGEST_ANSWER = 64 * 1024


class Inside(OSError):
    """Somebody's address leads into our own network, where no stranger may make us knock."""


class NoExchange(RuntimeError):
    """Something tried to reach the outside without a deadline: only `channels.send` may."""


@dataclass(slots=True)
class Exchange:
    """What one delivery may do on the wire, and what came of it.

    Attributes:
        deadline: on the monotonic clock; connecting, sending and reading share it.
        message_id: the Message-ID the letter must carry, without angle brackets.
        headers: those no plugin knows how to send, or only slowly; checked by who asks for them.
        fields: likewise for the body of a request.
        inside: machines of our own network may be dialled.
        most: bytes of an answer that are read; a provider has nothing longer to say to us.
        outcome: set by the transport; None means that nothing went through it.
        body: the beginning of the provider's answer.
        bytes_sent: what the network took of the present request.
        handed_over: True once the whole request has left us.
        dialled: how many new connections it took.
    """

    deadline: float
    message_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    inside: bool = True
    most: int = LONGEST_ANSWER
    outcome: Outcome | None = None
    body: bytes = b""
    bytes_sent: int = 0
    handed_over: bool = False
    dialled: int = 0


_present: ContextVar[Exchange | None] = ContextVar("alerts_exchange", default=None)


@contextmanager
def exchange(
    *,
    seconds: float,
    message_id: str | None = None,
    headers: Mapping[str, str] | None = None,
    fields: Mapping[str, object] | None = None,
    inside: bool = True,
) -> Iterator[Exchange]:
    """Open the exchange of one delivery for this thread, `seconds` long at most."""
    opened = Exchange(
        time.monotonic() + seconds, message_id, headers or {}, fields or {}, inside=inside
    )
    token = _present.set(opened)
    try:
        yield opened
    finally:
        _present.reset(token)


def is_open() -> bool:
    """True while this thread is inside an exchange."""
    return _present.get() is not None


def present() -> Exchange:
    """The exchange under way in this thread.

    Raises:
        NoExchange: there is none.
    """
    found = _present.get()
    if found is None:
        raise NoExchange("a plugin reached for the network outside channels.send()")
    return found


def time_left() -> float:
    """Seconds until the deadline.

    Raises:
        TimeoutError: it has passed.
    """
    left = present().deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline of this delivery has passed")
    return left


class DeadlineSocket(socket.socket):
    """A socket whose every wait ends at the deadline of the present exchange.

    A timeout counts anew with every byte, so that a server dripping one byte a second would
    hold a sender for hours; a deadline does not move.
    """

    def recv_into(self, *args: Any, **more: Any) -> int:
        """Read, but not beyond the deadline."""
        self.settimeout(time_left())
        return super().recv_into(*args, **more)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send everything before the deadline and count what the network took."""
        under_way = present()
        with memoryview(data).cast("B") as rest:
            done = 0
            while done < len(rest):
                self.settimeout(time_left())
                done += (taken := self.send(rest[done:], flags))
                under_way.bytes_sent += taken


class DeadlineTLSSocket(DeadlineSocket, ssl.SSLSocket):
    """The same, encrypted."""

    def do_handshake(self, block: bool = False) -> None:
        """Agree on keys before the deadline."""
        self.settimeout(time_left())
        super().do_handshake(block)


def dial(host: str, port: int) -> socket.socket:
    """Connect, trying each of the host's addresses with a fair share of the time left.

    The name is looked up once, and what was looked at is what is dialled: a name that leads
    somewhere else the second time gains nothing.

    Raises:
        Inside: it leads into our own network, and this exchange may not go there.
        OSError: the name is unknown, or no address answered.
    """
    present().dialled += 1
    addresses = addresses_of(host, port, seconds=time_left())
    for *_unused, address in addresses:
        keep_outside(str(address[0]))
    trouble: OSError = ConnectionError("the name has no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        line = DeadlineSocket(family, kind, protocol)
        try:
            line.settimeout(time_left() / (len(addresses) - tried))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(address)
            return line
        except OSError as fault:
            line.close()
            trouble = fault
    raise trouble


def keep_outside(number: str) -> None:
    """Let this exchange go to a number of the public network alone, unless it may go inside.

    Raises:
        Inside: it is none.
    """
    if not present().inside and not is_public(number):
        raise Inside("the address leads into a network of our own")


def is_public(number: str) -> bool:
    """Say whether an IP address is one of the public network, in whatever clothes it comes."""
    try:
        address = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        hidden = _hidden_in(address)
        if hidden is not None and not is_public(str(hidden)):
            return False
        if address not in _GIVEN_OUT and address not in _NAT64:
            return False
    return address.is_global and not address.is_multicast


def _hidden_in(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the old kind of number that a new one carries, by any way of carrying it."""
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    low = int(address) & 0xFFFFFFFF
    isatap = (int(address) >> 32) & 0xFCFFFFFF == 0x5EFE  # RFC 5214: the two bits may be set
    return ipaddress.IPv4Address(low) if isatap or address in _NAT64 else carried


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
"""All that IANA has ever given out for the public network: what lies outside is some inner form."""


def tls_context() -> ssl.SSLContext:
    """The one TLS context of the process: reading the certificate store costs 40 ms a time.

    REQUESTS_CA_BUNDLE replaces the public store; otherwise certifi's and the system's count.
    """
    return _tls_context(os.environ.get("REQUESTS_CA_BUNDLE") or None)


@functools.cache
def _tls_context(only_from: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=only_from or certifi.where())
    if only_from is None:
        context.load_default_certs()
    context.sslsocket_class = DeadlineTLSSocket
    return context


def leads_inside(fault: BaseException) -> bool:
    """Say whether a fault means that an address was one of ours."""
    return any(isinstance(each, Inside) for each in _causes(fault))


def explain(fault: BaseException) -> str:
    """Say in an operator's words why a provider was not reached; names no host and no address."""
    kinds = tuple(type(each) for each in _causes(fault))
    for kind, words in _TROUBLES:
        if any(issubclass(found, kind) for found in kinds):
            return words
    return "the connection to the provider failed"


_TROUBLES: tuple[tuple[type[BaseException], str], ...] = (
    (Inside, "the address leads into our own network"),
    (socket.gaierror, "the provider's name was not found"),
    (ssl.SSLCertVerificationError, "the provider's certificate is not trusted"),
    (ssl.SSLError, "no safe connection could be agreed with the provider"),
    (ConnectionRefusedError, "nobody answers at the provider's address"),
    (TimeoutError, "the provider did not answer in time"),
)


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """A fault and all that hides inside: libraries wrap the real one in two or three others."""
    seen: list[BaseException] = []
    waiting = [fault]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.append(each)
        yield each
        inside = (each.__cause__, each.__context__, *each.args)
        waiting += [other for other in inside if isinstance(other, BaseException)]
