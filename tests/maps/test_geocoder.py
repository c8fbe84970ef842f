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
        ("S. Giovanni Rotondo", "San Giovanni Rotondo (FG)"),
        ("Via Roma 1, S.Antimo", "Sant'Antimo (NA)"),
        ("C.mare di Stabia", "Castellammare di Stabia (NA)"),
        ("L’Aquila", "L'Aquila (AQ)"),
        ("Cava dei Tirreni", "Cava de' Tirreni (SA)"),
        ("Comune di Aversa", "Aversa (CE)"),
        ("Aoste", "Aosta (AO)"),
        ("St. Leonhard in Passeier", "San Leonardo in Passiria (BZ)"),
        ("Trst", "Trieste (TS)"),
        ("Casteddu", "Cagliari (CA)"),
        ("Reggio Calabria", "Reggio di Calabria (RC)"),
        ("Valsamoggia (BO)", "Valsamoggia (BO)"),
        ("نابولي", "Napoli (NA)"),
        ("Неаполь", "Napoli (NA)"),
    ],
)
def test_an_address_leads_to_its_comune(italy: OfflineItaly, typed: str, found: str) -> None:
    location = italy.geocode(typed)
    assert location is not None
    assert location.address == found
    assert location.raw["precision"] == "comune"


@pytest.mark.parametrize("typed", ["Castro", "Samone", "San Teodoro", "81030", "S. Giorgio"])
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


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Monti San Biagio", "Monte San Biagio (LT)"),
        ("Monti Sant'Angelo", "Monte Sant'Angelo (FG)"),
    ],
)
def test_a_slip_is_not_taken_for_the_town_the_name_ends_in(
    italy: OfflineItaly, typed: str, first: str
) -> None:
    assert italy.geocode(typed) is None
    choices = italy.geocode(typed, exactly_one=False)
    assert isinstance(choices, list)
    assert choices[0].address == first


def test_an_old_name_of_a_merged_comune_is_still_found(italy: OfflineItaly) -> None:
    bazzano, valsamoggia = (italy.geocode(name) for name in ("Bazzano (BO)", "Valsamoggia"))
    assert bazzano is not None
    assert valsamoggia is not None
    assert bazzano.point == valsamoggia.point, "that is where its town hall is"


def test_the_nearest_town_is_found_at_sea_and_at_the_edge_of_a_square(italy: OfflineItaly) -> None:
    comuni = [one for one in italy.gazetteer.places if one.precision is Precision.COMUNE]
    for lat, lon in ((40.0, 11.0), (41.5, 12.5), (46.49, 11.36), (35.5, 12.6)):
        point = Point(lat, lon)
        away = {distance_km(one.point, point): one for one in comuni}
        assert italy.gazetteer.nearest(point) == away[min(away)]


def test_a_name_in_the_wrong_province_is_not_taken(italy: OfflineItaly) -> None:
    assert italy.geocode("Teverola (NA)") is None


@pytest.mark.parametrize("typed", ["", "…", "via Napoli 5", "Via Roma", "Marrakech", "12"])
def test_what_names_no_place_finds_none(italy: OfflineItaly, typed: str) -> None:
    assert italy.geocode(typed, exactly_one=False) is None


def test_a_comune_whose_point_is_unknown_is_not_taken_for_its_neighbour(
    italy: OfflineItaly,
) -> None:
    assert italy.geocode("Monte Cavallo", exactly_one=False) is None


def test_a_point_is_said_in_words(italy: OfflineItaly) -> None:
    location = italy.reverse((40.995, 14.21))
    assert location.address == "Teverola (CE)"
    assert italy.reverse("40.995, 14.21", exactly_one=False)[0].raw["distance_km"] < 5


def test_the_gazetteer_knows_most_comuni_and_names_its_sources() -> None:
    places = load_gazetteer().places
    comuni = [place for place in places if place.precision is Precision.COMUNE]
    assert len(comuni) >= 7800
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
