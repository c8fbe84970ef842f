"""A house on five machines: web, two workers, PostgreSQL and a provider, each by itself."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Select, func, select

from alerts.models import Alert
from nucleus.ground.database import db, reading
from nucleus.messages.models import Delivery
from tests.benchmarks.crowd import CrowdedHouse, open_house
from tests.benchmarks.far_postgres import postgres_on
from tests.benchmarks.lan import Machine, Machines
from tests.benchmarks.ordeal import FACTS
from tests.benchmarks.page_figures import signed_in_cookie
from tests.benchmarks.processes import free_port, knock
from tests.benchmarks.sinking import Sink, sinking
from tests.demo.visitor import Visitor
from tests.postgres import empty_database

RUN = sys.executable, "-m"
PATIENCE = 150.0


@dataclass
class FarHouse:
    """The house and its machines; this process only looks at the rows and visits the pages."""

    machines: Machines
    house: CrowdedHouse
    sink: Sink
    web: Machine
    one: Machine
    two: Machine
    port: int

    def open(self) -> None:
        """Start the site and both workers as an operator does, and wait until all are there."""
        site = (
            "nucleus",
            "serve",
            "--host",
            self.web.host,
            "--port",
            str(self.port),
            "--workers",
            "1",
        )
        self.start(self.web, *site)
        for machine in (self.one, self.two):
            self.start(machine, "nucleus", "worker")
        wait_until(lambda: "at work" in self.said(self.one))
        wait_until(lambda: "at work" in self.said(self.two))
        wait_until(lambda: knock(self.port, self.web.host) == 200)

    def start(self, machine: Machine, *words: str) -> None:
        """Run a module of ours on a machine, with the settings of the house."""
        environ = dict(self.house.environ) | {"no_proxy": "*", "PYTHONUNBUFFERED": "1"}
        machine.start(*RUN, *words, environ=environ, log=self.log(machine))

    def log(self, machine: Machine) -> Path:
        """Return where a machine's words are kept."""
        return self.house.folder / f"{machine.name}.log"

    def said(self, machine: Machine) -> str:
        """Return what the processes of a machine have said."""
        return self.log(machine).read_text()

    def raise_alert(self) -> int:
        """Draft an alert on the site and ask everybody at once, as Carla; return its id."""
        desk = Visitor(f"http://{self.web.host}:{self.port}")
        name, _, value = signed_in_cookie(self.house.cast).partition("=")
        desk.session.cookies.set(name, value, domain=self.web.host, path="/")
        desk.go("/alerts/alert/draft")
        desk.send("/alerts/alert/draft", **FACTS)
        alert = self.number(select(func.max(Alert.id)))
        desk.go(f"/alerts/alert/{alert}/check")
        desk.send("/open")
        return alert

    def number(self, found: Select[int]) -> int:
        """Return a number out of the rows as they stand."""
        with self.house.app.app_context(), reading():
            return db.session.scalar(found) or 0

    def unfinished(self) -> int:
        """Return how many deliveries are waiting or in somebody's hands."""
        going = Delivery.state.in_(["queued", "leased"])
        return self.number(select(func.count()).select_from(Delivery).where(going))


@contextmanager
def far_house(machines: Machines, *, threads: int) -> Iterator[FarHouse]:
    """Build the house on five machines and let go of all at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="nucleus-lan-")))
        web, one, two, rows, far = map(machines.add, ("web", "one", "two", "rows", "far"))
        port = free_port()
        sink = stack.enter_context(sinking(folder, host=far.host, inside=far.inside))
        server = stack.enter_context(postgres_on(rows))
        url = stack.enter_context(empty_database(server))
        base = f"http://{web.host}:{port}"
        settings = {"sender_threads": str(threads), "base_url": base}
        house = stack.enter_context(open_house(url, sink, **settings))
        for machine in (web, one, two):
            stack.callback(machine.end)
        yield FarHouse(machines, house, sink, web, one, two, port)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Look until it is true; return how long it took.

    Raises:
        TimeoutError: it never was.
    """
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > seconds:
            raise TimeoutError("it did not come true")
        time.sleep(0.05)
    return time.monotonic() - started
