"""A wire between a browser and a server that counts what passes, headers and icons included."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.benchmarks.processes import HERE

PIECE = 65536


@dataclass
class Wire:
    """What passed: bytes towards the browser, and the paths it asked for, in order."""

    server_port: int
    port: int = 0
    received: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the browser's end of the wire."""
        return f"http://{HERE}:{self.port}"

    def join(self, browser: socket.socket) -> None:
        """Pass on what both ends say until one hangs up."""
        with browser, socket.create_connection((HERE, self.server_port)) as server:
            back = threading.Thread(target=self.pass_back, args=(server, browser), daemon=True)
            back.start()
            with suppress(OSError):
                while piece := browser.recv(PIECE):
                    self.note_request(piece)
                    server.sendall(piece)
                server.shutdown(socket.SHUT_WR)
            back.join()

    def pass_back(self, server: socket.socket, browser: socket.socket) -> None:
        """Pass on and count what the server says."""
        with suppress(OSError):
            while piece := server.recv(PIECE):
                self.received += len(piece)
                browser.sendall(piece)
            browser.shutdown(socket.SHUT_RDWR)

    def note_request(self, piece: bytes) -> None:
        """Keep the path of a request: a browser sends each in one piece, one after the other."""
        verb, _, rest = piece.partition(b" ")
        if verb in {b"GET", b"HEAD", b"POST"}:
            self.asked.append(rest.partition(b" ")[0].decode())


@contextmanager
def counting(server_port: int) -> Iterator[Wire]:
    """Lay a wire to a server on this machine."""
    with socket.create_server((HERE, 0), backlog=64) as door:
        wire = Wire(server_port, port=door.getsockname()[1])
        threading.Thread(target=_let_in, args=(door, wire), daemon=True).start()
        try:
            yield wire
        finally:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)


def _let_in(door: socket.socket, wire: Wire) -> None:
    with suppress(OSError):
        while True:
            browser, _ = door.accept()
            threading.Thread(target=wire.join, args=(browser,), daemon=True).start()
