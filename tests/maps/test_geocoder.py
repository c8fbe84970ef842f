"""Promises of the offline gazetteer, behind geopy's interface."""

import csv
import gzip
import json

import pytest

from maps.earth.geometry import Point, distance_km
from maps.locating.gazetteer import DATA, Precision, load_gazetteer
from maps.locating.geocoder import OfflineItaly, offline
from tests.real_data import real_file


@pytest.fixture(scope="module")
def italy() -> OfflineItaly:
    return offline()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Via Roma 8, 81030 Teverola CE", "Teverola (CE)"),
        ("Via Campana, 30 - 81030 Teverola (Caserta), Italia", "Teverola (CE)"),
        ("P.zza Garibaldi 3 Aversa", "Aversa (CE)"),
        ("Bozen", "Bolzano (BZ)"),
        ("Bolzano/Bozen", "Bolzano (BZ)"),
        ("forli", "Forlì (FC)"),
        ("Reggio Emilia", "Reggio nell'Emilia (RE)"),
        ("Milano, via Bologna 3", "Milano (MI)"),
        ("San Teodoro (ME)", "San Teodoro (ME)"),
    ],
)
def test_an_address_leads_to_its_comune(italy: OfflineItaly, typed: str, found: str) -> None:
    location = italy.geocode(typed)
    assert location is not None
    assert location.address == found
    assert location.raw["precision"] == "comune"


@pytest.mark.parametrize("typed", ["Castro", "Samone", "San Teodoro", "81030"])
def test_an_ambiguous_name_gives_a_list_and_never_a_guess(italy: OfflineItaly, typed: str) -> None:
    assert italy.geocode(typed) is None
    choices = italy.geocode(typed, exactly_one=False)
    assert isinstance(choices, list)
    assert len(choices) > 1


def test_a_slip_of_the_pen_is_offered_but_not_taken(italy: OfflineItaly) -> None:
    assert italy.geocode("Casaleccio di Reno") is None
    choices = italy.geocode("Casaleccio di Reno", exactly_one=False)
    assert isinstance(choices, list)
    assert choices[0].address == "Casalecchio di Reno (BO)"


def test_a_name_in_the_wrong_province_is_not_taken(italy: OfflineItaly) -> None:
    assert italy.geocode("Teverola (NA)") is None


@pytest.mark.parametrize("typed", ["", "…", "via Napoli 5", "Via Roma", "Marrakech", "12"])
def test_what_names_no_place_finds_none(italy: OfflineItaly, typed: str) -> None:
    assert italy.geocode(typed, exactly_one=False) is None


def test_a_comune_whose_point_is_unknown_is_not_taken_for_its_neighbour(
    italy: OfflineItaly,
) -> None:
    assert italy.geocode("Monte San Pietro", exactly_one=False) is None


def test_a_point_is_said_in_words(italy: OfflineItaly) -> None:
    location = italy.reverse((40.995, 14.21))
    assert location.address == "Teverola (CE)"
    assert italy.reverse("40.995, 14.21", exactly_one=False)[0].raw["distance_km"] < 5


def test_the_gazetteer_knows_most_comuni_and_names_its_sources() -> None:
    places = load_gazetteer().places
    comuni = [place for place in places if place.precision is Precision.COMUNE]
    assert len(comuni) >= 7670
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    assert any("GeoNames" in line and "CC BY" in line for line in data["attribution"])
    assert any("ISTAT" in line for line in data["attribution"])
    assert DATA.stat().st_size < 200_000


def test_real_desks_lie_near_the_comune_the_gazetteer_finds(italy: OfflineItaly) -> None:
    with real_file("sanimapp.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    near = 0
    for row in rows:
        found = italy.geocode(f"{row['Città'].strip()} ({row['Provincia'].strip()})")
        point = Point(float(row["y"].replace(",", ".")), float(row["x"].replace(",", ".")))
        if found is not None:
            near += distance_km(Point(found.latitude, found.longitude), point) < 35
    assert near >= 166, "one comune is misspelt in the file; all others must be found"
