"""Some machines on one network, although there is only one: network namespaces and their cables.

Everything stands in a network of this process's own. Nothing of the machine's own network is
touched, and all of it is gone as soon as the processes that stand in it have ended.
"""

import ctypes
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.processes import HERE

CLONE_NEWNET = 0x40000000
NET = "10.77.0"
LIBC = ctypes.CDLL(None, use_errno=True)


class NotAllowed(RuntimeError):
    """This process may not make networks; the text says what refused it."""


@dataclass
class Machine:
    """One machine: its name, where the others reach it, and how a command is run inside."""

    name: str
    host: str
    inside: tuple[str, ...] = ()
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *words: str, environ: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
        """Start a process on it, whose words go to a log."""
        with log.open("ab") as file:
            started = subprocess.Popen(
                [*self.inside, *words], env=os.environ | environ, stdout=file, stderr=file
            )
        self.processes.append(started)
        return started

    def end(self) -> None:
        """End what runs on it."""
        for each in self.processes:
            each.kill()
            each.wait()


class Machines(ABC):
    """Some machines that can be cut off from the others, and come back."""

    how = ""

    def __init__(self) -> None:
        """Begin with none."""
        self.stack = ExitStack()

    def add(self, name: str) -> Machine:
        """Bring one more machine."""
        machine = self.make(name)
        self.stack.callback(machine.end)
        return machine

    @abstractmethod
    def make(self, name: str) -> Machine:
        """Make a machine."""

    @abstractmethod
    def cut_off(self, machine: Machine) -> None:
        """Pull the cable of a machine."""

    @abstractmethod
    def bring_back(self, machine: Machine) -> None:
        """Put the cable in again."""


class Apart(Machines):
    """Each in a network namespace with its own address, on one switch."""

    how = "each in a network namespace of its own"

    def __init__(self) -> None:
        """Lay a switch, on which this process has the first place."""
        super().__init__()
        self.count = 1
        ip("link", "set", "lo", "up")
        ip("link", "add", "switch", "type", "bridge")
        ip("addr", "add", f"{NET}.1/24", "dev", "switch")
        ip("link", "set", "switch", "up")

    def make(self, name: str) -> Machine:
        """Make a namespace and lay a cable from it to the switch."""
        self.count += 1
        keeper = self.stack.enter_context(keeping_a_network())
        inside = ("nsenter", f"--net=/proc/{keeper}/ns/net")
        host = f"{NET}.{self.count}"
        ip("link", "add", cable(name), "type", "veth", "peer", "name", "out", "netns", str(keeper))
        ip("link", "set", cable(name), "master", "switch", "up")
        ip("link", "set", "lo", "up", inside=inside)
        ip("addr", "add", f"{host}/24", "dev", "out", inside=inside)
        ip("link", "set", "out", "up", inside=inside)
        return Machine(name, host, inside)

    def cut_off(self, machine: Machine) -> None:
        """Pull the cable: what is under way is lost, and nobody is told."""
        ip("link", "set", cable(machine.name), "down")

    def bring_back(self, machine: Machine) -> None:
        """Put the cable in again."""
        ip("link", "set", cable(machine.name), "up")


class Together(Machines):
    """Separate processes on this machine; one that is cut off is stopped in the middle."""

    how = "NOT in namespaces, which are not allowed here: separate processes, one of them stopped"

    def make(self, name: str) -> Machine:
        """Give it a name; it is here."""
        return Machine(name, HERE)

    def cut_off(self, machine: Machine) -> None:
        """Stop its processes."""
        for each in machine.processes:
            each.send_signal(signal.SIGSTOP)

    def bring_back(self, machine: Machine) -> None:
        """Let them go on."""
        for each in machine.processes:
            each.send_signal(signal.SIGCONT)


@contextmanager
def apart() -> Iterator[Apart]:
    """Lend machines in namespaces of their own; this process stands in their network meanwhile.

    Raises:
        NotAllowed: this process may not.
    """
    with Path("/proc/thread-self/ns/net").open() as before:
        if LIBC.unshare(CLONE_NEWNET):
            raise NotAllowed(os.strerror(ctypes.get_errno()))
        try:
            machines = Apart()
            with machines.stack:
                yield machines
        finally:
            LIBC.setns(before.fileno(), CLONE_NEWNET)


@contextmanager
def together() -> Iterator[Together]:
    """Lend the names of machines that are all this one."""
    machines = Together()
    with machines.stack:
        yield machines


@contextmanager
def keeping_a_network() -> Iterator[int]:
    """Make a network namespace; return the process that keeps it while the block lasts."""
    pipe = subprocess.PIPE
    words = ["unshare", "--net", "sh", "-c", "echo there; exec cat"]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe) as keeper:
        assert keeper.stdout is not None
        if keeper.stdout.readline() != b"there\n":
            raise NotAllowed("unshare --net")
        yield keeper.pid
        keeper.kill()


def cable(name: str) -> str:
    """Return what the switch's end of a machine's cable is called."""
    return f"to-{name}"


def ip(*words: str, inside: Sequence[str] = ()) -> None:
    """Have the network changed.

    Raises:
        NotAllowed: it can't be.
    """
    done = subprocess.run([*inside, "ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAllowed(f"ip {' '.join(words)}: {done.stderr.strip()}")
