"""`search`: words among ten thousand to three hundred thousand places, beside a scan of all."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import Select, select, text

from maps.finding.question import Eyes, Filters
from maps.finding.search import Search, search
from maps.locating.gazetteer import the_gazetteer
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.resources.models import Resource
from nucleus.resources.policy import FINDABLE
from tests.benchmarks.figures import Figure
from tests.benchmarks.near_figures import cpu_with_server, crowded
from tests.maps.crowd import crowd_of
from tests.misspellings import MISSPELT
from tests.postgres import empty_database, running

EVERYONE = Eyes()
FASTER, RECALLED = 5, 0.95
MANY, SOON_MS, ALIKE = 100_000, 20, 1.5
DOES = (
    "accoglienza", "orientamento", "tessera sanitaria", "stranieri", "medicina generale", "pasti",
    "vestiti", "docce", "corsi di lingua", "ascolto psicologico", "assistenza legale", "famiglie",
    "donne", "minori", "anziani", "senza dimora", "gratuito", "appuntamento",
)  # fmt: skip
EVERYDAY = ("mensa", "docce", "assistenza legale", "sportello sanitaria", "spor", "ascol donne")
NOWHERE = ("xyzzy", "qwertz mensa")
MISTYPED = ("mensa milanoo", "asistenza legle", "sportelo tesera", "dcoce napli", "aversa docce")
MISTYPED_MS = 50


def run(options: dict[str, str]) -> list[Figure]:
    """Measure both databases; `--places=10000,100000,300000` says among how many."""
    sizes = [int(size) for size in options.get("places", "10000,100000,300000").split(",")]
    figures = []
    for places in sizes:
        with TemporaryDirectory() as folder, told(Path(folder), places) as app:
            figures += measured(app, "sqlite", places)
    with (
        TemporaryDirectory(prefix="nucleus-pg-") as folder,
        running(Path(folder, "data")) as server,
    ):
        for places in sizes:
            with (
                empty_database(server) as url,
                TemporaryDirectory() as data,
                told(Path(data), places, url) as app,
            ):
                figures += measured(app, "postgresql", places)
    return figures


@contextmanager
def told(folder: Path, places: int, url: str = "") -> Iterator[Flask]:
    """Lend a house whose places say where they are and what they do, in some fifteen words."""
    towns = [place.name for place in the_gazetteer().places]

    def say(draw: Random) -> str:
        street = f"via {draw.choice(towns)} {draw.randrange(300)}"
        return f"{' '.join(draw.sample(DOES, 6))} {street} {draw.choice(towns)}"

    with crowded(folder, places, url, put=lambda number: crowd_of(number, say=say)) as app:
        yield app


@dataclass(frozen=True)
class Asked:
    """What one round of questions found, and how long each way took."""

    ours: float
    scanned: float
    missed: int


def measured(app: Flask, database: str, places: int) -> list[Figure]:
    """Measure rare words, everyday ones and slips, each by the index and by the scan."""
    draw = Random(5)
    towns = [plain(draw.choice(the_gazetteer().places).name) for _ in range(40)]
    rare = [*towns, *(town[1:-1] for town in towns if len(town) > 7), *NOWHERE]
    with app.app_context():
        if database == "postgresql":  # the CPU of helpers would be in no figure
            db.session.execute(text("SET max_parallel_workers_per_gather = 0"))
        cpu = cpu_with_server(database)
        figures = [
            compared(name, asked(questions, cpu), database, places)
            for name, questions in (("rare", rare), ("everyday", EVERYDAY))
        ]
        return [*figures, slips(database, places, cpu), mistyped(database, places, cpu)]


def asked(questions: Sequence[str], cpu: Callable[[Callable[[], object]], float]) -> Asked:
    """Ask each question both ways; what only the scan found was missed."""
    missed = sum(len(set(by_scan(each)) - set(by_words(each))) for each in questions)
    ours = cpu(lambda: [by_words(each) for each in questions]) / len(questions)
    scanned = cpu(lambda: [by_scan(each) for each in questions]) / len(questions)
    return Asked(ours * 1000, scanned * 1000, missed)


def compared(name: str, round_: Asked, database: str, places: int) -> Figure:
    """Return the figure of one round.

    Everyday words stand in so many places that reading these is the work, and among ten thousand
    nobody waits for either way.
    """
    if name == "rare" and places >= MANY:
        goal, reached = f"{FASTER}x less than a plain scan", round_.scanned >= FASTER * round_.ours
    else:
        most = max(SOON_MS, ALIKE * round_.scanned)
        goal, reached = f"<= {SOON_MS} ms, or {ALIKE}x a plain scan", round_.ours <= most
    return Figure(
        figure=f"search.{name}.{database}.{places}",
        unit="ms CPU a question (every id)",
        ours=round_.ours,
        goal=f"nothing missed, {goal}",
        reached=reached and not round_.missed,
        yardstick=round_.scanned,
        yardstick_name="LIKE '%word%' over every place, in the same run",
        note=f"{round_.scanned / round_.ours:.1f}x less; the scan found {round_.missed} that we "
        "missed; the database's CPU is in it",
    )


def slips(database: str, places: int, cpu: Callable[[Callable[[], object]], float]) -> Figure:
    """Return how many misspelt towns find the places that name the town that was meant."""
    there = {each: ids for each, town in MISSPELT.items() if (ids := set(by_scan(town)))}
    lost = [each for each, ids in there.items() if not ids & set(by_words(each))]
    spent = cpu(lambda: [by_words(each) for each in there]) / len(there) * 1000
    recall = 1 - len(lost) / len(there)
    return Figure(
        figure=f"search.slips.{database}.{places}",
        unit="of misspelt towns found",
        ours=recall,
        goal=f">= {RECALLED}",
        reached=recall >= RECALLED,
        note=f"{len(there)} misspellings, {spent:.1f} ms CPU each; lost: {', '.join(lost)}",
    )


def mistyped(database: str, places: int, cpu: Callable[[Callable[[], object]], float]) -> Figure:
    """Return what two words with a slip or two cost: what was meant is sought, then who says it."""
    spent = cpu(lambda: [by_words(each) for each in MISTYPED]) / len(MISTYPED) * 1000
    return Figure(
        figure=f"search.mistyped.{database}.{places}",
        unit="ms CPU a question of two words (every id)",
        ours=spent,
        goal=f"<= {MISTYPED_MS}",
        reached=spent <= MISTYPED_MS,
        note="the database's CPU is in it",
    )


def by_words(typed: str) -> list[int]:
    """Ask as the product asks."""
    found: Search = search(Filters(text=typed), EVERYONE, now())
    return list(db.session.scalars(found.asking(select(Resource.id))))


def by_scan(typed: str) -> list[int]:
    """Ask as one would without an index."""
    everything: Select[int] = select(Resource.id).where(
        Resource.visibility.in_(EVERYONE.visibilities), Resource.state.in_(FINDABLE)
    )
    for word in plain(typed).split():
        everything = everything.where(Resource.search_text.contains(word, autoescape=True))
    return list(db.session.scalars(everything))
