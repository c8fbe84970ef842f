"""`answers`: fifty a second on the real server, the stand-down, and an all-clear past a backlog."""

import http.client
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from sqlalchemy import func, select

from alerts.models import Alert, Recipient
from alerts.services import AlertDraft, NeedDraft, close_alert, draft_alert, open_alert
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.tokens import derive_token
from nucleus.messages.models import Delivery, Message
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, enrol, open_house
from tests.benchmarks.databases import Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import HERE, Command, running
from tests.benchmarks.sinking import Sink, sinking
from tests.benchmarks.telling import warm_up, workers
from tests.messages.helpers import draft, to

A_SECOND, NEEDED = 50, 40
PAGE_GOAL_MS, STAND_DOWN_GOAL, OVERTAKE_GOAL = 200.0, 1.0, 5.0
CREW = 64
SILENT = 50
"""Who has not answered is told to stand down."""

CALLED = 100
PATIENCE = 60.0


@dataclass(frozen=True)
class Asked:
    """An open alert and the answer pages of those asked."""

    alert: int
    links: Sequence[str]


def run(options: dict[str, str]) -> list[Figure]:
    """Answer for `--seconds=6`; then close past a backlog of `--backlog=10000`."""
    seconds, backlog = int(options.get("seconds", "6")), int(options.get("backlog", "10000"))
    figures: list[Figure] = []
    with Databases(options) as databases, TemporaryDirectory() as name, sinking(Path(name)) as sink:
        for kind in databases.wanted:
            sink.be_late(0)
            with databases.empty(kind) as url, open_house(url, sink) as house:
                figures += answering(kind, house, seconds)
            with databases.empty(kind) as url, open_house(url, sink) as house:
                figures.append(overtaking(kind, house, sink, backlog))
    return figures


def answering(kind: str, house: CrowdedHouse, seconds: int) -> list[Figure]:
    """Open the page and answer, fifty times a second, while the calls still go out."""
    people = bring(house, A_SECOND * seconds + SILENT, Channel.EMAIL)
    enrol(house, people)
    words = (sys.executable, "-m", "nucleus", "serve", "--port", "{port}", "--with-sender")
    with running(Command(words, house.environ, house.folder / "serve.log")) as server:
        asked = raised(house, NEEDED)
        opened = at_pace(asked.links, lambda link: shown(server.port, link))
        few, rest = asked.links[: NEEDED - 1], asked.links[NEEDED:-SILENT]
        took = at_pace(rest, lambda link: answered(server.port, link, "cant"))
        took += at_pace(few, lambda link: answered(server.port, link, "coming"))
        full = time.monotonic()
        answered(server.port, asked.links[NEEDED - 1], "coming")
        stood_down = wait_for_stand_down(house, asked.alert) - full
    return [
        slowest(f"answers.{kind}.page", "page shown", opened),
        slowest(f"answers.{kind}.answer", "answer taken", took),
        Figure(
            figure=f"answers.{kind}.stand_down",
            unit="s from the last needed yes to the stand-down in the queue",
            ours=stood_down,
            goal=f"<= {STAND_DOWN_GOAL:g}",
            reached=stood_down <= STAND_DOWN_GOAL,
            note=f"the press over HTTP included; {len(asked.links)} people asked",
        ),
    ]


