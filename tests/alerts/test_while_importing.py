"""A long list is taken in, and at that moment an alert is raised, sent and answered: on SQLite.

There only one may write at a time. So nothing here is measured by the clock: what counts is how
often the list goes before somebody who waits, and how much it does in one turn.
"""

import io
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event, func, select

from alerts.models import Recipient
from alerts.sender.engine import run_until_idle
from maps.lists import chunks
from maps.models import ImportRun
from maps.services import work_on
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.tokens import derive_token
from nucleus.ground.turnstile import Turnstile
from nucleus.resources.categories import ensure_categories
from nucleus.resources.importing.taking import import_resources
from nucleus.resources.models import Resource
from tests.alerts.sender.outside import World
from tests.alerts.stage import opened
from tests.cast import Cast

AT_ONCE, LONG = 10, 60.0
LIST = "import"
COLUMNS = {"col_name": "Nome", "col_category": "Che fa", "col_comune": "Paese"}


@dataclass
class Queue:
    """Who asked for a turn and who got one, in order; and how long the turns of the list were."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    questions: list[int] = field(default_factory=list)
    list_writes: threading.Event = field(default_factory=threading.Event)
    somebody_waits: threading.Event = field(default_factory=threading.Event)
    all_done: threading.Event = field(default_factory=threading.Event)

    def hear(self, what: str, who: str) -> None:
        """Note what a thread does, and whether the list has somebody behind it."""
        self.seen.append((what, who))
        if who != LIST:
            (self.somebody_waits.set if what == "asks" else self.somebody_waits.clear)()

    def note(self, words: str) -> None:
        """Count what the list asks the database in one change."""
        if threading.current_thread().name == LIST:
            if words.startswith("BEGIN"):
                self.questions.append(0)
            else:
                self.questions[-1] += 1

    def passed_by(self) -> list[int]:
        """Return how often the list went before the others, each time that they had to wait."""
        found, asked = list[int](), None
        for place, (what, who) in enumerate(self.seen):
            if who == LIST:
                continue
            if what == "asks":
                asked = place
            else:
                waited = self.seen[asked:place] if asked is not None else []
                found.append(waited.count(("in", LIST)))
                asked = None
        return found


class Line(deque[threading.Lock]):
    """Those who wait at the gate; says when somebody joins them, and when their turn comes."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self.queue, self.names = queue, dict[int, str]()

    def append(self, one: threading.Lock) -> None:
        super().append(one)
        self.names[id(one)] = threading.current_thread().name
        self.queue.hear("asks", self.names[id(one)])

    def popleft(self) -> threading.Lock:
        one = super().popleft()
        self.queue.hear("in", self.names.pop(id(one)))
        return one


class WatchedGate(Turnstile):
    """Says who finds it free; all it says is said behind its own lock, so the order is true."""

    queue: Queue

    @property
    def _taken(self) -> bool:
        return bool(self.__dict__["_taken"])

    @_taken.setter
    def _taken(self, taken: bool) -> None:
        self.__dict__["_taken"] = taken
        if taken:
            self.queue.hear("in", threading.current_thread().name)


@pytest.fixture
def queue(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Watch who waits; the list takes its rows in only when somebody stands behind it."""
    watched, take_in = Queue(), import_resources

    def take_in_before_others(*given: object, **named: object) -> None:
        watched.list_writes.set()
        if not watched.all_done.is_set():
            watched.somebody_waits.wait(LONG)
        take_in(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(chunks, "take_in", take_in_before_others)
    monkeypatch.setattr(chunks, "CHUNK", AT_ONCE)
    monkeypatch.setattr("nucleus.ground.database.BREATH", 0)
    with cast.app.app_context():
        event.listen(db.engine, "after_cursor_execute", lambda *said: watched.note(said[2]))
        with db.engine.connect() as line:
            gate = line.connection.driver_connection.gate  # type: ignore[union-attr]
    gate.__class__, gate.queue, gate._waiting = WatchedGate, watched, Line(watched)
    return watched


def sent_list(cast: Cast, rows: int) -> int:
    """Send a list and say what its columns are; return the run, which waits to be taken in."""
    with cast.stage():
        ensure_categories()
    carla = cast.signed_in(cast.carla)
    text = "Nome;Che fa;Paese\n" + "".join(f"Mensa {n};Mensa;Teverola\n" for n in range(rows))
    form = {"file": (io.BytesIO(text.encode()), "lista.csv"), "source": f"Caritas {rows}"}
    carla.post("/maps/import/add", data=form, content_type="multipart/form-data")
    with cast.stage():
        run = db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
        assert run is not None
        number = run.id
    carla.post(f"/maps/import/map/{number}", data=COLUMNS)
    return number


def worked_on(cast: Cast, run: int) -> None:
    with cast.app.app_context():
        work_on(run)


@contextmanager
def taken_in(cast: Cast, run: int, queue: Queue) -> Iterator[None]:
    """Take a list in beside what happens here, to its end."""
    queue.all_done.set()
    worked_on(cast, run)  # the look before it is kept
    cast.signed_in(cast.carla).post(f"/maps/import/start/{run}")
    queue.all_done.clear()
    queue.list_writes.clear()
    queue.seen.clear()
    queue.questions.clear()
    beside = threading.Thread(target=worked_on, args=(cast, run), name=LIST, daemon=True)
    beside.start()
    try:
        yield
    finally:
        queue.all_done.set()
        queue.somebody_waits.set()
        beside.join(LONG)


def raised(cast: Cast) -> str:
    """Raise an alert; return the link of Vito's answer."""
    with cast.app.app_context(), transaction():
        alert = opened(cast)
        mine = select(Recipient.id).where(Recipient.person_id == cast.vito)
        return f"/a/{derive_token('answer', db.session.scalars(mine).one(), alert.nonce)}"


def test_an_alert_is_raised_sent_and_answered_before_the_next_rows_of_a_long_list(
    cast: Cast, queue: Queue
) -> None:
    world, run = World(), sent_list(cast, 12 * AT_ONCE)
    with taken_in(cast, run, queue):
        assert queue.list_writes.wait(LONG)
        link = raised(cast)
        assert run_until_idle(cast.app, send=world.send) == 3
        said = cast.app.test_client().post(link, data={"deed": "coming", "minutes": "15"})
        assert said.status_code == 303
        passed_by = queue.passed_by()
    assert len(passed_by) >= 3, "raising, sending and answering each wrote"
    assert ("asks", threading.current_thread().name) in queue.seen, "and had to wait"
    assert set(passed_by) == {0}, "nobody who waits is passed by"
    with cast.app.app_context(), reading():
        assert db.session.scalar(select(func.count()).select_from(Resource)) == 12 * AT_ONCE
        came = select(Recipient.person_id).where(Recipient.state == "accepted")
        assert db.session.scalars(came).all() == [cast.vito]


def test_a_longer_list_takes_no_longer_turns(cast: Cast, queue: Queue) -> None:
    longest = list[int]()
    for rows in (3 * AT_ONCE, 9 * AT_ONCE):
        with taken_in(cast, sent_list(cast, rows), queue):
            pass
        longest.append(max(queue.questions))
    assert longest[1] <= longest[0] * 1.25, longest
