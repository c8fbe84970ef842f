"""A server as an operator starts it: what it costs in CPU and memory, children included."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = "127.0.0.1"
PATIENCE_SECONDS = 60.0
BETWEEN_KNOCKS_SECONDS = 0.005
WITHOUT_PROXY = {"no_proxy": HERE}


class DidNotStart(RuntimeError):
    """The server ended or stayed silent; the text is what it said last."""


@dataclass(frozen=True)
class Command:
    """How a server is started: the words (`{port}` is filled in) and what it finds around it."""

    words: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path


@dataclass(frozen=True)
class Running:
    """A server that has answered its first page."""

    process: psutil.Process
    port: int
    first_page_cpu: float

    @property
    def url(self) -> str:
        """Return where it answers, without a slash at the end."""
        return f"http://{HERE}:{self.port}"

    def memory(self) -> float:
        """Return the proportional memory of all its processes, in megabytes of 10^6 bytes."""
        return sum(map(pss, family(self.process))) / 1e6


@contextmanager
def running(command: Command) -> Iterator[Running]:
    """Start a server, wait for its first page, and end it with all its children."""
    port = free_port()
    words = [word.format(port=port) for word in command.words]
    environ = {**os.environ, **WITHOUT_PROXY, **command.environ}
    with (
        command.log.open("wb") as log,
        subprocess.Popen(words, env=environ, stdout=log, stderr=log, start_new_session=True) as p,
    ):
        process = psutil.Process(p.pid)
        try:
            wait_for_page(p, port, command.log)
            yield Running(process, port, sum(map(cpu, family(process))))
        finally:
            end(process, p)


def first_page_cpu(command: Command) -> float:
    """Return the CPU seconds from starting a server to its first page."""
    with running(command) as server:
        return server.first_page_cpu


def free_port() -> int:
    """Return a port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def wait_for_page(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Knock until the start page is there.

    Raises:
        DidNotStart: it ended, answered with an error, or took a minute.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    status = None
    while status is None and process.poll() is None and time.monotonic() < until:
        time.sleep(BETWEEN_KNOCKS_SECONDS)
        status = knock(port)
    if status != http.client.OK:
        raise DidNotStart(f"GET / said {status}. {log.read_text(errors='replace')[-2000:]}")


def knock(port: int, host: str = HERE) -> int | None:
    """Ask for the start page; return the status, or `None` while nobody listens."""
    with closing(http.client.HTTPConnection(host, port, timeout=PATIENCE_SECONDS)) as line:
        try:
            line.request("GET", "/")
            answer = line.getresponse()
            answer.read()
        except (ConnectionError, http.client.RemoteDisconnected):
            return None
        return answer.status


def family(process: psutil.Process) -> Sequence[psutil.Process]:
    """Return a process and all its descendants."""
    return [process, *process.children(recursive=True)]


def cpu(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its ended children."""
    spent = process.cpu_times()
    return float(spent.user + spent.system + spent.children_user + spent.children_system)


def pss(process: psutil.Process) -> int:
    """Return a process's memory in bytes, what is shared counted in parts."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def end(process: psutil.Process, opened: "subprocess.Popen[bytes]") -> None:
    """End a server and whatever it started."""
    children = process.children(recursive=True) if opened.poll() is None else []
    opened.terminate()
    try:
        opened.wait(10)
    except subprocess.TimeoutExpired:
        opened.kill()
    for child in psutil.wait_procs(children, timeout=2)[1]:
        child.kill()
