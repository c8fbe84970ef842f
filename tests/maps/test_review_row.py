"""A row that waits is shown as it came, mended or left out, and decided once for all files."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from maps.models import ImportRow, ImportRun
from maps.services import Terms, import_resources
from nucleus.ground.database import db
from nucleus.resources.drafts import foreign_uid
from nucleus.resources.models import Resource
from nucleus.resources.services import verify_resource
from nucleus.resources.twins.jobs import find_twins
from nucleus.resources.twins.models import TwinPair
from tests.cast import Cast
from tests.resources.furnish import put_resource

HEAD = "nome;servizio;indirizzo;citta;provincia;telefono;y;x\n"
SWAPPED = "Mensa;Mensa;Via Po 1;Aversa;CE;;14,2065;40,9730\n"
REFUGE = "Alba;Casa rifugio;Via Segreta 3;Aversa;CE;081 5550123;;\n"
GOOD = "Aurora;Sportello;Via Roma 8;Teverola;CE;081 5550123;40,9949;14,2108\n"


def take(cast: Cast, folder: Path, body: str) -> None:
    path = folder / "parish.csv"
    path.write_text(HEAD + body, encoding="utf-8")
    with cast.app.app_context():
        import_resources(path)


def waiting(cast: Cast) -> list[int]:
    with cast.stage():
        rows = select(ImportRow.id).where(ImportRow.state == "waiting").order_by(ImportRow.id)
        return list(db.session.scalars(rows))


def names(cast: Cast) -> list[str]:
    with cast.stage():
        return sorted(db.session.scalars(select(Resource.name)))


def as_shown(page: str) -> dict[str, str]:
    """Return the form as a browser would send it."""
    fields = dict(re.findall(r'<input[^>]* name="(col_\w+)"[^>]* value="([^"]*)"', page))
    ticked = re.findall(r'<input checked[^>]* name="(col_hidden)"', page)
    fields.pop("col_hidden", None)
    return {**fields, **dict.fromkeys(ticked, "y")}


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    return cast.signed_in(cast.carla)


def test_swapped_numbers_are_proposed_the_right_way_round_and_taken(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, GOOD + SWAPPED)
    (number,) = waiting(cast)
    page = carla.get(f"/maps/row/review/{number}").text
    assert "14,2065" in page
    said = as_shown(page)
    assert (said["col_lat"], said["col_lon"]) == ("40,9730", "14,2065")
    answer = carla.post(f"/maps/row/review/{number}", data={**said, "do": "take"})
    assert answer.status_code == 303
    assert names(cast) == ["Aurora", "Mensa"]
    with cast.stage():
        row = db.session.get_one(ImportRow, number)
        assert (row.state, row.raw, row.by_id) == ("taken", [], cast.carla)
        place = db.session.get_one(Resource, row.resource_id).place
        assert place
        assert (place.lat, place.lon) == (40.973, 14.2065)


def test_looking_changes_nothing_and_a_row_still_wrong_is_not_taken(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, SWAPPED)
    (number,) = waiting(cast)
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    wrong = {**said, "col_lat": "0", "col_lon": "0"}
    assert carla.post(f"/maps/row/review/{number}", data={**said, "do": "look"}).status_code == 200
    refused = carla.post(f"/maps/row/review/{number}", data={**wrong, "do": "take"})
    assert refused.status_code == 422
    assert names(cast) == []
    assert waiting(cast) == [number]


def test_a_refuge_is_proposed_hidden_and_shown_only_when_somebody_is_sure(
    cast: Cast, carla: FlaskClient, client: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, REFUGE)
    (number,) = waiting(cast)
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    assert said.pop("col_hidden") == "y"
    open_ = carla.post(f"/maps/row/review/{number}", data={**said, "do": "take"})
    assert open_.status_code == 422
    hidden = {**said, "col_hidden": "y", "do": "take"}
    assert carla.post(f"/maps/row/review/{number}", data=hidden).status_code == 303
    for path in ("/maps/resources.csv", "/api/v1/resources", "/maps/resources/show"):
        told = client.get(path).text
        assert "Alba" in told
        assert "Segreta" not in told
        assert foreign_uid("parish", "Via Segreta 3\nCasa rifugio\nAlba") not in told


def test_a_row_left_out_does_not_come_back_with_the_next_file(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, SWAPPED + REFUGE)
    first, second = waiting(cast)
    answer = carla.post(f"/maps/row/review/{first}", data={"do": "skip", "why": "Chiusa"})
    assert answer.location.endswith(f"/maps/row/review/{second}")
    take(cast, tmp_path, GOOD + SWAPPED)
    assert waiting(cast) == [second]
    with cast.stage():
        run = db.session.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
        assert run
        assert (run.counts["unchanged"], run.counts["held_back"], run.counts["rows"]) == (1, 0, 2)
        assert db.session.get_one(ImportRow, first).why == "Chiusa"


def test_the_files_word_counts_when_a_person_says_so(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, GOOD)
    with cast.stage():
        row = db.session.scalars(select(Resource)).one()
        verify_resource(row, actor=cast.carla, how="call")
    take(cast, tmp_path, GOOD.replace("5550123", "5550999"))
    (number,) = waiting(cast)
    page = carla.get(f"/maps/row/review/{number}").text
    assert "081 555 0123" in page
    assert "081 555 0999" in page
    carla.post(f"/maps/row/review/{number}", data={**as_shown(page), "do": "take"})
    with cast.stage():
        assert db.session.scalars(select(Resource)).one().phones == ["+390815550999"]
    take(cast, tmp_path, GOOD.replace("5550123", "5550999"))
    assert waiting(cast) == []


def test_a_row_that_was_mended_keeps_its_key(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, SWAPPED)
    (number,) = waiting(cast)
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    carla.post(f"/maps/row/review/{number}", data={**said, "col_name": "Mensa nuova", "do": "take"})
    mended = SWAPPED.replace("14,2065;40,9730", "40,9730;14,2065")
    take(cast, tmp_path, mended)
    assert len(names(cast)) == 1


def test_strangers_and_volunteers_see_no_row(
    cast: Cast, client: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, SWAPPED)
    (number,) = waiting(cast)
    for who in (client, cast.signed_in(cast.vito)):
        assert who.get(f"/maps/row/review/{number}").status_code == 404
        assert who.get("/maps/row/list/1").status_code == 404


def test_the_remarks_of_a_file_come_in_again_as_they_are(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    formula = "=1+1;Mensa;Via Po 9;Aversa;CE;;;\n"
    take(cast, tmp_path, GOOD + SWAPPED + formula)
    remarks = tmp_path / "parish.remarks.csv"
    with carla.get("/maps/import/1/remarks.csv") as answer:
        remarks.write_bytes(answer.data)
        assert answer.headers["Cache-Control"] == "no-store", "addresses of refuges may be in it"
    with cast.app.app_context():
        report = import_resources(remarks, source="parish")
    assert (report.held_back, report.created) == (2, 0)
    assert {one.column for one in report.remarks if one.outcome} == {"y", "nome"}


def test_a_row_about_another_associations_place_is_not_taken(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, GOOD)
    with cast.stage():
        known = db.session.scalars(select(Resource)).one()
        verify_resource(known, actor=cast.dario, how="call")
        known.organisation_id = cast.other_organisation
    take(cast, tmp_path, GOOD.replace("5550123", "5550999"))
    (number,) = waiting(cast)
    page = carla.get(f"/maps/row/review/{number}").text
    answer = carla.post(f"/maps/row/review/{number}", data={**as_shown(page), "do": "take"})
    assert answer.status_code == 422
    assert "un’altra associazione" in answer.text
    assert waiting(cast) == [number]


TWIN = "Sportello Aurora;Sportello salute;Via Roma 8;Teverola;CE;081 5550199;40,9950;14,2109\n"


def with_a_twin(cast: Cast, folder: Path) -> tuple[int, int]:
    """Have a row wait that is probably a place we have; return both numbers."""
    with cast.stage():
        here = put_resource("Sportello Aurora", hours="Mo 09:00-12:00", cost="2 euro")
    take(cast, folder, TWIN)
    (number,) = waiting(cast)
    return number, here


@pytest.mark.parametrize(
    ("do", "phones"), [("fill", ["+390815550123"]), ("renew", ["+390815550199"])]
)
def test_a_row_is_joined_to_the_place_we_have_and_takes_nothing_away(
    cast: Cast, carla: FlaskClient, tmp_path: Path, do: str, phones: list[str]
) -> None:
    number, here = with_a_twin(cast, tmp_path)
    with cast.stage():
        db.session.get_one(Resource, here).phones = ["+390815550123"]
    page = carla.get(f"/maps/row/review/{number}").text
    assert f'value="fill:{here}"' in page
    answer = carla.post(f"/maps/row/review/{number}", data={**as_shown(page), "do": f"{do}:{here}"})
    assert answer.status_code == 303
    assert names(cast) == ["Sportello Aurora"]
    with cast.stage():
        place = db.session.get_one(Resource, here)
        assert (place.phones, place.hours, place.cost) == (phones, "Mo 09:00-12:00", "2 euro")
        assert [one.source for one in place.sources] == ["parish"]
    take(cast, tmp_path, TWIN)
    assert waiting(cast) == []
    assert names(cast) == ["Sportello Aurora"]


def test_another_place_is_taken_in_and_nobody_is_asked_again(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    number, here = with_a_twin(cast, tmp_path)
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    assert carla.post(f"/maps/row/review/{number}", data={**said, "do": "take"}).status_code == 303
    assert len(names(cast)) == 2
    with cast.app.app_context():
        find_twins()
    with cast.stage():
        pairs = db.session.scalars(select(TwinPair)).all()
        assert [(pair.low_id, pair.state) for pair in pairs] == [(here, "different")]


def test_a_point_in_another_town_is_taken_only_when_somebody_is_sure(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    take(cast, tmp_path, GOOD.replace("Teverola;CE", "Milano;MI"))
    (number,) = waiting(cast)
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    path = f"/maps/row/review/{number}"
    assert carla.post(path, data={**said, "do": "take"}).status_code == 422
    right = {**said, "col_comune": "Teverola", "col_province": "CE"}
    assert "sure_point" not in carla.post(path, data={**right, "do": "look"}).text
    sure = {**said, "do": "take", "sure_point": "1"}
    assert carla.post(path, data=sure).status_code == 303
    assert names(cast) == ["Aurora"]


def test_a_row_is_joined_to_no_place_of_another_association(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    number, here = with_a_twin(cast, tmp_path)
    with cast.stage():
        db.session.get_one(Resource, here).organisation_id = cast.other_organisation
    said = as_shown(carla.get(f"/maps/row/review/{number}").text)
    for target in (f"fill:{here}", "fill:999999", "renew:x"):
        answer = carla.post(f"/maps/row/review/{number}", data={**said, "do": target})
        assert answer.status_code == 422, target
    assert waiting(cast) == [number]


def test_a_waiting_row_of_a_house_we_trust_is_taken_under_its_own_name(
    cast: Cast, carla: FlaskClient, tmp_path: Path
) -> None:
    path = tmp_path / "copy.csv"
    row = 'aurora-uid,Aurora,"[[""Parrocchie"", ""7""]]",Via Roma 8,Teverola,CE,14.2108,40.9949'
    path.write_text(f"uid,nome,origins,indirizzo,citta,provincia,y,x\n{row}\n", encoding="utf-8")
    with cast.app.app_context():
        import_resources(path, terms=Terms(trusted=True))
    (number,) = waiting(cast)
    address = f"/maps/row/review/{number}"
    page = carla.get(address).text
    answer = carla.post(address, data={**as_shown(page), "do": "take"})
    assert answer.status_code == 303, answer.text
    assert names(cast) == ["Aurora"]
