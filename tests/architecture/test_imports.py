"""A page asks for no heavy library, and the lower floors stand without the upper ones."""

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT

HEAVY = {"apprise", "folium", "geopy", "flask_migrate", "alembic", "weasyprint", "numpy", "pytest"}
START_PAGE = """
import json, sys
from pathlib import Path
from nucleus.app import ROOMS, create_app
from nucleus.ground.crypto import new_ring_line, read_ring
from nucleus.ground.database import db
from nucleus.ground.settings import Settings

data, floors = Path(sys.argv[1]), tuple(sys.argv[2:])
rooms = tuple(room for room in ROOMS if room.startswith(floors))
settings = Settings(
    data=data, database_url=f"sqlite:///{data / 'nucleus.db'}", ring=read_ring(new_ring_line())
)
app = create_app(settings, rooms=rooms)
with app.app_context():
    db.create_all()
answer = app.test_client().get("/")
modules = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"status": answer.status_code, "rooms": rooms, "modules": modules}))
"""


def start_page(data: Path, *floors: str) -> tuple[int, list[str], set[str]]:
    """Show the start page in a process of its own: its status, the rooms, what was imported."""
    told = subprocess.run(
        [sys.executable, "-c", START_PAGE, str(data), *floors],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout.splitlines()[-1])
    return said["status"], said["rooms"], set(said["modules"])


def test_the_start_page_imports_no_heavy_library(tmp_path: Path) -> None:
    """Each would make every start of the web process slower for everybody."""
    status, _, modules = start_page(tmp_path, "nucleus", "maps", "alerts")
    assert status == 200
    assert modules & HEAVY == set()


def test_the_nucleus_starts_without_maps_and_alerts(tmp_path: Path) -> None:
    """Arrows point down: whoever stands below needs nobody above."""
    status, rooms, modules = start_page(tmp_path, "nucleus")
    assert status == 200
    assert all(room.startswith("nucleus.") for room in rooms)
    assert modules & {"maps", "alerts"} == set()


def test_maps_start_without_alerts(tmp_path: Path) -> None:
    """An association may want the map and no alerts."""
    status, _, modules = start_page(tmp_path, "nucleus", "maps")
    assert status == 200
    assert "alerts" not in modules
