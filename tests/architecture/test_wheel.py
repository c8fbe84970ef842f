"""The wheel installs and serves a page: what was built is whole, and holds nothing of the tests."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

TRANSLATIONS = ROOT / "nucleus" / "translations"
SERVE = """
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.environment import read_settings

app = create_app(read_settings())
with app.app_context():
    db.create_all()
answer = app.test_client().get("/")
print(answer.status_code, app.test_client().get("/static/vendor/htmx.min.js").status_code)
print(*sorted(rule.rule for rule in app.url_map.iter_rules()), sep="\\n")
"""


@dataclass(frozen=True)
class Installed:
    """A wheel in an environment of its own, with an empty directory to work in."""

    wheel: Path
    programs: Path
    place: Path

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs as an operator would."""
        ours = {name: value for name, value in os.environ.items() if "NUCLEUS" not in name}
        return subprocess.run(
            [self.programs / program, *words],
            cwd=self.place, env=ours | {"NUCLEUS_DATA": str(self.place / "data"), "PYTHONPATH": ""},
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def names(self) -> set[str]:
        """Every file inside the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return set(archive.namelist())


def do(*words: str | Path) -> None:
    """Run a step of the building; its whole output is the error when it fails."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout, installed without a network beside the libraries we have."""
    folder = tmp_path_factory.mktemp("wheel")
    do("build", "--no-isolation", "--wheel", "--outdir", folder / "dist")
    (wheel,) = (folder / "dist").iterdir()
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    paths = {"base": str(environment), "platbase": str(environment)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    # A folder named in a .pth file lends its libraries, but not the checkout its own .pth names.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = environment / "bin" / "python"
    quiet = ("-q", "--no-deps", "--no-index", "--no-input", "--disable-pip-version-check")
    do("pip", "--python", python, "install", "--force-reinstall", *quiet, wheel)
    place = folder / "place"
    place.mkdir()
    return Installed(wheel, environment / "bin", place)


def test_an_operator_starts_from_the_wheel_and_sees_a_page(installed: Installed) -> None:
    """Help, a key ring, the tables, the start page and what it loads: all from the wheel."""
    assert "init" in installed.run("nucleus", "--help").stdout
    first = installed.run("nucleus", "init")
    assert first.returncode == 0, first.stderr
    if (ROOT / "nucleus" / "migrations" / "versions").exists():
        tables = installed.run("nucleus", "upgrade")
        assert tables.returncode == 0, tables.stderr
    served = installed.run("python", "-c", SERVE)
    assert served.returncode == 0, served.stderr
    assert served.stdout.splitlines()[0] == "200 200"


def test_the_product_comes_from_the_wheel_and_not_from_the_checkout(installed: Installed) -> None:
    """Otherwise the other promises here would be about the wrong files."""
    where = installed.run("python", "-c", "import nucleus, maps, alerts; print(alerts.__file__)")
    assert str(installed.programs.parent) in where.stdout


def test_templates_translations_and_browser_libraries_are_inside(installed: Installed) -> None:
    """Git ignores some of them; the wheel must not."""
    names = installed.names()
    vendor = ROOT / "nucleus" / "static" / "vendor"
    wanted = {f"nucleus/templates/{p.name}" for p in (ROOT / "templates").glob("*.html")}
    wanted |= {p.relative_to(ROOT).as_posix() for p in vendor.rglob("*") if p.is_file()}
    wanted |= {
        p.with_suffix(".mo").relative_to(ROOT).as_posix() for p in TRANSLATIONS.rglob("*.po")
    }
    assert wanted - names == set()
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_nothing_of_the_tests_or_of_this_machine_is_inside(installed: Installed) -> None:
    """The demo's one-click sign-in lives among the tests and stays there."""
    tops = {name.partition("/")[0] for name in installed.names()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"nucleus", "maps", "alerts"}
    strange = (".pyc", ".db", ".sqlite", ".env", "key-ring.txt", ".DS_Store")
    assert [n for n in installed.names() if n.endswith(strange) or "node_modules" in n] == []


def test_the_wheel_has_no_demo_door(installed: Installed) -> None:
    """Nobody signs in as somebody else with one click, except in the demo."""
    installed.run("nucleus", "init")
    rules = installed.run("python", "-c", SERVE).stdout.splitlines()[1:]
    assert rules
    assert [rule for rule in rules if "demo" in rule] == []
    with zipfile.ZipFile(installed.wheel) as archive:
        code = [name for name in archive.namelist() if name.endswith((".py", ".html"))]
        assert [n for n in code if b"tests.demo" in archive.read(n)] == []
