"""What one connection to either sink is, whatever it speaks."""

import asyncio
import socket
import struct
from abc import ABC, abstractmethod

from tests.demo.keeping import Keeping


class Session(asyncio.Protocol, ABC):
    """A connection: collects bytes, can answer at once, slowly, or never again."""

    channel = ""

    def __init__(self, keeping: Keeping, open_sessions: set["Session"]) -> None:
        """Wait for a caller."""
        self._keeping = keeping
        self._open_sessions = open_sessions
        self._buffer = bytearray()
        self._deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open_sessions.add(self)
        self._keeping.count(f"{self.channel} connections")
        self.greet()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller hung up."""
        self._deaf = True
        self._open_sessions.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take in all that is whole by now."""
        self._buffer += data
        while not self._deaf and self.take():
            pass

    def greet(self) -> None:
        """Speak first, where the protocol wants it."""

    @abstractmethod
    def take(self) -> bool:
        """Take one thing out of the buffer; False when nothing in it is whole."""

    def hang_up(self) -> None:
        """Cut the line at once, so that the caller's next word fails."""
        self._deaf = True
        line = self._transport.get_extra_info("socket")
        if line is not None:  # an encrypted line may have gone already
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)

    def _write_later(self, answer: bytes, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self._write, answer)

    def _drip(self, rest: bytes, apart: float) -> None:
        if rest and not self._transport.is_closing():
            self._transport.write(rest[:1])
            asyncio.get_running_loop().call_later(apart, self._drip, rest[1:], apart)
