"""The demo's one-click sign-in exists in the demo and nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from nucleus.ground.environment import KNOWN, SettingsMistake, read_settings
from tests.cast import Cast
from tests.conftest import RING
from tests.demo.door import open_door
from tests.demo.sinks import Sinks

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """Both sinks, running."""
    with Sinks() as running:
        yield running


def test_the_house_has_no_such_door(app: Flask) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.rule]


def test_no_setting_opens_it() -> None:
    assert not [name for name in KNOWN if "DEMO" in name or "DEBUG" in name]
    with pytest.raises(SettingsMistake, match="NUCLEUS_DEMO is not a setting"):
        read_settings({"NUCLEUS_DEMO": "1", "NUCLEUS_KEYS": RING})


def test_the_product_does_not_know_the_tests() -> None:
    rooms = [ROOT / room for room in ("nucleus", "maps", "alerts")]
    files = [file for room in rooms for file in room.rglob("*.py")]
    assert files
    assert not [file for file in files if re.search(r"(from|import) tests", file.read_text())]


def test_in_the_demo_one_click_makes_you_somebody(cast: Cast, sinks: Sinks) -> None:
    open_door(cast.app, sinks)
    visitor = cast.app.test_client()
    assert b"Carla Coppola" in visitor.get("/demo/people").data
    assert visitor.post(f"/demo/people/{cast.carla}/be").status_code == 303
    assert visitor.get("/alerts/alert/list").status_code == 200


def test_the_demo_shows_what_the_sinks_received(cast: Cast, sinks: Sinks) -> None:
    open_door(cast.app, sinks)
    assert cast.app.test_client().get("/demo/received").status_code == 200
