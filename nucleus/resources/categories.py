"""Gives a house the starter categories, and what the set learnt since."""

from sqlalchemy import select

from nucleus.ground.database import db
from nucleus.ground.models import Term
from nucleus.resources.models import Resource
from nucleus.resources.services import index_words
from nucleus.resources.terms import SCHEME, Category, grown, starter_categories

MANY = 500


def ensure_categories() -> None:
    """Add the starter categories that are not there yet, and what the set learnt of the others.

    What people here changed stays: words of their own, and words they took out.
    """
    known = select(Term).where(Term.scheme == SCHEME)
    there = {term.code: term for term in db.session.scalars(known)}
    for one in starter_categories():
        if one.code in there:
            _let_grow(there[one.code], one)
            continue
        parent = there.get(one.parent)
        term = Term(scheme=SCHEME, code=one.code, starter=one.facts, **one.facts)
        term.parent_id = parent.id if parent else None
        db.session.add(term)
        db.session.flush()
        there[one.code] = term


def _let_grow(term: Term, one: Category) -> None:
    """Take in what the starter set learnt of a category; searches find its places by new words."""
    if term.starter == one.facts:
        return
    here = {name: getattr(term, name) for name in one.facts}
    said = grown(here, term.starter, one.facts)
    for name, value in said.items():
        setattr(term, name, value)
    term.starter = one.facts
    db.session.flush()
    if (said["labels"], said["synonyms"]) != (here["labels"], here["synonyms"]):
        mine = select(Resource).where(Resource.category_id == term.id)
        for resource in db.session.scalars(mine.execution_options(yield_per=MANY)):
            index_words(resource)
