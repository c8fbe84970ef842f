"""The cells of one row under our words, and the remarks about them that grow while it is read.

A cell that can't be right costs its row when a wrong answer would send somebody astray; what is
only unclear is taken, and named for a person to look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from maps.formats.cells import (
    FORMULA,
    MARKUP,
    is_month_first,
    is_yes,
    read_count,
    read_counted_day,
    read_day,
    without_layout,
)
from maps.formats.tables import BY_MACHINE, WORDS, Row
from maps.formats.tables import FORMULA as SIGNS
from nucleus.ground.clock import now
from nucleus.ground.dates import full_day
from nucleus.ground.words import is_seen
from nucleus.resources.drafts import Outcome, Remark
from nucleus.resources.hours import ITALY

EARLIEST = date(1990, 1, 1)
"""No list of today says what was true before; a cell left at a program's first day does."""

CELL_OF = {"where": "address", "hours_words": "hours", "category_id": "category"}
"""Facts of a place that stand under another word in a list."""

NOTED = {
    "unknown": lazy_gettext(
        "The cell holds a formula without its result. Open the file in a spreadsheet and save "
        "it, or write what the cell says."
    ),
    "changing": lazy_gettext(
        "The cell is computed anew each time somebody opens the file. Write what is true instead."
    ),
    "is over": lazy_gettext(
        "The list says that this is over, or closed for now. Leave it out, or ask them."
    ),
    "no point": lazy_gettext(
        "The geometry holds no coordinates we can read. Write them, or leave them empty."
    ),
    "odd point": lazy_gettext(
        "The geometry is not written as GeoJSON says. Look whether this point is right."
    ),
    "several points": lazy_gettext(
        "The geometry names several points. We chose the first: look whether it is right."
    ),
    "wide area": lazy_gettext(
        "The geometry is no point but wide. We chose one inside: put it where people go in."
    ),
}
"""What a workbook, a map or a register says of a cell for which its row has to wait."""

