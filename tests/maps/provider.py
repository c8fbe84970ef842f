"""A geocoder of our own on this machine: it answers, notes who asked when, and misbehaves."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nucleus.ground.settings import GeocoderSettings

ROMA_8 = (40.9951, 14.2101)
"""Where our geocoder says that Via Roma 8 in Teverola is."""


@dataclass
class Provider:
    """What the server does, and what it saw: the moment, path, query and headers of each call."""

    kind: str = "nominatim"
    port: int = 0
    calls: list[tuple[float, str, str, dict[str, str]]] = field(default_factory=list)
    answer: Callable[[str], Any] | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    dribbles: bool = False
    meanwhile: Callable[[], object] | None = None

    @property
    def settings(self) -> GeocoderSettings:
        """Return the settings that lead here."""
        return GeocoderSettings(self.kind, f"http://127.0.0.1:{self.port}", "the-key")

    @property
    def asked(self) -> list[str]:
        """Return the queries that came."""
        return [query for _at, _path, query, _headers in self.calls]


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        """Answer one question."""
        one, parts = self.provider, urlsplit(self.path)
        asked = parse_qs(parts.query)
        query = (asked.get("q") or asked.get("text") or [""])[0]
        one.calls.append((time.monotonic(), parts.path, query, dict(self.headers)))
        if one.meanwhile:
            one.meanwhile()
        said = (one.answer or (lambda _q: street_of(one.kind)))(query)
        body = one.body if one.body is not None else json.dumps(said).encode()
        self.send_response(one.status)
        for name, value in one.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._dribble() if one.dribbles else self.wfile.write(body)

    def _dribble(self) -> None:
        """Send a byte now and then, for ever, until the other side hangs up."""
        try:
            while True:
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def provider(kind: str = "nominatim") -> Iterator[Provider]:
    """Lend a geocoder that listens on this machine."""
    one = Provider(kind)
    handler = type("Handler", (_Handler,), {"provider": one})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    one.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def street_of(kind: str, point: tuple[float, float] = ROMA_8, country: str = "it") -> Any:
    """Return one street and number, as a geocoder of this kind says it."""
    lat, lon = point
    if kind == "nominatim":
        address = {"house_number": "8", "road": "Via Roma", "town": "Teverola"}
        address |= {"country_code": country}
        name = "8, Via Roma, Teverola"
        place = {"lat": str(lat), "lon": str(lon), "display_name": name, "address": address}
        return [place | {"addresstype": "building", "class": "building", "type": "yes"}]
    facts: dict[str, Any] = {"name": "Via Roma 8"}
    if kind == "photon":
        facts |= {"type": "house", "street": "Via Roma", "housenumber": "8"}
        facts |= {"city": "Teverola", "countrycode": country.upper()}
    else:
        three = {"it": "ITA", "fr": "FRA"}[country]
        facts |= {"layer": "address", "locality": "Teverola", "country_a": three}
        facts |= {"label": "Via Roma 8, Teverola", "accuracy": "point"}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    return {"features": [{"type": "Feature", "properties": facts, "geometry": geometry}]}


def town_of(kind: str) -> Any:
    """Return the middle of a town, as Nominatim says it."""
    address = {"town": "Teverola", "country_code": "it"}
    place = {"lat": "40.99", "lon": "14.21", "display_name": "Teverola", "address": address}
    return [place | {"addresstype": "town"}] if kind == "nominatim" else {"features": []}
