"""`fanout`: CPU a message and messages a second, beside plain apprise and a raw client."""

import base64
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi

from tests.benchmarks.figures import Figure
from tests.benchmarks.senders import Task, Took
from tests.benchmarks.sinking import Sink, sinking

LATENCY = 0.2
CPU_GOALS = {"http": 2.0, "https": 20.0, "smtp": 15.0, "smtps": 15.0}
"""How many times less than plain; the mail server behind `smtps` is the usual one."""

RAW_GOALS = {"http": 0.15, "https": 0.15, "smtp": 0.20, "smtps": 0.20}
"""Which part of our CPU the standard library's own client needs for the same bytes."""

RATE_OF_PLAIN, RATE_OF_RAW = 20.0, 0.5


@dataclass(frozen=True)
class Bench:
    """A sink and the certificates that all three trust: the public ones, and the sink's."""

    sink: Sink
    trusted: Path

    def port(self, channel: str) -> int:
        """Return where a channel is."""
        return int(getattr(self.sink.ports, channel))

    def measure(self, task: Task) -> Took:
        """Let a process of its own do a task.

        Raises:
            RuntimeError: something was not delivered, so that the figure would be worth nothing.
        """
        trusted = {"REQUESTS_CA_BUNDLE": str(self.trusted), "SSL_CERT_FILE": str(self.trusted)}
        words = [sys.executable, "-m", "tests.benchmarks.senders", json.dumps(asdict(task))]
        done = subprocess.run(
            words, env=os.environ | trusted, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{task.who} by {task.channel}: {done.stderr[-2000:]}")
        took = Took(**json.loads(done.stdout.splitlines()[-1]))
        if took.well < took.done:
            raise RuntimeError(f"{task.who} by {task.channel}: {took.done - took.well} lost")
        return took

    def raw(self, task: Task) -> Task:
        """Return the task of sending, without apprise and us, the bytes we sent last."""
        packets = self.sink.wire("smtp" if task.is_mail else "http")
        wire = tuple(base64.b64encode(each).decode() for each in packets)
        return replace(task, who="raw", wire=wire)


def run(options: dict[str, str]) -> list[Figure]:
    """Measure CPU (`--messages=600`, `--rounds=3`) and rates (`--seconds` of sending at 200 ms)."""
    messages, rounds = int(options.get("messages", "600")), int(options.get("rounds", "2"))
    threads, seconds = int(options.get("threads", "128")), float(options.get("seconds", "3"))
    wanted = options.get("channels", "http,https,smtp,smtps").split(",")
    with TemporaryDirectory() as name, sinking(Path(name)) as sink:
        bench = Bench(sink, trusting(Path(name), sink.certificate))
        figures = [each for kind in wanted for each in cpu(bench, kind, messages, rounds=rounds)]
        sink.be_late(LATENCY)
        return figures + [
            figure for kind in wanted for figure in rate(bench, kind, threads, seconds=seconds)
        ]


def trusting(folder: Path, certificate: Path) -> Path:
    """Return a file of all public certificates and the sink's: reading it costs what it costs."""
    file = folder / "trusted.pem"
    file.write_bytes(Path(certifi.where()).read_bytes() + certificate.read_bytes())
    return file


def cpu(bench: Bench, channel: str, messages: int, *, rounds: int) -> list[Figure]:
    """Measure CPU per message of ours, plain and raw in turn, one thread each."""
    task = Task("ours", channel, bench.port(channel), messages)
    few = replace(task, who="plain", count=max(20, messages // 15))
    trios = [
        (
            per_message(bench.measure(task)),
            per_message(bench.measure(few)),
            per_message(bench.measure(bench.raw(task))),
        )
        for _ in range(rounds)
    ]
    ours, plain, raw = (statistics.median(each) for each in zip(*trios, strict=True))
    return [less_than_plain(channel, ours, plain), part_of_raw(channel, ours, raw)]


def per_message(took: Took) -> float:
    """Return CPU milliseconds a message."""
    return took.cpu / took.done * 1000


def less_than_plain(channel: str, ours: float, plain: float) -> Figure:
    """Return how many times less than plain apprise a message costs."""
    goal = CPU_GOALS[channel]
    return Figure(
        figure=f"fanout.{channel}.cpu",
        unit="ms CPU a message",
        ours=ours,
        yardstick=plain,
        yardstick_name="Apprise().add().notify()",
        goal=f">= {goal:g}x less",
        reached=plain / ours >= goal,
        note=f"{plain / ours:.1f}x less; one thread, kept connections",
    )


def part_of_raw(channel: str, ours: float, raw: float) -> Figure:
    """Return which part of the CPU the raw wire needs for the same bytes."""
    goal = RAW_GOALS[channel]
    return Figure(
        figure=f"fanout.{channel}.efficiency",
        unit="% of our CPU that raw needs",
        ours=100 * raw / ours,
        yardstick=100.0,
        yardstick_name="http.client or smtplib, kept connection, same bytes",
        goal=f">= {100 * goal:g}",
        reached=raw / ours >= goal,
        note=f"{ours:.3f} ms CPU a message, raw {raw:.3f}",
    )


def rate(bench: Bench, channel: str, threads: int, *, seconds: float) -> list[Figure]:
    """Measure messages a second while the provider takes 200 ms, all with the same threads."""
    task = Task("ours", channel, bench.port(channel), int(threads / LATENCY * seconds), threads)
    few = replace(task, who="plain", count=60)
    ours, plain = a_second(bench.measure(task)), a_second(bench.measure(few))
    raw = a_second(bench.measure(bench.raw(task)))
    shape: Callable[..., Figure] = lambda name, **more: Figure(  # noqa: E731
        figure=f"fanout.{channel}.{name}", unit="messages/s", ours=ours, **more
    )
    return [
        shape(
            "rate",
            yardstick=plain,
            yardstick_name=f"plain apprise, {threads} threads around it",
            goal=f">= {RATE_OF_PLAIN:g}x",
            reached=ours >= RATE_OF_PLAIN * plain,
            note=f"{ours / plain:.1f}x; {threads} threads, 200 ms",
        ),
        shape(
            "rate_of_raw",
            yardstick=raw,
            yardstick_name=f"same bytes on {threads} kept connections",
            goal=f">= {100 * RATE_OF_RAW:g} %",
            reached=ours >= RATE_OF_RAW * raw,
            note=f"{threads} threads, 200 ms",
        ),
    ]


def a_second(took: Took) -> float:
    """Return messages a second."""
    return took.done / took.seconds
