"""What is probably here already, or lies in another town than it says, waits for a person."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from maps.services import import_resources
from nucleus.ground.database import db
from nucleus.resources.drafts import ImportReport, Outcome
from nucleus.resources.models import Resource
from tests.cast import Cast
from tests.resources.furnish import put_resource

HEAD = "nome;servizio;indirizzo;citta;provincia;telefono;y;x\n"
AURORA = "Sportello Aurora;Sportello salute;Via Roma 8;Teverola;CE;;40,9950;14,2109\n"
MENSA = "Mensa dei poveri;Mensa;Via Po 3;Aversa;CE;;40,9731;14,2066\n"


def take(cast: Cast, folder: Path, body: str, source: str = "parish") -> ImportReport:
    path = folder / f"{source}.csv"
    path.write_text(HEAD + body, encoding="utf-8")
    with cast.app.app_context():
        return import_resources(path)


def how_many(cast: Cast) -> int:
    with cast.stage():
        return db.session.scalar(select(func.count()).select_from(Resource)) or 0


def test_a_row_that_is_probably_here_from_somebody_else_waits(
    cast_on_both: Cast, tmp_path: Path
) -> None:
    with cast_on_both.stage():
        put_resource("Sportello Aurora")
    report = take(cast_on_both, tmp_path, AURORA + MENSA)
    (remark,) = report.remarks
    assert (remark.row, remark.column, remark.outcome) == (2, "nome", Outcome.HELD_BACK)
    assert "Sportello Aurora" in remark.words
    assert (report.created, report.held_back) == (1, 1)
    assert how_many(cast_on_both) == 2


def test_the_same_phone_alone_is_no_twin_and_the_own_list_is_never_asked_about(
    cast: Cast, tmp_path: Path
) -> None:
    with cast.stage():
        put_resource("Consultorio di quartiere", phones=["+390815550123"])
    first = take(
        cast, tmp_path, "Segretariato;Sportello;Via Po 9;Aversa;CE;081 5550123;;\n" + MENSA
    )
    assert (first.created, first.held_back) == (2, 0)
    again = take(cast, tmp_path, MENSA.replace("dei poveri", "dei povero"))
    assert (again.created, again.held_back) == (1, 0)


@pytest.mark.parametrize("town", ["Milano;MI", "Napoli;NA"])
def test_a_point_that_lies_in_another_town_waits_and_is_named(
    cast: Cast, tmp_path: Path, town: str
) -> None:
    far = AURORA.replace("Teverola;CE", town)
    report = take(cast, tmp_path, far + MENSA)
    (remark,) = report.remarks
    assert (remark.row, remark.column, remark.outcome) == (2, "y", Outcome.HELD_BACK)
    assert town.split(";")[0] in remark.words
    assert report.created == 1


def test_a_list_that_only_says_where_it_said_before_is_not_asked_again(
    cast: Cast, tmp_path: Path
) -> None:
    far = AURORA.replace("Teverola;CE", "Milano;MI").replace(";40,9950;14,2109", ";;")
    assert take(cast, tmp_path, far).created == 1
    assert take(cast, tmp_path, far.replace(";;;", ";02 5550123;;")).updated == 1
