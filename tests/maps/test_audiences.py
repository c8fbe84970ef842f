"""Promises of "for whom": whatever language whoever wrote it wrote in."""

import pytest

from maps.finding.audiences import AUDIENCES, EVERYBODY
from maps.finding.search import Eyes, Filters, find
from nucleus.ground.clock import now
from nucleus.ground.i18n import NAMES
from tests.cast import Cast
from tests.resources.furnish import put_resource

SAID = {
    "children": ["Bambini 0-14 anni", "Für Kinder", "ENFANTS", "Niños y niñas", "Діти", "للأطفال"],
    "young": ["Ragazze", "teenagers", "Étudiants", "TINERI", "Молодь", "للشباب"],
    "old": ["Over 65", "Ältere Menschen", "Personnes âgées", "Vârstnici", "ЛІТНІ люди", "المسنين"],
    "women": ["Madri sole", "Frauen", "Femmes enceintes", "MUJERES", "Femei", "Жінки", "للنساء"],
    "families": ["Genitori", "Eltern", "Padres", "Părinți", "Родини", "العائلات"],
    "migrants": ["STP ed ENI", "Geflüchtete", "Réfugiés", "Străini", "БІЖЕНЦІ", "اللاجئين"],
    "homeless": ["Senza fissa dimora", "Sans-abri", "Sin hogar", "Fără adăpost", "مشردين"],
    "disabled": ["Disabilità", "Behinderung", "Discapacidad", "Інвалідність", "الإعاقة"],
}
NOBODY_ELSE = "Pescatori alle prime armi"


def test_every_group_is_named_in_every_language_of_the_house() -> None:
    assert {*SAID} == {*AUDIENCES}
    for each in (EVERYBODY, *(group.words for group in AUDIENCES.values())):
        assert {*each} == {*NAMES}
        assert all(word.strip() for said in each.values() for word in said.split("|"))


def test_a_group_is_understood_in_every_language_and_takes_nobody_elses_place(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        put_resource("nobody", who_for=NOBODY_ELSE)
        put_resource("everybody", who_for="Відкрито для всіх")
        put_resource("unsaid")
        for group, said in SAID.items():
            for words in said:
                put_resource(f"{group}: {words}", who_for=words)
        for group, said in SAID.items():
            found = {hit.name for hit in find(Filters(who=group), Eyes(), now())}
            assert {f"{group}: {words}" for words in said} <= found, group
            assert {"everybody", "unsaid"} <= found
            assert "nobody" not in found, group


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("pharmacie", "pharmacy"), ("аптека", "pharmacy"), ("صيدلية", "pharmacy"),
        ("hôpital", "emergency_room"), ("abogado", "legal_help"), ("mâncare", "food"),
        ("їжа", "food"), ("طعام", "food"), ("Unterkunft", "shelter"), ("притулок", "shelter"),
        ("santé", "clinic"), ("здоров’я", "dentist"), ("chiesa", "worship"),
    ],
)  # fmt: skip
def test_a_kind_of_help_is_found_in_the_readers_own_language(
    cast: Cast, typed: str, kind: str
) -> None:
    with cast.stage():
        put_resource("Qui", category=kind)
        put_resource("Altrove", category="library" if kind != "library" else "food")
        assert [hit.name for hit in find(Filters(text=typed), Eyes(), now())] == ["Qui"]
