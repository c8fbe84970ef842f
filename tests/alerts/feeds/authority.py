"""A real server of an authority on this machine: feeds and documents, and how they go wrong."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from alerts.sender.connections import http_pool


@dataclass
class Authority:
    """What lies at each path, what was asked for, and with which headers."""

    base: str = ""
    lies: dict[str, bytes] = field(default_factory=dict)
    says: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hangs: bool = False
    etag: str = '"one"'

    def publish(self, *documents: bytes, rss: bool = False) -> None:
        """Let the feed name these documents, the newest first."""
        paths = [f"/{n}.xml" for n in range(len(documents))]
        self.lies |= dict(zip(paths, documents, strict=True))
        entries = [rss_item(path) if rss else atom_entry(path) for path in reversed(paths)]
        body = "".join(entries)
        feed = (
            f"<rss version='2.0'><channel><title>t</title>{body}</channel></rss>"
            if rss
            else f"<feed xmlns='http://www.w3.org/2005/Atom'>{body}</feed>"
        )
        self.lies["/feed"] = feed.encode()


def atom_entry(path: str) -> str:
    """Return an entry whose document lies at a path of the same machine."""
    return (
        f"<entry><id>urn:{path}</id><updated>2026-11-22T02:00:00+01:00</updated>"
        f"<title>Warning {path}</title><link href='https://example.org/page' type='text/html'/>"
        f"<link href='{path}' type='application/cap+xml'/></entry>"
    )


def rss_item(path: str) -> str:
    """Return the same as RSS."""
    return f"<item><guid>urn:{path}</guid><title>Warning</title><link>{path}</link></item>"


@contextmanager
def opened() -> Iterator[Authority]:
    """Run an authority until the end of the block."""
    there = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(self.path)
            there.headers.append({k.lower(): v for k, v in self.headers.items()})
            if there.hangs:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
                self.wfile.flush()
                time.sleep(0.2)
                return
            status, more = there.says.get(self.path, (200, {}))
            body = there.lies.get(self.path, b"")
            if status == 200 and self.headers.get("If-None-Match") == there.etag:
                status, body = 304, b""
            self.send_response(status if body or status != 200 else 404)
            for name, value in {"ETag": there.etag, **more}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        http_pool.close()
        server.shutdown()
        server.server_close()
        thread.join()
