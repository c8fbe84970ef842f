"""The board 'figures': numbers for whoever watches the machine, in Prometheus' text format 0.0.4.

Off unless the operator sets a token or names the machines that may ask. Numbers and fixed words
alone: no id, no name, no place. What is counted stands in the database, so every process answers
the same; only how long requests took is each process's own.
"""

import hmac
import os
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from nucleus.ground.web import may, never_paced, settings

TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KINDS = {"/api/": "api", "/a/": "answer", "/static/": "static", "/health/": "health"}
Sample = tuple[dict[str, str], float]


@dataclass(frozen=True)
class Figure:
    """One number, or one for each combination of a few fixed words."""

    name: str
    help: str
    samples: list[Sample]
    kind: str = "gauge"


@dataclass
class Latencies:
    """How long the requests of this process took, by kind of page, in cumulative buckets."""

    buckets: dict[str, list[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, kind: str, seconds: float) -> None:
        """Count one request."""
        counts = self.buckets.setdefault(kind, [0] * (len(BOUNDS) + 1))
        counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds


Gather = Callable[[], Iterable[Figure]]


def init_app(app: Flask) -> None:
    """Hang up the board, open the door, and look at the clock around each request."""
    app.extensions["nucleus.figures"] = []
    app.extensions["nucleus.latencies"] = Latencies()
    app.before_request(start_clock)
    app.after_request(stop_clock)
    app.add_url_rule("/metrics", "metrics", metrics)


def pin(app: Flask, gather: Gather) -> None:
    """Pin a room's figures; whoever gathers may read the database."""
    app.extensions["nucleus.figures"].append(gather)


def start_clock() -> None:
    """Note when a request began."""
    g.began = time.perf_counter()


def stop_clock(response: Response) -> Response:
    """Count how long a request took; what was refused before the clock started took nothing."""
    began: float | None = g.get("began")
    if began is not None:
        latencies: Latencies = current_app.extensions["nucleus.latencies"]
        latencies.note(kind_of(request.path), time.perf_counter() - began)
    return response


def kind_of(path: str) -> str:
    """Return which kind of page a path is; no path is ever a label."""
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), "page")


def may_read_metrics() -> bool:
    """Say whether whoever asks shows the token, or is a machine the operator has named.

    A request through a proxy nobody told us of comes from everywhere: it is never a named machine.
    """
    chosen = settings()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if chosen.metrics_token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), chosen.metrics_token.encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if forwarded and not chosen.trusted_proxies:
        return False
    return (request.remote_addr or "") in chosen.metrics_hosts


@may(may_read_metrics)
@never_paced
def metrics() -> Response:
    """Send every figure."""
    figures = [*_gathered(), _requests()]
    return Response("".join(_lines(figures)), content_type=TYPE)


def _gathered() -> Iterator[Figure]:
    for gather in current_app.extensions["nucleus.figures"]:
        yield from gather()


def _requests() -> Figure:
    latencies: Latencies = current_app.extensions["nucleus.latencies"]
    words = "Seconds requests of this process took."
    samples: list[Sample] = []
    for kind, counts in sorted(latencies.buckets.items()):
        mine = {"kind": kind, "process": str(os.getpid())}
        total = 0
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], counts, strict=True):
            total += count
            samples.append(({"": "_bucket", **mine, "le": bound}, total))
        samples.append(({"": "_sum", **mine}, latencies.seconds[kind]))
        samples.append(({"": "_count", **mine}, total))
    return Figure("nucleus_request_seconds", words, samples, "histogram")


def _lines(figures: Iterable[Figure]) -> Iterator[str]:
    """Write figures as the format asks; a label without a name is the end of the figure's name."""
    for figure in figures:
        yield f"# HELP {figure.name} {figure.help}\n# TYPE {figure.name} {figure.kind}\n"
        for labels, value in figure.samples:
            told = ",".join(f'{name}="{_safe(word)}"' for name, word in labels.items() if name)
            name = figure.name + labels.get("", "")
            yield f"{name}{{{told}}} {value}\n" if told else f"{name} {value}\n"


def _safe(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
