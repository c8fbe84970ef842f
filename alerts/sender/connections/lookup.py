"""Looks up names with a deadline, although the system's own lookup can't be interrupted.

One lookup of a name is under way at a time, in a thread of its own, and whoever needs the same
name waits for that one. So a name server that never answers holds one thread a name, not one a
letter, and each letter still ends at its deadline.
"""

import socket
import threading
from ipaddress import ip_address
from typing import Any

Addresses = list[tuple[Any, Any, int, str, Any]]
_under_way: dict[tuple[str, int], "_Lookup"] = {}
_door = threading.Lock()


class _Lookup(threading.Thread):
    """One lookup; it may outlive all who wait for it."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(name="nucleus-lookup", daemon=True)
        self.place = (host, port)
        self.ended = threading.Event()
        self.found: Addresses = []
        self.fault: OSError | None = None

    def run(self) -> None:
        try:
            self.found = _look_up(*self.place)
        except OSError as fault:
            self.fault = fault
        except UnicodeError as fault:  # a label longer than a name may have
            self.fault = socket.gaierror(socket.EAI_NONAME, str(fault))
        finally:
            with _door:
                _under_way.pop(self.place, None)
            self.ended.set()


def addresses_of(host: str, port: int, *, seconds: float) -> Addresses:
    """Return what `getaddrinfo` says of a host, for a stream.

    Args:
        host: a name, or a number, which needs no lookup.
        port: of the service.
        seconds: how long to wait at most.

    Raises:
        TimeoutError: no answer came in time; nothing was sent to anybody.
        OSError: the name is unknown.
    """
    if _is_number(host):
        return _look_up(host, port)
    with _door:
        lookup = _under_way.get((host, port))
        if lookup is None:
            lookup = _under_way[host, port] = _Lookup(host, port)
            lookup.start()
    if not lookup.ended.wait(seconds):
        raise TimeoutError("the name was not found in time")
    if lookup.fault is not None:
        raise type(lookup.fault)(*lookup.fault.args)
    return lookup.found


def _look_up(host: str, port: int) -> Addresses:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
