"""PostgreSQL on a machine of its own, which others reach by the network alone."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.lan import Machine
from tests.benchmarks.processes import free_port
from tests.postgres import Server, call_for, running, whereabouts


@contextmanager
def postgres_on(machine: Machine) -> Iterator[Server]:
    """Run a server on a machine; it trusts whoever is in the same network."""
    with TemporaryDirectory(prefix="nucleus-far-") as name, running(Path(name, "data")) as server:
        folder, programs = whereabouts(server)
        control = (str(programs / "pg_ctl"), "-D", str(folder), "-w")
        call_for(folder, *control, "-m", "fast", "stop")
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        port = free_port()
        options = f"-F -k {shlex.quote(str(folder))} -p {port} -c listen_addresses={machine.host}"
        words = (*control, "-l", str(folder / "far.log"), "-o", options, "start")
        call_for(folder, *words, inside=machine.inside)
        try:
            yield Server(f"postgresql://postgres@{machine.host}:{port}/postgres")
        finally:
            call_for(folder, *control, "-m", "immediate", "stop")
