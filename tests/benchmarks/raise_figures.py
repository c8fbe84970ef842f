"""`raise`: an alert for ten thousand raised and committed; what the queue costs a row."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, text

from alerts.models import Recipient
from alerts.sender import channels, outbox
from alerts.sender.engine import run_until_idle
from alerts.sender.outcomes import sent
from alerts.sender.pacing import judge
from alerts.sender.slips import Held
from alerts.services import AlertDraft, NeedDraft, draft_alert, open_alert
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading, transaction
from nucleus.messages.models import ALERT, Delivery
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.benchmarks.crowd import CrowdedHouse, bring, enrol, open_house
from tests.benchmarks.databases import POSTGRES, Databases
from tests.benchmarks.figures import Figure, cpu_of
from tests.benchmarks.sinking import sinking
from tests.messages.helpers import draft, to

RAISE_GOAL, ROW_GOAL_US, SHARE_GOAL = 1.5, 80.0, 0.05
CHUNK = 20
TABLES = ("recipient", "delivery")
Rows = dict[str, list[tuple[Any, ...]]]


def run(options: dict[str, str]) -> list[Figure]:
    """Measure with `--people=10000` on `--database=sqlite,postgres`, in `--rounds=3` turns."""
    people, rounds = int(options.get("people", "10000")), int(options.get("rounds", "3"))
    figures: list[Figure] = []
    with Databases(options) as databases, TemporaryDirectory() as name, sinking(Path(name)) as sink:
        for kind in databases.wanted:
            with databases.empty(kind) as url, open_house(url, sink) as house:
                crowd = bring(house, people, Channel.EMAIL, Channel.NTFY)
                enrol(house, crowd)
                figures.append(raising(house, kind, people, rounds=rounds))
                figures += queueing(house, kind, crowd)
    return figures


def raising(house: CrowdedHouse, kind: str, people: int, *, rounds: int) -> Figure:
    """Measure raising beside a raw bulk insert of the very rows it wrote."""
    raised(house)  # statements compiled, pages in memory: for both
    pairs = []
    for _ in range(rounds):
        ours, rows = raised(house)
        pairs.append((ours, loaded_raw(house, rows)))
    ours, raw = (statistics.median(each) for each in zip(*pairs, strict=True))
    return Figure(
        figure=f"raise.{kind}",
        unit="s",
        ours=ours,
        yardstick=raw,
        yardstick_name="COPY of the same rows" if kind == POSTGRES else "executemany, same rows",
        goal=f"<= {RAISE_GOAL}x",
        reached=ours <= RAISE_GOAL * raw,
        note=f"{people} people chosen, asked and posted to, committed; raw inserts "
        f"{' and '.join(TABLES)} alone",
    )


def raised(house: CrowdedHouse) -> tuple[float, Rows]:
    """Raise an alert for everybody; return the seconds and the rows, which are taken away."""
    asked = AlertDraft(
        what="Company", organisation_id=house.cast.organisation, needs=(NeedDraft(count=5),),
        scale="area", everyone=True, drill=True,
    )  # fmt: skip
    with house.app.app_context():
        started = time.perf_counter()
        with transaction():
            open_alert(draft_alert(asked, author=house.cast.carla), by=house.cast.carla)
        seconds = time.perf_counter() - started
        with reading():
            rows = {name: written(name) for name in TABLES}
        clear()
    return seconds, rows


def written(table: str) -> list[tuple[Any, ...]]:
    """Return all rows of a table as the driver gives them."""
    return [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608


def clear() -> None:
    """Take every recipient and delivery away again."""
    with transaction():
        db.session.execute(delete(Delivery))
        db.session.execute(delete(Recipient))
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.execute(text("VACUUM ANALYZE"))


def loaded_raw(house: CrowdedHouse, rows: Rows) -> float:
    """Write the same rows with the driver alone, committed; return the seconds."""
    with house.app.app_context():
        with db.engine.connect() as connection:
            line = connection.connection.driver_connection
            started = time.perf_counter()
            (copied if db.engine.dialect.name == "postgresql" else executed_many)(line, rows)
            seconds = time.perf_counter() - started
        clear()
    return seconds


def executed_many(line: Any, rows: Rows) -> None:
    """The quickest way into SQLite."""
    line.execute("BEGIN IMMEDIATE")
    for table, these in rows.items():
        marks = ", ".join("?" for _ in these[0])
        line.executemany(f"INSERT INTO {table} VALUES ({marks})", these)  # noqa: S608
    line.execute("COMMIT")


def copied(line: Any, rows: Rows) -> None:
    """The quickest way into PostgreSQL."""
    with line.cursor() as cursor:
        for table, these in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in these:
                    copy.write_row(row)
    line.commit()


def queueing(house: CrowdedHouse, kind: str, crowd: Sequence[int]) -> list[Figure]:
    """Measure what the queue costs a row, alone and as a share of sending the same rows."""
    with house.app.app_context():
        alone = a_row(crowd, lambda: claim_and_settle(crowd))
        whole = a_row(crowd, lambda: run_until_idle(house.app, send=lambda *_each: sent("taken")))
        send = a_row(crowd, lambda: run_until_idle(house.app, send=channels.send)) - whole
        clear()
    share = alone / send
    return [
        Figure(
            figure=f"raise.{kind}.row",
            unit="us CPU a row, claim and settle",
            ours=alone,
            goal=f"<= {ROW_GOAL_US:g}",
            reached=alone <= ROW_GOAL_US,
            note=f"{whole:.0f} us with second look, counted copies, pacing, opened address, words",
        ),
        Figure(
            figure=f"raise.{kind}.share",
            unit="% of the CPU of sending",
            ours=100 * share,
            goal=f"<= {100 * SHARE_GOAL:g}",
            reached=share <= SHARE_GOAL,
            note=f"claim and settle; sending takes {send:.0f} us since it keeps its connections",
        ),
    ]


def a_row(crowd: Sequence[int], work: Callable[[], object]) -> float:
    """Post to the crowd, do the work, return its CPU in microseconds a row."""
    clear()
    with transaction():
        post_message(draft(), to(*crowd))
    return cpu_of(work) / len(crowd) * 1e6


def claim_and_settle(crowd: Sequence[int]) -> None:
    """Claim all rows a hundred at a time, and settle them in chunks, each committed."""
    left = len(crowd)
    while left:
        for lane in ("email", "ntfy"):
            with transaction():
                held = outbox.claim(lane, ALERT)
            left -= len(held)
            for first in range(0, len(held), CHUNK):
                settle(held[first : first + CHUNK])


def settle(held: list[Held]) -> None:
    """Settle one chunk as taken."""
    with transaction():
        outbox.settle([(each, judge(each, sent("taken"), now())) for each in held])
