"""Promises of the page of gaps: the same places as everywhere, counted by town, kind and hour."""

import csv
import io

from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, put_resource


def test_places_are_counted_by_town_kind_language_and_hour(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        put_resource("Mensa", where=AVERSA, category="food", hours="Mo-Fr 12:00-14:00")
        put_resource("Posto letto", where=AVERSA, category="shelter", hours="24/7")
        put_resource("Clinica", where=NAPLES, category="clinic", hours=None, languages=("it", "ar"))
    carla = cast.signed_in(cast.carla)
    rows = list(csv.DictReader(io.StringIO(carla.get("/maps/gap.csv?lang=en").text)))
    told = {(row["counted_by"], row["row"], row["column"]): int(row["places"]) for row in rows}
    assert told["town_kind", "Aversa (CE)", "Roof and food"] == 2
    assert told["town_kind", "Aversa (CE)", "Health"] == 0
    assert told["town_kind", "Napoli (NA)", "Health"] == 1
    assert told["language", "ar", ""] == 1
    assert told["hour", "Mon", "12"] in {1, 2}, "one if this Monday is a holiday"
    assert told["hour", "Sun", "03"] == 1
    by = carla.get("/maps/gap.csv?lang=en&by=province&category=food").text
    assert "province_kind,CE,Roof and food,1" in by
    page = carla.get("/maps/gap/show?lang=en").text
    assert "1 place says no hours." in page


def test_gaps_are_for_those_who_coordinate(cast: Cast) -> None:
    assert cast.signed_in(cast.bea).get("/maps/gap/show").status_code == 404
