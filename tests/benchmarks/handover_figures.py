"""`handover`: how soon a crowd is told through durable rows, by real workers."""

from pathlib import Path
from tempfile import TemporaryDirectory

from nucleus.people.models import Channel
from tests.benchmarks.crowd import bring, open_house
from tests.benchmarks.databases import POSTGRES, Databases
from tests.benchmarks.figures import Figure
from tests.benchmarks.sinking import Sink, sinking
from tests.benchmarks.telling import Told, tell, workers

P95_GOAL, ALL_GOAL, FIRST_GOAL = 2.0, 10.0, 0.5
CROWD_GOAL, TWO_GOAL = 30.0, 1.7
THREADS = "128"


def run(options: dict[str, str]) -> list[Figure]:
    """Tell 500 at 50 ms, `--people=10000` at 200 ms, and half of them with two workers."""
    people = int(options.get("people", "10000"))
    figures: list[Figure] = []
    with Databases(options) as databases, TemporaryDirectory() as name, sinking(Path(name)) as sink:
        for kind in databases.wanted:
            with databases.empty(kind) as url:
                figures += told(kind, url, sink, people=people)
            if kind == POSTGRES:
                with databases.empty(kind) as url:
                    figures.append(two_workers(url, sink, people // 2))
    return figures


def told(kind: str, url: str, sink: Sink, *, people: int) -> list[Figure]:
    """Tell the small crowd and the large one, with one worker."""
    with open_house(url, sink, sender_threads=THREADS) as house:
        crowd = bring(house, people, Channel.NTFY, Channel.EMAIL)
        few = bring(house, 500, Channel.NTFY)
        with workers(house) as working:
            small = tell(house, sink, few, working, latency=0.05)
            large = tell(house, sink, crowd, working, latency=0.2)
    return [*handed_over(kind, small), everybody(kind, large)]


def handed_over(kind: str, small: Told) -> list[Figure]:
    """Return when 95 in 100, all, and the first of 500 people were handed over."""
    whole = not small.lost
    note = f"{small.people} people, one channel, provider answers in 50 ms; lost {small.lost}"
    parts = (("p95", 0.95, P95_GOAL), ("all", 1.0, ALL_GOAL), ("first", 0.0, FIRST_GOAL))
    return [
        Figure(
            figure=f"handover.{kind}.{name}",
            unit="s from commit to the provider's yes",
            ours=small.after(share),
            goal=f"<= {goal:g}",
            reached=whole and small.after(share) <= goal,
            note=note,
        )
        for name, share, goal in parts
    ]


def everybody(kind: str, large: Told) -> Figure:
    """Return how long a large crowd takes at 200 ms, and whether anybody is lost."""
    return Figure(
        figure=f"handover.{kind}.crowd",
        unit="s",
        ours=large.seconds,
        goal=f"0 lost, <= {CROWD_GOAL:g}",
        reached=large.lost == 0 and large.seconds <= CROWD_GOAL,
        note=f"{large.people} at 200 ms, {THREADS} threads in one process; {large.lost} lost, "
        f"{large.repeats} repeated; {large.cpu / large.people * 1000:.2f} ms CPU each",
    )


def two_workers(url: str, sink: Sink, people: int) -> Figure:
    """Return how much more two processes do than one, while the provider is the limit."""
    with open_house(url, sink, sender_threads="64") as house:
        crowd = bring(house, people, Channel.NTFY)
        with workers(house) as working:
            one = tell(house, sink, crowd, working, latency=0.2)
        with workers(house, 2) as working:
            two = tell(house, sink, crowd, working, latency=0.2)
    return Figure(
        figure="handover.postgres.two_processes",
        unit="people/s",
        ours=two.people / two.seconds,
        yardstick=one.people / one.seconds,
        yardstick_name="one process",
        goal=f">= {TWO_GOAL:g}x",
        reached=one.seconds >= TWO_GOAL * two.seconds and not two.lost,
        note=f"64 threads each at 200 ms; sink and PostgreSQL share the two cores with them; lost "
        f"{two.lost}, repeated {two.repeats}",
    )