ERRORS = frozenset(
    [
        *("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
        *("#RIF!", "#N/D", "#VALORE!", "#NOME?", "#NULLO!"),
    ]
)
"""What a spreadsheet writes where it could not compute, in English and in Italian."""


@dataclass(frozen=True)
class Reading:
    """How a file is read.

    Attributes:
        headings: the file's own names of its columns.
        mapping: where our words stand among them.
        abroad: whether its places may lie outside the country.
        trusting: whether its ids and confirmations count as our own do.
    """

    headings: tuple[str, ...]
    mapping: Mapping[str, int]
    abroad: bool = False
    trusting: bool = False

    @property
    def tomorrow(self) -> date:
        """Return the last day a fact can be from; east of us it has come already."""
        return now().date() + timedelta(days=1)

    @property
    def furthest(self) -> date:
        """Return the last day on which hours for now may end: what never ends is not for now."""
        return now().date() + timedelta(days=366) if not self.trusting else date.max

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return the headings nobody will read."""
        used = set(self.mapping.values())
        return tuple(name for at, name in enumerate(self.headings) if at not in used and name)

    @property
    def knows_us(self) -> bool:
        """Say whether the file names kinds of help as we do: a known format, or a table of ours."""
        return self.headings == WORDS or set(BY_MACHINE) <= set(self.headings)

    def heading(self, word: str) -> str:
        """Return the file's own heading for one of our words."""
        at = self.mapping.get(word)
        return self.headings[at] if at is not None else word

    def headings_of(self, facts: str) -> str:
        """Return the file's own headings for facts as places have them, one or several."""
        words = (CELL_OF.get(fact, fact) for fact in facts.split(", "))
        return ", ".join(dict.fromkeys(self.heading(word) for word in words))


@dataclass(frozen=True)
class Refused(Exception):
    """A row that is not taken, with the cell and the reason."""

    column: str
    words: str
    outcome: Outcome


@dataclass
class Cells:
    """The cells of one row; asks of them are answered, or the row is refused by its cell."""

    row: Row
    reading: Reading
    remarks: list[Remark] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, word: str) -> str:
        """Return what stands under one of our words, or nothing."""
        return self.said.get(word, "")

    def remark(self, word: str, words: str) -> None:
        """Name a cell for a person to look at; its row is taken all the same."""
        self.remarks.append(Remark(self.row.number, self.reading.heading(word), words))

    def refuse(self, word: str, words: str, outcome: Outcome = Outcome.FAILED) -> Refused:
        """Return the refusal of the row because of one cell."""
        return Refused(self.reading.heading(word), words, outcome)

    def read(self) -> None:
        """Put the cells under our words; a formula or a script in one holds the row back."""
        for word in self.reading.mapping:
            said = self.raw(word)
            self.said[word] = said if word in BY_MACHINE else self._plain(word, said)

    def raw(self, word: str) -> str:
        """Return a cell as it came, but for the mark that we ourselves put before a formula."""
        at = self.reading.mapping.get(word)
        said = "" if at is None or at >= len(self.row.raw) else self.row.raw[at].replace("\0", "")
        return said[1:] if said[:1] == "'" and said[1:].startswith(SIGNS) else said

    def note(self, word: str) -> str:
        """Return what the workbook says of a cell besides its text."""
        return self.row.notes.get(self.reading.mapping.get(word, -1), "")

    def _plain(self, word: str, said: str) -> str:
        said = " ".join(said.split())
        said = said if is_seen(said) else ""
        self._refuse_uncomputed(word, said)
        if FORMULA.match(said):
            words = _("The cell holds a formula. Write what it says instead.")
            raise self.refuse(word, words, Outcome.HELD_BACK)
        if "<" in said or "javascript" in said.lower():
            return self._without_markup(word, said)
        return said

    def _refuse_uncomputed(self, word: str, said: str) -> None:
        """Hold the row back when a cell has no value, or one that is no fact."""
        if words := NOTED.get(self.note(word)):
            raise self.refuse(word, str(words), Outcome.HELD_BACK)
        if said in ERRORS:
            words = _("The spreadsheet could not compute this cell: %(text)s.", text=said)
            raise self.refuse(word, words, Outcome.HELD_BACK)

    def _without_markup(self, word: str, said: str) -> str:
        bare = without_layout(said)
        if MARKUP.search(bare):
            words = _("The cell holds HTML or a script. Write plain words instead.")
            raise self.refuse(word, words, Outcome.HELD_BACK)
        if bare != said:
            self.remark(word, _("Layout marks of web pages were left out."))
        return bare

    def flag(self, word: str) -> bool:
        """Return yes or no; a row that says neither waits for a person."""
        said = is_yes(self[word])
        if said is None:
            words = _("“%(text)s” is neither yes nor no.", text=self[word])
            raise self.refuse(word, words, Outcome.HELD_BACK)
        return said

    def count(self, word: str) -> int | None:
        """Return a whole number, if the cell holds one."""
        said = self[word]
        number = read_count(said)
        if said and number is None:
            self.remark(word, _("“%(text)s” is not a whole number.", text=said))
        return number

    def day(self, word: str, *, latest: date) -> date | None:
        """Return a day, if the cell holds one that can be meant; else it is named and left out."""
        said = self[word]
        if not said:
            return None
        day = read_day(said) or read_counted_day(said)
        if reason := _day_doubt(said, day, latest):
            self.remark(word, reason)
            return None
        if day and (is_month_first(said) or not read_day(said)):
            long = full_day(day)
            words = _("We read “%(text)s” as %(day)s. Is it meant so?", text=said, day=long)
            self.remark(word, words)
        return day

    def moment(self, word: str) -> datetime:
        """Return a moment, of a day its beginning; a row without one waits for a person."""
        said, moment = self[word], None
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            if day := read_day(said):
                moment = datetime.combine(day, time())
        reason = _day_doubt(said, moment.date() if moment else None, self.reading.tomorrow)
        if moment is None or reason:
            raise self.refuse(word, reason, Outcome.HELD_BACK)
        return moment if moment.tzinfo else moment.replace(tzinfo=ITALY)


def _day_doubt(said: str, day: date | None, latest: date) -> str:
    """Return why a day can't be meant, or nothing."""
    if day is None:
        return str(_("“%(text)s” is not a day we can read.", text=said))
    if day < EARLIEST:
        return str(_("“%(text)s” is too long ago to be true.", text=said))
    if day > latest:
        return str(_("“%(text)s” is too far ahead to be true.", text=said))
    return ""
