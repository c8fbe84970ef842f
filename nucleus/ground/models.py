"""Tables every room may use: vocabulary, journal, forms and calls already taken in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nucleus.ground.database import BigId, Model
from nucleus.ground.handmade import make_by_hand


class Term(Model):
    """One word of a controlled vocabulary (`scheme`), with its label in every language.

    `known_as` says by which codes other vocabularies know it, such as
    `{"osm": ["amenity=pharmacy"]}`. `starter` keeps what our starter set said of it last, so that
    what the set learns comes in and what people here changed stays.
    """

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("scheme", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str]
    code: Mapped[str]
    labels: Mapped[dict[str, str]]
    synonyms: Mapped[list[str]] = mapped_column(default=list)
    known_as: Mapped[dict[str, Any]] = mapped_column(default=dict)
    starter: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))

    def label(self, language: str) -> str:
        """Return the label in a language, else in Italian, else the bare code."""
        return self.labels.get(language) or self.labels.get("it") or self.code


class LogEntry(Model):
    """One line of the journal: written once, never changed, chained within seconds."""

    __tablename__ = "log_entry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    word: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[int | None] = mapped_column(unique=True)
    mac: Mapped[str | None]


class JournalSeal(Model):
    """The end of a part of the journal whose entries are gone: its last link, signed.

    `until` is the moment before which all of its entries were written.
    """

    __tablename__ = "journal_seal"
    link: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mac: Mapped[str]
    until: Mapped[datetime]
    at: Mapped[datetime]
    signature: Mapped[str]


class Erasure(Model):
    """Something that somebody took back: a keyed hash of its random name, and when.

    It goes into a file beside the house, so that no older backup brings the thing back.
    """

    __tablename__ = "erasure"
    mark: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class Submission(Model):
    """A form that was taken in, so that sending it twice has one result."""

    __tablename__ = "submission"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(default="/")


class ApiCall(Model):
    """A changing call of a machine, with what it was answered, so that repeating it is harmless.

    `key` is a keyed fingerprint of who calls, the address and the Idempotency-Key; `body_mark` the
    SHA-256 of the body. The answer is sealed: it may hold words that are sealed elsewhere.
    """

    __tablename__ = "api_call"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    body_mark: Mapped[str]
    status: Mapped[int] = mapped_column(default=200)
    sealed_answer: Mapped[bytes] = mapped_column(default=b"")
    content_type: Mapped[str] = mapped_column(default="application/json")
    location: Mapped[str] = mapped_column(default="")


_SQLITE_TRIGGERS = (
    """CREATE TRIGGER log_entry_kept BEFORE DELETE ON log_entry
       WHEN OLD.link IS NULL OR OLD.link > (SELECT coalesce(max(link), 0) FROM journal_seal)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER log_entry_frozen BEFORE UPDATE ON log_entry
       WHEN OLD.mac IS NOT NULL OR OLD.at IS NOT NEW.at OR OLD.word IS NOT NEW.word
         OR OLD.actor_id IS NOT NEW.actor_id OR OLD.subject IS NOT NEW.subject
         OR OLD.facts IS NOT NEW.facts
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_POSTGRES_TRIGGERS = (
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'UPDATE' AND OLD.mac IS NULL
            AND (OLD.at, OLD.word, OLD.actor_id, OLD.subject, OLD.facts::text)
              IS NOT DISTINCT FROM (NEW.at, NEW.word, NEW.actor_id, NEW.subject, NEW.facts::text)
         THEN RETURN NEW; END IF;
         IF TG_OP = 'DELETE' AND OLD.link <= (SELECT max(link) FROM journal_seal)
         THEN RETURN OLD; END IF;
         RAISE EXCEPTION 'the journal is append-only';
       END $$""",
    """CREATE TRIGGER log_entry_frozen BEFORE UPDATE OR DELETE ON log_entry
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
)
make_by_hand(
    LogEntry.__table__,
    {"sqlite": _SQLITE_TRIGGERS, "postgresql": _POSTGRES_TRIGGERS},
    {"postgresql": ("DROP FUNCTION IF EXISTS journal_is_append_only()",)},
)
_SEAL_STAYS = (
    """CREATE TRIGGER journal_seal_kept BEFORE DELETE ON journal_seal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_seal_frozen BEFORE UPDATE ON journal_seal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_SEAL_STAYS_IN_POSTGRES = (
    """CREATE FUNCTION seals_stay() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER journal_seal_kept BEFORE UPDATE OR DELETE ON journal_seal
       FOR EACH ROW EXECUTE FUNCTION seals_stay()""",
)
make_by_hand(
    JournalSeal.__table__,
    {"sqlite": _SEAL_STAYS, "postgresql": _SEAL_STAYS_IN_POSTGRES},
    {"postgresql": ("DROP FUNCTION IF EXISTS seals_stay()",)},
)
