"""Goes through the wordbook once a night: a deleted name must not stay behind in it."""

from sqlalchemy import select

from nucleus.ground.database import breathe, db, reading, transaction
from nucleus.resources.models import Resource
from nucleus.resources.wordbook.models import SearchWord
from nucleus.resources.wordbook.services import forget_words

CHUNK = 200
"""Words a transaction, so that nobody waits long for it."""


def forget_unsaid_words() -> int:
    """Forget the words no entry says any more; return how many that were."""
    with reading():
        known = set(db.session.scalars(select(SearchWord.word)))
        for said in db.session.scalars(select(Resource.search_text)).yield_per(5_000):
            known.difference_update(said.split())
    forgotten = 0
    unsaid = sorted(known)
    for at in range(0, len(unsaid), CHUNK):
        with transaction():
            forgotten += forget_words(unsaid[at : at + CHUNK])
        breathe()
    return forgotten
