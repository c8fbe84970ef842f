"""The processes of a house that are killed again and again, and raised anew each time."""

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.processes import HERE, free_port, knock

WEB = "web"
PATIENCE = 30.0
LONGEST_PAUSE = 0.2


@dataclass
class Family:
    """A web process and some workers (name → number of the process), and who raises them."""

    nursery: "subprocess.Popen[str]"
    port: int = field(default_factory=free_port)
    alive: dict[str, int] = field(default_factory=dict)
    killed: int = 0
    door: threading.RLock = field(default_factory=threading.RLock)

    @property
    def url(self) -> str:
        """Return where the pages are."""
        return f"http://{HERE}:{self.port}"

    def raise_one(self, name: str) -> None:
        """Start a process under a name: `web`, or any other for a worker."""
        with self.door:
            assert self.nursery.stdin is not None
            assert self.nursery.stdout is not None
            print(f"web {self.port}" if name == WEB else "worker", file=self.nursery.stdin)
            self.nursery.stdin.flush()
            self.alive[name] = int(self.nursery.stdout.readline())

    def kill(self, name: str) -> None:
        """Kill a process at once; it gets no word in."""
        with self.door:
            number = self.alive.pop(name, None)
            if number is not None:
                os.kill(number, signal.SIGKILL)
                wait_until_gone(number)
                self.killed += 1

    def kill_and_raise(self, name: str, chance: random.Random) -> None:
        """Kill a process, and after a moment start another under its name."""
        with self.door:
            self.kill(name)
            time.sleep(chance.random() * LONGEST_PAUSE)
            self.raise_one(name)

    def wait_for_pages(self) -> None:
        """Wait until the start page is there again."""
        until = time.monotonic() + PATIENCE
        while not self.is_there():
            if time.monotonic() > until:
                raise TimeoutError("the web process did not come back")
            time.sleep(0.01)

    def is_there(self) -> bool:
        """Say whether the start page is there; whoever is killed may fall silent in a word."""
        try:
            return knock(self.port) == http.client.OK
        except (http.client.HTTPException, OSError):
            return False

    def end(self) -> None:
        """Kill all that is left."""
        for name in list(self.alive):
            self.kill(name)


def wait_until_gone(number: int) -> None:
    """Wait until a process holds no port and no lock any more."""
    until = time.monotonic() + PATIENCE
    with suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.kill(number, 0)
            time.sleep(0.001)


@contextmanager
def raising(environ: Mapping[str, str], log: Path, *, lease: str = "") -> Iterator[Family]:
    """Open a nursery for a house; all it raised ends with it.

    Args:
        environ: the settings of the house.
        log: where its children write.
        lease: seconds, when leases shall run out sooner than in the product.
    """
    words = [sys.executable, "-m", "tests.benchmarks.nursery", *([lease] if lease else [])]
    pipe = subprocess.PIPE
    with (
        log.open("a") as file,
        subprocess.Popen(["/bin/cat"], stdin=pipe, stdout=file) as keeper,  # whose disk has room
        subprocess.Popen(
            words, env=os.environ | dict(environ), text=True, stdin=pipe, stdout=pipe,
            stderr=keeper.stdin,
        ) as nursery,
    ):  # fmt: skip
        assert keeper.stdin is not None
        assert nursery.stdout is not None
        keeper.stdin.close()
        if nursery.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the nursery did not open: {log.read_text()[-2000:]}")
        family = Family(nursery)
        try:
            yield family
        finally:
            family.end()
            nursery.terminate()
