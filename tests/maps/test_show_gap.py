"""Promises of the page of gaps: the same places as everywhere, counted by town, kind and hour."""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from html import unescape

from maps.services import import_resources
from nucleus.ground.words import plain
from nucleus.places.services import Whereabouts
from tests.cast import Cast
from tests.real_data import real_file
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


def test_every_number_leads_to_as_many_places(cast_on_both: Cast) -> None:
    """However the town was spelt, and with the choices that were made."""
    cast = cast_on_both
    with cast.stage():
        put_resource("Mensa", where=AVERSA, category="food")
        put_resource("Posto letto", where=replace(AVERSA, comune="AVERSA"), category="shelter")
        put_resource("Docce", where=Whereabouts(comune="Aversa"), category="washing")
        put_resource("Clinica", where=NAPLES, category="clinic", languages=("it", "ar"))
        put_resource("Da nessuna parte", where=Whereabouts("Via Po 1"), category="clinic")
    carla = cast.signed_in(cast.carla)
    for asked, links in (("", 8), ("&category=food", 4), ("&language=ar", 4)):
        page = carla.get(f"/maps/gap/show?lang=en{asked}").text
        numbers = re.findall(
            r'<a href="(/maps/resources/show[^"]+)" aria-label="[^"]+: (\d+)"', page
        )
        assert len(numbers) >= links - 2, page
        for address, number in numbers:
            assert f'data-total="{number}"' in carla.get(unescape(address)).text, address
    assert ">AVERSA<" not in carla.get("/maps/gap/show?lang=en").text


def test_the_numbers_of_a_real_list_are_those_of_counting_its_rows(cast: Cast) -> None:
    """Counted by the page, and by hand from the file itself."""
    path = real_file("sanimapp.csv")
    with cast.app.app_context():
        import_resources(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    by_hand = Counter(plain(row["Città"]) for row in rows)
    carla = cast.signed_in(cast.carla)
    told = list(csv.DictReader(io.StringIO(carla.get("/maps/gap.csv?lang=en").text)))
    counted: Counter[str] = Counter()
    for line in told:
        if line["counted_by"] == "town_kind":
            counted[re.sub(r" [a-z]{2}$", "", plain(line["row"]))] += int(line["places"])
    assert sum(counted.values()) == len(rows) == 167
    assert counted == by_hand
