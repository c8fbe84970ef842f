"""Promises of the starter categories: a tree in three languages that other maps understand."""

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.resources.queries import categories_under, category_by_code
from nucleus.resources.services import ensure_categories
from nucleus.resources.terms import LANGUAGES, OTHER, starter_categories
from tests.cast import Cast


def test_every_category_has_a_name_in_every_language() -> None:
    for one in starter_categories():
        assert all(one.labels[language] for language in LANGUAGES), one.code


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
