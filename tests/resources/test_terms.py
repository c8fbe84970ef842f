"""Promises of the starter categories: a tree other maps understand, named in every language."""

import pytest
from sqlalchemy import select

from maps.finding.question import Eyes, Filters
from maps.finding.search import search
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.ground.words import plain
from nucleus.resources.categories import ensure_categories
from nucleus.resources.queries import categories_under, category_by_code
from nucleus.resources.terms import LANGUAGES, OTHER, starter_categories
from tests.cast import Cast
from tests.resources.furnish import put_resource

SOUGHT = {
    "it": {"sportello di ascolto": "counselling", "dormitorio": "shelter", "mensa": "food"},
    "en": {"residence permit": "legal_help", "soup kitchen": "food"},
    "de": {"Hausarzt": "clinic", "Aufenthaltserlaubnis": "legal_help", "Suppenküche": "food"},
    "es": {"médico de cabecera": "clinic", "comedor social": "food", "ropa": "clothes"},
    "fr": {"titre de séjour": "legal_help", "hébergement": "shelter", "urgences": "emergency_room"},
    "ro": {"medic de familie": "clinic", "cazare": "shelter", "haine": "clothes"},
    "uk": {"сімейний лікар": "clinic", "ночівля": "shelter", "юрист": "legal_help"},
    "ar": {"تصريح الإقامة": "legal_help", "مأوى": "shelter", "طبيب": "clinic"},
}
"""What somebody types who needs it, in their own words."""


def test_every_category_has_a_name_in_every_language() -> None:
    for one in starter_categories():
        assert all(one.labels[language] for language in LANGUAGES), one.code


def test_no_two_categories_have_the_same_name_in_a_language() -> None:
    for language in LANGUAGES:
        names = [plain(one.labels[language]) for one in starter_categories()]
        assert len(names) == len(set(names)), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_in_any_language_finds_the_kind_of_help(cast: Cast, language: str) -> None:
    with cast.stage():
        for words, code in SOUGHT[language].items():
            number = put_resource("Aurora", category=code)
            found = search(Filters(text=words), Eyes(), clock.now()).hits(limit=99)
            assert number in {hit.id for hit in found}, words


def test_the_tree_has_its_parents_first_and_two_levels() -> None:
    roots = {one.code for one in starter_categories() if not one.parent}
    seen: set[str] = set()
    for one in starter_categories():
        assert not one.parent or (one.parent in roots and one.parent in seen), one.code
        assert one.code not in seen
        seen.add(one.code)
    assert OTHER in roots


def test_a_tag_of_openstreetmap_means_one_category() -> None:
    tags = [tag for one in starter_categories() for tag in one.known_as["osm"]]
    assert len(tags) == len(set(tags))
    assert all(tag.count("=") == 1 for tag in tags)


def test_a_wide_category_holds_its_narrow_ones_and_changed_labels_stay(cast: Cast) -> None:
    with cast.stage():
        ensure_categories()
        pharmacy = category_by_code("pharmacy")
        assert pharmacy
        pharmacy.labels = {**pharmacy.labels, "it": "Farmacia di zona"}
    with cast.stage():
        ensure_categories()
        pharmacy = category_by_code("pharmacy")
        assert pharmacy
        assert pharmacy.labels["it"] == "Farmacia di zona"
        under = set(db.session.scalars(categories_under("health")))
        assert pharmacy.id in under
        roots = select(Term.id).where(Term.parent_id.is_(None), Term.code != "health")
        assert under.isdisjoint(db.session.scalars(roots))


def test_a_house_learns_the_words_the_set_learnt_and_keeps_its_own(cast_on_both: Cast) -> None:
    """An older set knew less, one word more, and called the category otherwise."""
    with cast_on_both.stage():
        ensure_categories()
        number = put_resource("Aurora", category="food")
        food = category_by_code("food")
        assert food
        new = food.starter
        older = {**new, "synonyms": [*new["synonyms"][2:], "stale", "theirs"], "known_as": {}}
        food.starter = {**older, "labels": {**new["labels"], "it": "Pasti", "en": "Food then"}}
        food.synonyms = [*new["synonyms"][3:], "stale", "own"]  # took two out, put one in
        food.labels = {**new["labels"], "it": "Mense", "en": "Food then"}
        food.known_as = {}
    with cast_on_both.stage():
        ensure_categories()
        food = category_by_code("food")
        assert food
        learnt, out = new["synonyms"][:2], new["synonyms"][2]
        assert set(food.synonyms) == {*new["synonyms"], "own"} - {out}
        assert food.labels == {**new["labels"], "it": "Mense"}
        assert food.known_as == new["known_as"]
        assert food.starter == new
        found = search(Filters(text=learnt[0]), Eyes(), clock.now()).hits(limit=9)
        assert number in {hit.id for hit in found}


def test_a_house_from_before_keeps_its_labels_and_gets_the_words_it_lacks(cast: Cast) -> None:
    with cast.stage():
        ensure_categories()
        food = category_by_code("food")
        assert food
        new, food.starter = food.starter, {}
        food.labels, food.synonyms = {"it": "Mense"}, ["own"]
        ensure_categories()
        assert food.labels == {**new["labels"], "it": "Mense"}
        assert food.synonyms == ["own", *new["synonyms"]]


def test_nothing_is_written_when_nothing_was_learnt(cast: Cast) -> None:
    with cast.stage():
        ensure_categories()
        db.session.flush()
        ensure_categories()
        assert not db.session.dirty
