"""Promises of reading Italian prose: every word understood, or handed back."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nucleus.resources.hours import check_hours
from nucleus.resources.prose_hours import propose_hours
from tests.real_data import real_file


@pytest.mark.parametrize(
    ("prose", "osm"),
    [
        ("dal lunedì al venerdì 8.30-16.30", "Mo-Fr 08:30-16:30"),
        (
            "dal lunedì al venerdì 9.30-12.15 sabato 8.30-12.00 lunedì e giovedì anche 14.30-16.30",
            "Mo,Th 09:30-12:15,14:30-16:30; Tu,We,Fr 09:30-12:15; Sa 08:30-12:00",
        ),
        ("lunedì 8.30-13.30 /14.30-16.30", "Mo 08:30-13:30,14:30-16:30"),
        ("martedì ore 14.00-16.00; giovedì ore 14.00\u201317.00", "Tu 14:00-16:00; Th 14:00-17:00"),
        ("Lun. - Ven. 9:00-13:00", "Mo-Fr 09:00-13:00"),
        ("dal lunedi' al giovedi' dalle ore 9 alle ore 13", "Mo-Th 09:00-13:00"),
        ("dal venerdì al lunedì 10-12", "Mo,Fr-Su 10:00-12:00"),
        ("dal lunedì alla domenica 8-20", "Mo-Su 08:00-20:00"),
        ("H24", "24/7"),
        ("tutti i giorni 24 ore su 24", "24/7"),
        ("sabato e domenica 24h/24", "Sa,Su 00:00-24:00"),
    ],
)
def test_plain_prose_is_understood(prose: str, osm: str) -> None:
    proposal = propose_hours(prose)
    assert proposal.is_clean
    assert proposal.osm == osm


@pytest.mark.parametrize(
    ("prose", "leftover"),
    [
        ("lunedì (migranti) 15.00-17.00", "migranti)"),
        ("2° sabato del mese 9.00-11.00", "2°"),
        ("sabato e prefestivi 7.30-12.00", "prefestivi"),
        ("su appuntamento", "appuntamento"),
        ("lunedì chiuso", "chiuso"),
        ("tutti i giorni 8-20 escluso festivi", "festivi"),
        ("Lunedi/Mercoledi 9-12", "/"),
        ("marzo 9-12", "marzo"),
        ("8.30-12", "8.30-12"),
        ("sabato", "sabato"),
        ("lunedì, mercoledì", "mercoledì"),
        ("dal lunedì al mercoledì", "dal lunedì al mercoledì"),
        ("lunedì 9-12, martedì", "martedì"),
        ("lunedì 18-8", "18-8"),
        ("lunedì 25-26", "25-26"),
        ("lunedì 9.75-10", "9.75-10"),
        ("lunedì 9-12, lunedì 11-13", "lun 09:00-12:00, 11:00-13:00"),
    ],
)
def test_what_is_not_understood_is_handed_back_and_never_guessed(prose: str, leftover: str) -> None:
    proposal = propose_hours(prose)
    assert not proposal.is_clean
    assert leftover in proposal.leftovers


@given(st.text(alphabet="lunedìmargvsabto 0123456789.:-/,;e°()", max_size=60))
def test_whatever_is_typed_the_proposal_is_empty_or_readable(prose: str) -> None:
    assert check_hours(propose_hours(prose).osm) == propose_hours(prose).osm


def test_of_the_real_strings_at_least_150_are_clean_and_none_is_lost() -> None:
    with real_file("sanimapp.csv").open(encoding="utf-8", newline="") as file:
        proposals = [propose_hours(row["Orari"]) for row in csv.DictReader(file)]
    assert len(proposals) == 167
    assert sum(one.is_clean for one in proposals) >= 150
    assert all(one.is_clean or one.leftovers for one in proposals)
