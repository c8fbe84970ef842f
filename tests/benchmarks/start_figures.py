"""`start`: what the real server costs until its first page, and then when nothing happens."""

import time

from tests.benchmarks.figures import Figure, in_turn
from tests.benchmarks.house import SmallHouse, small_house
from tests.benchmarks.processes import first_page_cpu, running

BARE = "bare Flask + SQLAlchemy + Security, same web server"
START_GOAL, IDLE_GOAL = 2.2, 150.0
SETTLE_SECONDS = 4.0
"""Memory is looked at when freed pages have had the time to go back; no promise hangs on it."""


def run(options: dict[str, str]) -> list[Figure]:
    """Measure both figures; `--rounds=5` says how often each is started."""
    rounds = int(options.get("rounds", "5"))
    with small_house() as house:
        first_page_cpu(house.bare_command)  # makes its database, and warms the disk for both
        first_page_cpu(house.command)
        return [start(house, rounds), idle(house, max(1, rounds // 2))]


def start(house: SmallHouse, rounds: int) -> Figure:
    """Measure the CPU from the start of the process to the first page."""
    ours, bare = in_turn(
        lambda: first_page_cpu(house.command),
        lambda: first_page_cpu(house.bare_command),
        rounds=rounds,
    )
    return Figure(
        figure="start",
        unit="CPU-s to the first page",
        ours=ours,
        yardstick=bare,
        yardstick_name=BARE,
        goal=f"<= {START_GOAL}",
        reached=ours <= START_GOAL,
        note=f"nucleus serve on SQLite, the whole process tree, median of {rounds}",
    )


def idle(house: SmallHouse, rounds: int) -> Figure:
    """Measure the memory of everything, seconds after the first page and the first letters."""
    ours, bare = in_turn(
        lambda: memory_after_letters(house), lambda: memory_of_bare(house), rounds=rounds
    )
    return Figure(
        figure="idle",
        unit="MB PSS idle",
        ours=ours,
        yardstick=bare,
        yardstick_name=BARE,
        goal=f"<= {IDLE_GOAL:g}",
        reached=ours <= IDLE_GOAL,
        note=f"web, sender and jobs on SQLite after a page and a letter on each channel, "
        f"median of {rounds}",
    )


def memory_after_letters(house: SmallHouse) -> float:
    """Return our memory once the sender has really sent on each channel."""
    with running(house.command) as server:
        house.sinks.forget()
        posted = house.post_one_letter_a_channel()
        if not house.sinks.wait_for(lambda: house.sinks.copies().total() >= posted):
            raise RuntimeError(f"{posted} letters were posted and did not all arrive")
        time.sleep(SETTLE_SECONDS)
        return server.memory()


def memory_of_bare(house: SmallHouse) -> float:
    """Return the yardstick's memory."""
    with running(house.bare_command) as server:
        time.sleep(SETTLE_SECONDS)
        return server.memory()
