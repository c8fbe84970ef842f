"""Forgets words that no entry says any more."""

from collections.abc import Collection

from sqlalchemy import delete, exists, select, text

from nucleus.ground.database import db
from nucleus.resources.wordbook.models import SearchWord
from nucleus.resources.wordbook.queries import says_one_of


def forget_words(unsaid: Collection[str]) -> int:
    """Forget those of these words that really no entry says; return how many that were.

    PostgreSQL holds new entries back for that moment: one that says a word because it stands here
    already would not write it again.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE resource IN SHARE MODE"))
    gone = [
        one for one in unsaid if not db.session.scalar(select(exists().where(says_one_of([one]))))
    ]
    db.session.execute(delete(SearchWord).where(SearchWord.word.in_(gone)))
    return len(gone)
