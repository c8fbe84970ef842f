"""Understands one row of a list of places, whatever format it came in.

A cell that can't be right costs its row when a wrong answer would send somebody astray; what is
only unclear is taken, and named for a person to look at.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _

from maps.formats.cells import (
    FORMULA,
    MARKUP,
    is_yes,
    language_code,
    numbers_in,
    read_count,
    read_day,
    without_layout,
)
from maps.formats.tables import BY_MACHINE, WORDS, Row
from maps.gazetteer import the_gazetteer
from nucleus.ground.words import plain
from nucleus.people.addresses import BadAddress, tidy
from nucleus.places.italy import Doubt, doubt_about, read_degrees
from nucleus.places.services import Whereabouts
from nucleus.resources.drafts import Draft, Outcome, Remark, Seen
from nucleus.resources.forms import OLDEST, read_hours
from nucleus.resources.hours import UnreadableHours, check_hours
from nucleus.resources.models import FIELD_GROUPS, VISIBILITIES

PROVINCES = re.compile(r"[A-Za-z]{2}")
CIRCLES = {
    "pubblico": "public",
    "membri": "members",
    "soccorritori": "responders",
    "coordinatori": "coordinators",
}
FREE_WORDS = ("what", "who_for", "cost", "documents", "how_to_get_in", "offered_by")


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
    def ignored(self) -> tuple[str, ...]:
        """Return the headings nobody will read."""
        used = set(self.mapping.values())
        return tuple(name for at, name in enumerate(self.headings) if at not in used and name)

    def heading(self, word: str) -> str:
        """Return the file's own heading for one of our words."""
        at = self.mapping.get(word)
        return self.headings[at] if at is not None else word


@dataclass(frozen=True)
class Refused(Exception):
    """A row that is not taken, with the cell and the reason."""

    column: str
    words: str
    outcome: Outcome


def understand(row: Row, reading: Reading) -> tuple[Draft | None, list[Remark]]:
    """Return the row as a draft, or None, with remarks that name its row and column."""
    reader = _Reader(row, reading)
    try:
        return reader.draft(), reader.remarks
    except Refused as refusal:
        remark = Remark(row.number, refusal.column, refusal.words, refusal.outcome)
        return None, [remark]


