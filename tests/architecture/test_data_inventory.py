"""We know of every column whether it is about a person, why we keep it, how long, who sees it."""

from collections.abc import Iterator
from typing import Any

import yaml
from flask import Flask

from nucleus.ground.boards import forgetting
from nucleus.ground.database import Base
from tests.architecture.tree import ROOT

FILE = ROOT / "nucleus" / "data" / "data_inventory.yml"
FACTS = {"basis": "bases", "retention": "retentions", "audience": "audiences"}
INVENTORY: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
KEPT = {"always", "membership"}
"""Nothing has to happen by itself: erasing a person is somebody's wish."""

TABLES: dict[str, dict[str, Any]] = INVENTORY["tables"]


def listed(table: str) -> Iterator[tuple[str, str]]:
    """Yield each column the inventory lists for a table, with its class."""
    for grade in INVENTORY["classes"]:
        for column in TABLES[table].get(grade, ()):
            yield column, grade


def test_it_knows_every_table_and_none_that_is_gone(app: Flask) -> None:
    assert sorted(Base.metadata.tables) == sorted(TABLES)


def test_it_knows_every_column_once_and_none_that_is_gone(app: Flask) -> None:
    wrong = []
    for name, table in Base.metadata.tables.items():
        known = [column for column, _ in listed(name)] if name in TABLES else []
        real = [column.name for column in table.columns]
        wrong += [
            f"{name}.{column} is not in {FILE.name}" for column in real if column not in known
        ]
        wrong += [f"{name}.{column} is gone" for column in known if column not in real]
        wrong += [f"{name}.{column} is listed twice" for column in known if known.count(column) > 1]
    assert wrong == []


def test_every_column_has_its_basis_retention_and_audience() -> None:
    wrong = []
    for name, entry in TABLES.items():
        for where in (entry, *entry.get("but", {}).values()):
            stray = {
                f"{fact} {where[fact]}"
                for fact, vocabulary in FACTS.items()
                if fact in where and where[fact] not in INVENTORY[vocabulary]
            }
            wrong += [f"{name}: {each} is not explained" for each in sorted(stray)]
        wrong += [f"{name} has no {fact}" for fact in FACTS if fact not in entry]
        known = {column for column, _ in listed(name)}
        wrong += [
            f"{name}: but {column}?" for column in entry.get("but", {}) if column not in known
        ]
        allowed = {*FACTS, *INVENTORY["classes"], "but", "forgets"}
        wrong += [f"{name}: what is {key}?" for key in entry if key not in allowed]
    assert wrong == []


def test_what_is_about_a_person_has_a_basis() -> None:
    wrong = []
    for name, entry in TABLES.items():
        for column, grade in listed(name):
            basis = entry.get("but", {}).get(column, {}).get("basis", entry["basis"])
            if grade != "none" and basis == "none":
                wrong.append(f"{name}.{column} is {grade} and has no basis")
            if grade == "sensitive" and basis == "membership":
                wrong.append(f"{name}.{column} is sensitive and needs care, consent or duty")
    assert wrong == []


def test_what_points_at_a_person_is_about_a_person(app: Flask) -> None:
    pointing = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in {"person", "account"}
    }
    harmless = {(t, c) for t in TABLES for c, grade in listed(t) if grade == "none"}
    assert sorted(pointing & harmless) == []


def test_no_secret_is_shown_to_everybody() -> None:
    shown = [n for n, e in TABLES.items() if e.get("secret") and e["audience"] == "everybody"]
    assert shown == []


def test_what_is_not_kept_for_ever_is_forgotten_by_a_job_that_runs(app: Flask) -> None:
    jobs = {job.name for job in app.extensions["nucleus.jobs"]}
    wrong = []
    for name, entry in TABLES.items():
        single = (but.get("retention") for but in entry.get("but", {}).values())
        spans = {entry["retention"], *single}
        ends = bool(spans - KEPT - {None})
        if ends and entry.get("forgets") not in jobs:
            wrong.append(f"{name} is kept {spans - {None}}, and forgets: {entry.get('forgets')}")
        if not ends and "forgets" in entry:
            wrong.append(f"{name} is kept, and forgets: {entry['forgets']}")
    assert wrong == []


def test_the_rules_of_the_board_are_the_tables_that_name_it(app: Flask) -> None:
    ruled = [rule.name for rule in app.extensions[forgetting.RULES]]
    named = [name for name, entry in TABLES.items() if entry.get("forgets") == "forget_old_rows"]
    assert sorted(ruled) == sorted(named)
