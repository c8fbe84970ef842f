"""Outside services on this machine: real HTTP servers that answer as each provider's API does."""

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.raw)

    @property
    def form(self) -> dict[str, str]:
        """The body, read as a form."""
        return dict(parse_qsl(self.raw.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Says:
    """What a service answers."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def twilio(_asked: Asked) -> Says:
    """Twilio took a message."""
    return Says(201, {"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued"})


def vonage(_asked: Asked) -> Says:
    """Vonage took a message, in one part."""
    part = {"status": "0", "message-id": "0A0000000123ABCD1", "to": "393331234567"}
    return Says(200, {"message-count": "1", "messages": [part]})


def httpsms(_asked: Asked) -> Says:
    """Our own telephone took a message."""
    return Says(200, {"data": {"id": "32343a19-da5e-4b1b-a767-3298a73703cb"}, "status": "success"})


class WebSink:
    """One service; `answers` may be replaced at any time."""

    def __init__(
        self, answers: Callable[[Asked], Says], *, tls: ssl.SSLContext | None = None
    ) -> None:
        """Listen on a free port of this machine."""
        self.answers = answers
        self.asked: list[Asked] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Asked(self.command, self.path, headers, raw)
                sink.asked.append(request)
                said = sink.answers(request)
                body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _take  # noqa: N815

            def log_message(self, *_unused: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def last(self) -> Asked:
        """The last request."""
        return self.asked[-1]

    @property
    def host(self) -> str:
        """Where it listens."""
        return urlsplit(self.url).netloc