@dataclass
class _Reader:
    """Reads the cells of one row and collects what is unclear."""

    row: Row
    reading: Reading
    remarks: list[Remark] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    def cell(self, word: str) -> str:
        return self.cells.get(word, "")

    def remark(self, word: str, words: str) -> None:
        self.remarks.append(Remark(self.row.number, self.reading.heading(word), words))

    def refuse(self, word: str, words: str, outcome: Outcome = Outcome.FAILED) -> Refused:
        return Refused(self.reading.heading(word), words, outcome)

    def read_cells(self) -> None:
        """Put the cells under our words; a formula or a script in one holds the row back."""
        for word, at in self.reading.mapping.items():
            said = self.row.raw[at].replace("\0", "") if at < len(self.row.raw) else ""
            if word in BY_MACHINE:
                self.cells[word] = said
                continue
            said = " ".join(said.split())
            if FORMULA.match(said):
                words = _("The cell holds a formula. Write what it says instead.")
                raise self.refuse(word, words, Outcome.HELD_BACK)
            if "<" in said or "javascript" in said.lower():
                said = self.without_markup(word, said)
            self.cells[word] = said

    def without_markup(self, word: str, said: str) -> str:
        bare = without_layout(said)
        if MARKUP.search(bare):
            words = _("The cell holds HTML or a script. Write plain words instead.")
            raise self.refuse(word, words, Outcome.HELD_BACK)
        if bare != said:
            self.remark(word, _("Layout marks of web pages were left out."))
        return bare

    def draft(self) -> Draft:
        if self.row.fault:
            raise Refused("", self.row.fault, Outcome.FAILED)
        self.read_cells()
        where, category = self.where(), self.cell("category")
        own = self.cell("name")
        if not own and not category:
            raise self.refuse("name", _("The row has no name."))
        name = own or ", ".join(part for part in (category, where.address or where.comune) if part)
        key = self.cell("id") or "\n".join((self.cell("address"), category, own))
        told = self.day("told_on")
        return Draft(
            row=self.row.number,
            key=key,
            category=category,
            facts={"name": name, **self.facts(), "what": self.what(own, category)},
            where=where,
            languages=self.languages(),
            told_on=told,
            **self.trusted(),  # type: ignore[arg-type]
        )

    def what(self, own: str, category: str) -> str | None:
        """Keep the source's own words for the service when the name does not say them."""
        return self.cell("what") or (category if own and not self.knows_us() else None) or None

    def knows_us(self) -> bool:
        """Say whether the format names kinds of help by itself, so that nothing of it is lost."""
        return self.reading.headings == WORDS

    def trusted(self) -> dict[str, object]:
        """Return the names and dates of another installation of ours, if we trust the file."""
        if not self.reading.trusting:
            return {}
        try:
            told = json.loads(self.cell("fresh") or "{}")
            fresh = {group: _seen(told[group]) for group in FIELD_GROUPS if group in told}
            origins = tuple((str(a), str(b)) for a, b in json.loads(self.cell("origins") or "[]"))
        except (ValueError, TypeError, AttributeError, KeyError) as cause:
            words = _("The dates of this row can't be read.")
            raise self.refuse("fresh", words) from cause
        ids = {name: self.cell(name) or None for name in ("uid", "place_uid")}
        return {**ids, "fresh": fresh, "origins": origins}

    def facts(self) -> dict[str, object]:
        return {
            **{word: self.cell(word) or None for word in FREE_WORDS},
            **self.ages(),
            **self.capacity(),
            "phones": self.phones(),
            "email": self.email(),
            "web": self.web(),
            "wheelchair": self.wheelchair(),
            "by_appointment": self.flag("by_appointment"),
            "phone_first": self.flag("phone_first"),
            "visibility": self.visibility(),
            **self.hours(),
            **self.emergency(),
        }

    def where(self) -> Whereabouts:
        comune, province = self.cell("comune") or None, self.cell("province")
        address = self.cell("address") or None
        if address and comune and plain(address).startswith(plain(comune) + " "):
            address = address.split(",", 1)[-1].strip() or address
        short = province.upper() if PROVINCES.fullmatch(province) else None
        return Whereabouts(
            address=address,
            comune=comune,
            province=short or letters_of(province),
            label=self.cell("label") or None,
            point=self.point(),
            hidden=self.flag("hidden"),
        )

    def point(self) -> tuple[float, float] | None:
        typed = self.cell("lat"), self.cell("lon")
        if not any(typed):
            return None
        numbers = [read_degrees(each) for each in typed]
        for word, number, text in zip(("lat", "lon"), numbers, typed, strict=True):
            if number is None:
                raise self.refuse(word, _("“%(text)s” is not a number of degrees.", text=text))
        lat, lon = numbers
        if lat is None or lon is None:
            return None
        doubt = doubt_about(lat, lon)
        if doubt and not (self.reading.abroad and doubt is Doubt.OUTSIDE and on_earth(lat, lon)):
            raise self.refuse("lat", doubt_words(doubt), Outcome.HELD_BACK)
        return lat, lon

    def flag(self, word: str) -> bool:
        said = is_yes(self.cell(word))
        if said is None:
            words = _("“%(text)s” is neither yes nor no.", text=self.cell(word))
            raise self.refuse(word, words, Outcome.HELD_BACK)
        return said

    def count(self, word: str) -> int | None:
        said = self.cell(word)
        number = read_count(said)
        if said and number is None:
            self.remark(word, _("“%(text)s” is not a whole number.", text=said))
        return number

    def day(self, word: str) -> date | None:
        said = self.cell(word)
        day = read_day(said) if said else None
        if said and day is None:
            self.remark(word, _("“%(text)s” is not a day we can read.", text=said))
        return day

    def ages(self) -> dict[str, object]:
        low, high = self.count("age_from"), self.count("age_to")
        if max(low or 0, high or 0) > OLDEST or (None not in (low, high) and low > high):  # type: ignore[operator]
            self.remark("age_to", _("Nobody is of these ages."))
            low = high = None
        return {"age_from": low, "age_to": high}

    def capacity(self) -> dict[str, object]:
        free, most, unit = self.count("capacity_free"), self.count("capacity_max"), ""
        if free is not None or most is not None:
            unit = self.cell("capacity_unit") or str(_("places"))
        if None not in (free, most) and free > most:  # type: ignore[operator]
            self.remark("capacity_free", _("More are free than there are."))
            free = None
        numbers: dict[str, object] = {"capacity_free": free, "capacity_max": most}
        numbers["capacity_unit"] = unit or None
        if self.cell("capacity_at") and unit:
            numbers["capacity_at"] = self.moment("capacity_at")
        return numbers

    def moment(self, word: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.cell(word))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            words = _("“%(text)s” is not a day we can read.", text=self.cell(word))
            raise self.refuse(word, words, Outcome.HELD_BACK)
        return moment

    def phones(self) -> list[str]:
        said = self.cell("phones")
        numbers = numbers_in(said)
        if said and not numbers:
            self.remark(
                "phones", _("No number that can be dialled was found in “%(text)s”.", text=said)
            )
        return numbers

    def email(self) -> str | None:
        said = self.cell("email")
        try:
            return tidy("email", said) if said else None
        except BadAddress:
            self.remark("email", _("“%(text)s” is not an e-mail address.", text=said))
            return None

    def web(self) -> str | None:
        said = self.cell("web")
        if not said:
            return None
        address = said if "://" in said else f"https://{said}"
        if re.fullmatch(r"https?://[\w.-]+\.\w+\S*", address):
            return address
        self.remark("web", _("“%(text)s” is not the address of a web page.", text=said))
        return None

    def hours(self) -> dict[str, object]:
        said = self.cell("hours")
        if self.cell("hours_unsure") == "1":
            return {"hours": None, "hours_words": said or None, "hours_unsure": True}
        if exact := self.exact_hours():
            return {"hours": exact, "hours_words": said or None, "hours_unsure": False}
        proposal = read_hours(said)
        if contradicts(proposal.osm):
            self.remark("hours", _("These hours contradict themselves. Read them yourself."))
        elif not said or proposal.is_clean:
            osm = proposal.osm or None
            return {"hours": osm, "hours_words": said or None, "hours_unsure": False}
        else:
            words = ", ".join(proposal.leftovers)
            self.remark(
                "hours", _("Not understood: %(words)s. Read the hours yourself.", words=words)
            )
        return {"hours": None, "hours_words": said, "hours_unsure": True}

    def exact_hours(self) -> str | None:
        """Return hours that the file gives in the syntax of OpenStreetMap, beside the words."""
        said = self.cell("hours_osm")
        try:
            return check_hours(said) or None
        except UnreadableHours:
            words = _("Not understood: %(words)s. Read the hours yourself.", words=said)
            self.remark("hours_osm", words)
            return None

    def emergency(self) -> dict[str, object]:
        """Return hours for now with their last day; without one of the two there are none."""
        said, until = self.cell("emergency_hours"), self.day("emergency_until")
        proposal = read_hours(said)
        if said and (until is None or not proposal.is_clean):
            words = _("Hours for now need a last day, and words we understand. They were left out.")
            self.remark("emergency_hours", words)
        if not said or until is None or not proposal.is_clean:
            return {"emergency_hours": None, "emergency_until": None}
        return {"emergency_hours": proposal.osm, "emergency_until": until}

    def wheelchair(self) -> str:
        said = plain(self.cell("wheelchair"))
        if said and (clear := is_yes(said)) is not None:
            return "yes" if clear else "no"
        return "limited" if said in {"limited", "con aiuto", "parziale"} else "unknown"

    def visibility(self) -> str:
        said = plain(self.cell("visibility"))
        circle = CIRCLES.get(said, said)
        if circle in VISIBILITIES:
            return circle
        if said:
            words = _("“%(text)s” is no circle of people we know.", text=self.cell("visibility"))
            raise self.refuse("visibility", words, Outcome.HELD_BACK)
        return "public"

    def languages(self) -> tuple[str, ...]:
        said = [part for part in re.split(r"[,;/|]", self.cell("languages")) if part.strip()]
        codes = [language_code(part) for part in said]
        for part, code in zip(said, codes, strict=True):
            if code is None:
                self.remark("languages", _("“%(text)s” is no language we know.", text=part.strip()))
        return tuple(sorted({code for code in codes if code}))


def _seen(told: list[str | None]) -> Seen:
    looked, confirmed, how = told
    at = datetime.fromisoformat(looked or "")
    return Seen(at, datetime.fromisoformat(confirmed) if confirmed else None, how or "import")


def contradicts(osm: str) -> bool:
    """Tell whether two rules for the same days give different times: the later one would win."""
    rules = [rule.strip().partition(" ") for rule in osm.split(";") if rule.strip()]
    days = [day for day, _space, times in rules if times[:1].isdigit()]
    return len(days) != len(set(days))


def on_earth(lat: float, lon: float) -> bool:
    """Tell whether such a point exists."""
    return abs(lat) <= 90 and abs(lon) <= 180


def doubt_words(doubt: Doubt) -> str:
    """Return why coordinates are not believed."""
    words: dict[Doubt, str] = {
        Doubt.ZERO: _("The coordinates are zero."),
        Doubt.SWAPPED: _("Latitude and longitude are in the wrong order."),
        Doubt.OUTSIDE: _("The coordinates are outside Italy."),
    }
    return words[doubt]


def letters_of(province: str) -> str | None:
    """Return the two letters of a province written in full, such as *Viterbo*."""
    return the_gazetteer().province_letters(province)
