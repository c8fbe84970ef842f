"""The web server's door: whoever comes slowly waits there, and holds up nobody else.

Requests are heard and answers handed out by one loop that waits for nobody; a thread is busy only
while a page is being drawn. So a slow telephone costs a connection, and connections are let go:
of who says nothing, of who drips a byte a minute, and, when too many stand there, of who stood
there longest. An answer to an alert takes a tenth of a second and is never among those.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar
from weakref import WeakSet

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

from nucleus.ground.serving.limits import LONGEST_BODY, MOST_FILES, Limits, limits_of

HEAD_SECONDS = 30.0
SECONDS_LOOKED_AT, LEAST_BYTES = 60.0, 15_000
"""Who sends or takes less in so long is no telephone: the slowest network carries ten times it."""

KEPT_FREE = 0.1
"""Of all connections, for those who come next."""

SECONDS_TO_FINISH = 20.0


class Crowded(Error):  # type: ignore[misc]
    """Too many files are on their way; this one was not taken."""

    code = 503
    reason = "Service Unavailable"


class Hearing(HTTPRequestParser):  # type: ignore[misc]
    """Hears one request; how long it may be depends on the page it is for."""

    adj: Limits
    error: Error | None
    long_ones: ClassVar[WeakSet["Hearing"]] = WeakSet()

    def parse_header(self, header_plus: bytes) -> None:
        """Read where the request leads, and measure it by that."""
        super().parse_header(header_plus)
        if self.chunked or self.content_length >= LONGEST_BODY:
            self.adj = self.adj.at(self.path)

    def received(self, data: bytes) -> int:
        """Hear a little more; turn a file away before it fills the disk with others."""
        consumed = int(super().received(data))
        if max(self.content_length, self.body_bytes_received) >= LONGEST_BODY:
            self._take_a_place()
        return consumed

    def _take_a_place(self) -> None:
        if self.error is None and self not in self.long_ones:
            if len(self.long_ones) >= MOST_FILES:
                self.error = Crowded("Too many files are coming in. Try again in a few minutes.")
                self.completed = True
            else:
                self.long_ones.add(self)

    def close(self) -> None:
        """Let go of what came in."""
        self.long_ones.discard(self)
        super().close()


class Visit(HTTPChannel):  # type: ignore[misc]
    """One connection, with what its other end has moved so far."""

    parser_class = Hearing
    moved = 0
    marked_at, marked = 0.0, 0

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin to wait for the first word."""
        self.waits_since = time.monotonic()
        super().__init__(*args, **more)

    def received(self, data: bytes) -> bool:
        """Count what comes in, and note when a request begins."""
        if self.request is None:
            self.waits_since = time.monotonic()
        self.moved += len(data)
        return bool(super().received(data))

    def send(self, data: bytes, **more: Any) -> int:
        """Count what goes out."""
        taken = int(super().send(data, **more))
        self.moved += taken
        return taken

    def handle_close(self) -> None:
        """Let go of half a request too."""
        if self.request is not None:
            self.request.close()
        super().handle_close()

    @property
    def is_drawn(self) -> bool:
        """True while the other end waits for us, and not we for it."""
        return bool(self.requests) and not self.total_outbufs_len

    def overstays(self, now: float) -> bool:
        """Say whether the other end has been too slow with the first lines, or with all of it."""
        if self.is_drawn or (self.request is None and not self.total_outbufs_len):
            self.marked_at = 0.0
            return False
        heard = self.request is None or self.request.headers_finished
        if not heard and now - self.waits_since > HEAD_SECONDS:
            return True
        return self._crawls(now)

    def _crawls(self, now: float) -> bool:
        if self.marked_at and now - self.marked_at < SECONDS_LOOKED_AT:
            return False
        crawls = bool(self.marked_at) and self.moved - self.marked < LEAST_BYTES
        self.marked_at, self.marked = now, self.moved
        return crawls


class Door(TcpWSGIServer):  # type: ignore[misc]
    """Listens at one address, and keeps room for the next visitor."""

    channel_class = Visit
    each_turn: Callable[[], None] | None = None

    def readable(self) -> bool:
        """Say whether somebody may come in: always, as long as somebody else may be let go."""
        if self.each_turn is not None:
            self.each_turn()
        if len(self._map) >= self.adj.connection_limit * (1 - KEPT_FREE):
            self.make_room()
        return bool(super().readable())

    def make_room(self) -> None:
        """Let go of who stood there longest without our drawing a page for them.

        They are marked and closed when the loop comes to each: a number that is free too early is
        taken by the next visitor, who would be closed instead.
        """
        idle = [each for each in self.active_channels.values() if not each.is_drawn]
        idle.sort(key=lambda each: each.waits_since)
        for each in idle[: int(self.adj.connection_limit * KEPT_FREE)]:
            each.will_close = True

    def maintenance(self, now: float) -> None:
        """Let go of who says nothing and of who crawls."""
        super().maintenance(now)
        moment = time.monotonic()
        for each in list(self.active_channels.values()):
            each.will_close = each.will_close or each.overstays(moment)

    def run(self) -> None:
        """Serve until told to stop; what is being drawn then is finished, and all is closed."""
        try:
            wasyncore.loop(self.adj.asyncore_loop_timeout, use_poll=True, map=self._map)
        except (SystemExit, KeyboardInterrupt):
            self.task_dispatcher.shutdown(timeout=SECONDS_TO_FINISH)
        finally:
            wasyncore.close_all(self._map)


def hang_door(app: Flask, pages: Any = None, **settings: Any) -> Door:
    """Return the door of the house, listening; its settings say where, and with how many threads.

    Args:
        app: the house, which knows its own pages.
        pages: what is called for each of them, if it is not the app itself.
        settings: `host` and `port`, or `sockets` that listen already; and `threads`.
    """
    limits = limits_of(app, **settings)
    workers = ThreadedTaskDispatcher()
    workers.set_thread_count(limits.threads)
    places = [(one, socket_facts(one)) for one in limits.sockets] or [
        (None, facts) for facts in limits.listen
    ]
    loop: dict[int, Any] = {}
    doors = [hung(pages or app, loop, one, facts, (workers, limits)) for one, facts in places]
    return doors[-1]


def hung(
    pages: Any,
    loop: dict[int, Any],
    listening: Any,
    facts: Any,
    shared: tuple[ThreadedTaskDispatcher, Limits],
) -> Door:
    """Return the door at one address; those of one house share its threads and its loop."""
    workers, limits = shared
    return Door(
        pages,
        map=loop,
        _sock=listening,
        dispatcher=workers,
        adj=limits,
        sockinfo=facts,
        bind_socket=listening is None,
    )


def socket_facts(one: Any) -> tuple[Any, ...]:
    """Return what the server wants to know of a socket that listens already."""
    return one.family, one.type, one.proto, one.getsockname()


def without_addresses(record: logging.LogRecord) -> bool:
    """Say in the log that a page broke off, and not which: the address may be a secret link."""
    if " while serving " in str(record.msg):
        fault = record.exc_info[0] if record.exc_info else None
        record.msg = f"a page broke off: {fault.__name__ if fault else 'nobody was there any more'}"
        record.exc_info = None
    return True


logging.getLogger("waitress").addFilter(without_addresses)
