"""Understands one row of a table of places: coordinates, phones, hours, languages.

A cell that can't be right costs its row when a wrong answer would send somebody astray; what is
only unclear is taken, and named for a person to look at.
"""

import re
from dataclasses import dataclass

import phonenumbers
from babel import Locale
from flask_babel import gettext as _

from maps.formats.csv import Row, Table
from maps.gazetteer import the_gazetteer
from nucleus.ground.words import plain
from nucleus.people.addresses import BadAddress, tidy
from nucleus.places.italy import Doubt, doubt_about, read_degrees
from nucleus.places.services import Whereabouts
from nucleus.resources.drafts import Draft, Outcome, Remark
from nucleus.resources.forms import read_hours
from nucleus.resources.models import VISIBILITIES

NAMED_IN = ("it", "en")
PROVINCES = re.compile(r"[A-Za-z]{2}")
YES = frozenset(["si", "yes", "y", "true", "1", "accessibile"])
NO = frozenset(["no", "n", "false", "0"])
CIRCLES = {
    "pubblico": "public",
    "membri": "members",
    "soccorritori": "responders",
    "coordinatori": "coordinators",
}


@dataclass(frozen=True)
class Refused(Exception):
    """A row that is not taken, with the cell and the reason."""

    column: str
    words: str
    outcome: Outcome


def understand(row: Row, table: Table) -> tuple[Draft | None, list[Remark]]:
    """Return the row as a draft, or None, with remarks that name its row and column."""
    reader = _Reader(row, table)
    try:
        return reader.draft(), reader.remarks
    except Refused as refusal:
        remark = Remark(row.number, refusal.column, refusal.words, refusal.outcome)
        return None, [remark]


class _Reader:
    """Reads the cells of one row and collects what is unclear."""

    def __init__(self, row: Row, table: Table) -> None:
        self.row, self.table = row, table
        self.remarks: list[Remark] = []

    def cell(self, word: str) -> str:
        return " ".join(self.row.cells.get(word, "").split())

    def remark(self, word: str, words: str) -> None:
        self.remarks.append(Remark(self.row.number, self.table.heading(word), words))

    def refuse(self, word: str, words: str, outcome: Outcome = Outcome.FAILED) -> Refused:
        return Refused(self.table.heading(word), words, outcome)

    def draft(self) -> Draft:
        if self.row.fault:
            raise Refused("", self.row.fault, Outcome.FAILED)
        where, category = self.where(), self.cell("category")
        own = self.cell("name")
        if not own and not category:
            raise self.refuse("name", _("The row has no name."))
        name = own or ", ".join(part for part in (category, where.address or where.comune) if part)
        key = self.cell("id") or "\n".join((self.cell("address"), category, own))
        return Draft(
            row=self.row.number,
            key=key,
            category=category,
            facts={"name": name, "what": self.what(own, category), **self.facts()},
            where=where,
            languages=self.languages(),
        )

    def what(self, own: str, category: str) -> str | None:
        """Keep the source's own words for the service when the name does not say them."""
        return self.cell("what") or (category if own else None) or None

    def facts(self) -> dict[str, object]:
        words = ("who_for", "cost", "documents", "how_to_get_in")
        return {
            **{word: self.cell(word) or None for word in words},
            "phones": self.phones(),
            "email": self.email(),
            "web": self.web(),
            "wheelchair": self.wheelchair(),
            "visibility": self.visibility(),
            **self.hours(),
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
            point=self.point(),
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
        if doubt := doubt_about(lat, lon):
            raise self.refuse("lat", doubt_words(doubt), Outcome.HELD_BACK)
        return lat, lon

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
        proposal = read_hours(said)
        if not said or proposal.is_clean:
            return {
                "hours": proposal.osm or None,
                "hours_words": said or None,
                "hours_unsure": False,
            }
        words = ", ".join(proposal.leftovers)
        self.remark("hours", _("Not understood: %(words)s. Read the hours yourself.", words=words))
        return {"hours": None, "hours_words": said, "hours_unsure": True}

    def wheelchair(self) -> str:
        said = plain(self.cell("wheelchair"))
        if said in YES:
            return "yes"
        if said in NO:
            return "no"
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


def numbers_in(said: str) -> list[str]:
    """Return the phone numbers in a text, dialled form; faxes are left out.

    Italians write *06-68353113 / 3127* for two numbers of which the second changes the last
    four digits of the first.
    """
    said = re.sub(r"fax[\s.:]*[\d\s/.-]+", " ", said, flags=re.IGNORECASE)
    numbers: list[str] = []
    for part in re.split(r"[/;,]|\.\s|\s-\s|(?<=\d)\s+(?=[A-Za-z])", said):
        digits = re.sub(r"[^\d+]", "", part)
        if numbers and 1 < len(digits) <= 4:
            digits = numbers[-1][: -len(digits)] + digits
        if number := _dialled(digits):
            numbers.append(number)
    return list(dict.fromkeys(numbers))


def _dialled(digits: str) -> str | None:
    try:
        parsed = phonenumbers.parse(digits, "IT")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or len(digits) < 6:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def language_code(said: str) -> str | None:
    """Return the code of a language named by its code, or in Italian or English."""
    wanted = plain(said)
    named = (pair for locale in NAMED_IN for pair in Locale(locale).languages.items())
    fitting = (str(code) for code, name in named if wanted in {code, plain(name)})
    return next((code for code in fitting if len(code) <= 3), None)
