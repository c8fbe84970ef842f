"""The figure `import.round_trip`: the real lists out as HSDS, into an empty house, out again."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask

from maps.services import Terms, import_resources
from nucleus.app import create_app
from nucleus.ground.database import db
from tests.benchmarks.figures import Figure
from tests.conftest import settings_for


def round_trip(lists: list[Path]) -> Figure:
    """Take the lists in, give them away, take that into an empty house, and compare."""
    with TemporaryDirectory() as folder:
        first, second = (house(Path(folder) / name) for name in ("first", "second"))
        with first.app_context():
            for path in lists:
                source = "OpenStreetMap" if path.suffix == ".pbf" else None
                import_resources(path, source=source, terms=Terms(abroad=True))
        before = exported(first, Path(folder) / "before.json")
        with second.app_context():
            copy = Path(folder) / "before.json"
            import_resources(copy, source="copy", terms=Terms(trusted=True, abroad=True))
        after = exported(second, Path(folder) / "after.json")
        for app in (first, second):
            with app.app_context():
                db.engine.dispose()
    same = sum(1 for uid, service in before.items() if after.get(uid) == service)
    return Figure(
        figure="import.round_trip",
        unit="services the same",
        ours=same,
        goal=f"{len(before)} of {len(before)}",
        reached=before == after,
        yardstick=len(before),
        yardstick_name="services given away",
        note=f"from {', '.join(path.name for path in lists)}; HSDS 3.1 JSON, empty house, again",
    )


def house(folder: Path) -> Flask:
    """Return an empty house."""
    folder.mkdir()
    app = create_app(settings_for(folder))
    with app.app_context():
        db.create_all()
    return app


def exported(app: Flask, out: Path) -> dict[str, Any]:
    """Give a house's list away; return its services by id."""
    told = app.test_cli_runner().invoke(args=["export", "resources", str(out)])
    if told.exit_code:
        raise SystemExit(told.output)
    return {one["id"]: one for one in json.loads(out.read_text())["contents"]}