def slowest(name: str, what: str, took: list[float]) -> Figure:
    """Return the 99th percentile in milliseconds."""
    in_order = sorted(took)
    p50, p99 = in_order[len(took) // 2], in_order[int(len(took) * 0.99) - 1]
    return Figure(
        figure=name,
        unit=f"ms, {what}, p99",
        ours=p99,
        goal=f"<= {PAGE_GOAL_MS:g}",
        reached=p99 <= PAGE_GOAL_MS,
        note=f"p50 {p50:.0f} ms, {len(took)} people, {A_SECOND} a second, a new connection each",
    )


def raised(house: CrowdedHouse, needed: int) -> Asked:
    """Ask everybody; return the links of those asked."""
    wanted = AlertDraft(
        what="Company", organisation_id=house.cast.organisation, needs=(NeedDraft(count=needed),),
        scale="area", everyone=True, drill=True,
    )  # fmt: skip
    with house.app.app_context(), transaction():
        alert = draft_alert(wanted, author=house.cast.carla)
        open_alert(alert, by=house.cast.carla)
        rows = db.session.scalars(select(Recipient.id).where(Recipient.alert_id == alert.id))
        links = [f"/a/{derive_token('answer', row, alert.nonce)}" for row in rows]
        return Asked(alert.id, links)


def at_pace(links: Sequence[str], do: Callable[[str], None]) -> list[float]:
    """Do something with each link, fifty a second whether the last is done or not."""
    began = time.monotonic()

    def one(number: int) -> float:
        due = began + number / A_SECOND
        time.sleep(max(0.0, due - time.monotonic()))
        do(links[number])
        return (time.monotonic() - due) * 1000

    with ThreadPoolExecutor(CREW) as crew:
        return list(crew.map(one, range(len(links))))


def shown(port: int, link: str) -> None:
    """Open the page."""
    expect(port, "GET", link, http.client.OK)


def answered(port: int, link: str, deed: str) -> None:
    """Press a button."""
    expect(port, "POST", link, http.client.SEE_OTHER, deed=deed, minutes="15")


def expect(port: int, verb: str, path: str, status: int, **typed: str) -> None:
    """Ask once, on a connection of its own; raise when the answer is another."""
    form = {"Content-Type": "application/x-www-form-urlencoded"} if typed else {}
    with closing(http.client.HTTPConnection(HERE, port, timeout=PATIENCE)) as line:
        line.request(verb, path, urlencode(typed) or None, form)
        answer = line.getresponse()
        text = answer.read()
    if answer.status != status:
        raise RuntimeError(f"{verb} of an answer page said {answer.status}: {text[:500]!r}")


def wait_for_stand_down(house: CrowdedHouse, alert: int) -> float:
    """Return the moment at which the stand-down stands in the queue."""
    posted = select(Message.id).where(Message.kind == "stand_down", Message.origin_id == alert)
    until = time.monotonic() + PATIENCE
    with house.app.app_context():
        while time.monotonic() < until:
            with reading():
                if db.session.scalar(posted):
                    return time.monotonic()
            time.sleep(0.005)
    raise TimeoutError("nobody was stood down")


def overtaking(kind: str, house: CrowdedHouse, sink: Sink, backlog: int) -> Figure:
    """Close an alert while thousands of calls about something else wait for a slow provider."""
    called = bring(house, CALLED, Channel.NTFY)
    enrol(house, called)
    with workers(house) as working:
        warm_up(house, sink, called[:2], len(working))
        asked = raised(house, NEEDED)
        sink.wait_for(2 + CALLED, PATIENCE)
        crowd = bring(house, backlog, Channel.NTFY)
        sink.be_late(0.2)
        with house.app.app_context(), transaction():
            post_message(draft(origin_id=99), to(*crowd, *called))
        sink.wait_for(2 + CALLED + CREW, PATIENCE)
        with house.app.app_context(), transaction():
            close_alert(db.session.get_one(Alert, asked.alert), "resolved", by=house.cast.carla)
        started = time.monotonic()
        left = wait_for_end(house)
        seconds = time.monotonic() - started
    return Figure(
        figure=f"answers.{kind}.all_clear",
        unit=f"s until {CALLED} all-clears were handed over past the backlog",
        ours=seconds,
        goal=f"<= {OVERTAKE_GOAL:g}, most of the backlog still waiting",
        reached=seconds <= OVERTAKE_GOAL and left >= backlog // 2,
        note=f"{left} of {backlog + CALLED} older messages still waited; provider takes 200 ms",
    )


def wait_for_end(house: CrowdedHouse) -> int:
    """Wait until every all-clear is settled; return how many other messages still wait."""
    queued = Delivery.state.in_(["queued", "leased"])
    waiting = select(func.count()).select_from(Delivery).join(Message).where(queued)
    ends = waiting.where(Message.kind == "all_clear")
    until = time.monotonic() + PATIENCE
    with house.app.app_context():
        while time.monotonic() < until:
            with reading():
                if not db.session.scalar(ends):
                    return db.session.scalar(waiting) or 0
            time.sleep(0.02)
    raise TimeoutError("the all-clear did not go out")
