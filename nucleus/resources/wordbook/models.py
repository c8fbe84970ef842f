"""Every word some entry says, and the indexes by which the entries that say it are found.

Triggers keep both true, whoever writes: SQLite in FTS5 tables, PostgreSQL in GIN indexes of what
every server has. An extension would need an administrator of the database.
"""

from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import Model
from nucleus.ground.handmade import MADE_AGAIN, make_by_hand
from nucleus.resources.models import Resource


class SearchWord(Model):
    """One word in plain letters. The same word may stand here twice, when two wrote it at once.

    Nothing says who wrote it where; a word that no entry says any more is forgotten by a job.
    """

    __tablename__ = "search_word"
    __table_args__ = MADE_AGAIN
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(index=True)


_NOTE_NEW = """
  INSERT INTO resource_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
  INSERT INTO search_word (word)
  SELECT DISTINCT each.value
  FROM json_each('["' || replace(NEW.search_text, ' ', '","') || '"]') AS each
  WHERE each.value <> ''
    AND NOT EXISTS (SELECT 1 FROM search_word AS known WHERE known.word = each.value);
"""
_FORGET_OLD = """
  INSERT INTO resource_words (resource_words, rowid, search_text)
  VALUES ('delete', OLD.id, OLD.search_text);"""

make_by_hand(
    SearchWord.__table__,
    {
        "sqlite": (
            "CREATE VIRTUAL TABLE search_word_grams USING fts5("
            "word, content='', tokenize='trigram', detail='none', columnsize=0)",
            """CREATE TRIGGER search_word_added AFTER INSERT ON search_word BEGIN
  INSERT INTO search_word_grams (rowid, word) VALUES (NEW.id, ' ' || NEW.word || ' ');
END""",
            """CREATE TRIGGER search_word_gone AFTER DELETE ON search_word BEGIN
  INSERT INTO search_word_grams (search_word_grams, rowid, word)
  VALUES ('delete', OLD.id, ' ' || OLD.word || ' ');
END""",
        ),
        "postgresql": (
            """CREATE FUNCTION search_grams(word text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT array_agg(DISTINCT substr(' ' || word || ' ', at, 3))
        FROM generate_series(1, length(word)) AS at)""",
            "CREATE INDEX ix_search_word_grams ON search_word USING gin (search_grams(word))"
            " WITH (fastupdate = off)",
        ),
    },
    {
        "sqlite": ("DROP TABLE IF EXISTS search_word_grams",),
        "postgresql": ("DROP FUNCTION IF EXISTS search_grams(text)",),
    },
    names=("search_word_grams", "ix_search_word_grams"),
)
make_by_hand(
    Resource.__table__,
    {
        "sqlite": (
            "CREATE VIRTUAL TABLE resource_words USING fts5("
            "search_text, content='', tokenize='ascii', detail='none', columnsize=0)",
            f"CREATE TRIGGER resource_words_added AFTER INSERT ON resource BEGIN{_NOTE_NEW}END",
            "CREATE TRIGGER resource_words_changed AFTER UPDATE OF search_text ON resource"
            " WHEN OLD.search_text <> NEW.search_text"
            f" BEGIN{_FORGET_OLD}{_NOTE_NEW}END",
            f"CREATE TRIGGER resource_words_gone AFTER DELETE ON resource BEGIN{_FORGET_OLD}\nEND",
        ),
        "postgresql": (
            "CREATE INDEX ix_resource_words ON resource"
            " USING gin (string_to_array(search_text, ' ')) WITH (fastupdate = off)",
            """CREATE FUNCTION note_search_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_word (word)
  SELECT DISTINCT one FROM written, unnest(string_to_array(written.search_text, ' ')) AS one
  WHERE one <> '' AND NOT EXISTS (SELECT 1 FROM search_word AS known WHERE known.word = one);
  RETURN NULL;
END $$""",
            """CREATE TRIGGER resource_words_added AFTER INSERT ON resource
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_search_words()""",
            """CREATE FUNCTION note_search_words_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_word (word)
  SELECT DISTINCT one FROM unnest(string_to_array(NEW.search_text, ' ')) AS one
  WHERE one <> '' AND NOT EXISTS (SELECT 1 FROM search_word AS known WHERE known.word = one);
  RETURN NULL;
END $$""",
            """CREATE TRIGGER resource_words_changed AFTER UPDATE OF search_text ON resource
FOR EACH ROW WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)
EXECUTE FUNCTION note_search_words_of_row()""",
        ),
    },
    {
        "sqlite": ("DROP TABLE IF EXISTS resource_words",),
        "postgresql": (
            "DROP FUNCTION IF EXISTS note_search_words()",
            "DROP FUNCTION IF EXISTS note_search_words_of_row()",
        ),
    },
    names=("resource_words", "ix_resource_words"),
)
