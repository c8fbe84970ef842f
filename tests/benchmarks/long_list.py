"""The figure `import.memory`: how much memory the longest list takes, from the file to the places.

A process of its own takes it in, so that its peak is the list's and nobody else's.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from maps.services import import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from tests.benchmarks.figures import Figure, cpu_of
from tests.conftest import settings_for

GOAL_MB = 300
HEAD = "id;nome;servizio;indirizzo;citta;provincia;orari;telefono;y;x;descrizione\n"
SERVICES = ("Mensa", "Sportello salute", "Centro di ascolto", "Biblioteca", "Dormitorio")
HOURS = ("lunedì e mercoledì 9-12", "dal lunedì al venerdì 9:00-13:00", "martedì 15-18", "")
SIDE = 1000
"""Places stand on a grid over Italy, so many in a row."""


def long_list(rows: int, database: str = "") -> Figure:
    """Take a made-up list of so many rows into an empty house."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            file.writelines(made_up(rows))
        size = path.stat().st_size
        words = [sys.executable, "-m", __name__, folder, database]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = json.loads(told.splitlines()[-1])
    return Figure(
        figure="import.memory",
        unit="MB, the peak of the whole process",
        ours=found["peak"],
        goal=f"<= {GOAL_MB}",
        reached=found["peak"] <= GOAL_MB and found["counts"]["created"] == rows,
        yardstick=found["before"],
        yardstick_name="the same process before it opened the file",
        note=f"{rows} rows, {size / 1e6:.0f} MB; {found['counts']}; {found['cpu']:.0f} CPU-s",
    )


def made_up(rows: int) -> Iterator[str]:
    """Give rows that are all different places."""
    for at in range(rows):
        lat, lon = 37 + at // SIDE * 0.0085, 8 + at % SIDE * 0.0101
        point = f"{lat:.5f};{lon:.5f}".replace(".", ",")
        yield (
            f"{at};Sportello numero {at};{SERVICES[at % 5]};Via Roma {at // SIDE};"
            f"Comune {at % SIDE};CE;"
            f"{HOURS[at % 4]};081 555{at % 10_000:04};{point};Ascolto e orientamento {at}\n"
        )


def take_in(folder: Path, database: str) -> None:
    """Take the list in and print what it cost."""
    app = create_app(settings_for(folder, database))
    with app.app_context():
        db.create_all()
        before = peak()
        counts: dict[str, int] = {}
        spent = cpu_of(lambda: counts.update(import_resources(folder / "list.csv").counts()))
        db.engine.dispose()
    print(json.dumps({"peak": peak(), "before": before, "cpu": spent, "counts": counts}))


def peak() -> float:
    """Return the most memory this process ever held, in MB.

    Not by `getrusage`: a program inherits that figure from the larger one that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    take_in(Path(sys.argv[1]), sys.argv[2])
