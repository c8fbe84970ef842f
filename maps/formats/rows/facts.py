"""The facts of a place as one row tells them: what it is, for whom, how to reach it."""

import re

from flask_babel import gettext as _

from maps.formats.cells import is_yes, language_code, numbers_in
from maps.formats.rows.cells import Cells
from maps.formats.rows.hours import emergency, hours
from nucleus.ground.words import plain
from nucleus.people.addresses import BadAddress, tidy
from nucleus.resources.accessibility import aid_meant, in_order
from nucleus.resources.drafts import Outcome
from nucleus.resources.forms import OLDEST
from nucleus.resources.models import VISIBILITIES

CIRCLES = {
    "pubblico": "public",
    "membri": "members",
    "soccorritori": "responders",
    "coordinatori": "coordinators",
}
UNKNOWN = frozenset(["unknown", "non so", "non si sa", "sconosciuto"])
FREE_WORDS = ("what", "who_for", "cost", "documents", "how_to_get_in", "offered_by")


def facts(row: Cells) -> dict[str, object]:
    """Return the columns of a resource, except place, category and name."""
    return {
        **{word: row[word] or None for word in FREE_WORDS},
        **ages(row),
        **capacity(row),
        "phones": phones(row),
        "email": email(row),
        "web": web(row),
        "wheelchair": wheelchair(row),
        "accessibility": accessibility(row),
        "by_appointment": row.flag("by_appointment"),
        "phone_first": row.flag("phone_first"),
        "visibility": visibility(row),
        **hours(row),
        **emergency(row),
    }


def ages(row: Cells) -> dict[str, object]:
    """Return for which ages it is; an age span nobody is in says nothing."""
    low, high = row.count("age_from"), row.count("age_to")
    if max(low or 0, high or 0) > OLDEST or (None not in (low, high) and low > high):  # type: ignore[operator]
        row.remark("age_to", _("Nobody is of these ages."))
        low = high = None
    return {"age_from": low, "age_to": high}


def capacity(row: Cells) -> dict[str, object]:
    """Return how many are free of how many; more free ones than there are say nothing."""
    free, most, unit = row.count("capacity_free"), row.count("capacity_max"), ""
    if free is not None or most is not None:
        unit = row["capacity_unit"] or str(_("places"))
    if None not in (free, most) and free > most:  # type: ignore[operator]
        row.remark("capacity_free", _("More are free than there are."))
        free = None
    numbers: dict[str, object] = {"capacity_free": free, "capacity_max": most}
    numbers["capacity_unit"] = unit or None
    if row["capacity_at"] and unit:
        numbers["capacity_at"] = row.moment("capacity_at")
    return numbers


def phones(row: Cells) -> list[str]:
    """Return the numbers that can be dialled."""
    said = row["phones"]
    numbers = numbers_in(said)
    if said and not numbers:
        row.remark("phones", _("No number that can be dialled was found in “%(text)s”.", text=said))
    if row.note("phones") == "number" and numbers == [f"+390{said}"]:
        words = _(
            "A number in a workbook loses its first zero. We read it as 0%(text)s.", text=said
        )
        row.remark("phones", words)
    return numbers


def email(row: Cells) -> str | None:
    """Return the address, if it is one."""
    said = row["email"]
    try:
        return tidy("email", said) if said else None
    except BadAddress:
        row.remark("email", _("“%(text)s” is not an e-mail address.", text=said))
        return None


def web(row: Cells) -> str | None:
    """Return the address of the web page, if it is one."""
    said = row["web"]
    if not said:
        return None
    address = said if "://" in said else f"https://{said}"
    if re.fullmatch(r"https?://[\w.-]+\.\w+\S*", address):
        return address
    row.remark("web", _("“%(text)s” is not the address of a web page.", text=said))
    return None


def wheelchair(row: Cells) -> str:
    """Return whether a wheelchair can get in."""
    said = plain(row["wheelchair"])
    if said and (clear := is_yes(said)) is not None:
        return "yes" if clear else "no"
    if said in {"limited", "con aiuto", "parziale"}:
        return "limited"
    if said and said not in UNKNOWN:
        words = _("“%(text)s” does not say whether a wheelchair gets in.", text=row["wheelchair"])
        row.remark("wheelchair", words)
    return "unknown"


def accessibility(row: Cells) -> list[str]:
    """Return what else is there for who needs it; words that mean nothing known are remarked."""
    said = [part for part in re.split(r"[,;/|]", row["accessibility"]) if part.strip()]
    codes = [aid_meant(part) for part in said]
    for part, code in zip(said, codes, strict=True):
        if code is None:
            words = _("“%(text)s” is no help to get in that we know.", text=part.strip())
            row.remark("accessibility", words)
    return in_order(code for code in codes if code)


def visibility(row: Cells) -> str:
    """Return who may see it; a circle nobody knows must not become everybody."""
    said = plain(row["visibility"])
    circle = CIRCLES.get(said, said)
    if circle in VISIBILITIES:
        return circle
    if said:
        words = _("“%(text)s” is no circle of people we know.", text=row["visibility"])
        raise row.refuse("visibility", words, Outcome.HELD_BACK)
    return "public"


def languages(row: Cells) -> tuple[str, ...]:
    """Return the codes of the languages spoken there."""
    said = [part for part in re.split(r"[,;/|]", row["languages"]) if part.strip()]
    codes = [language_code(part) for part in said]
    for part, code in zip(said, codes, strict=True):
        if code is None:
            row.remark("languages", _("“%(text)s” is no language we know.", text=part.strip()))
    return tuple(sorted({code for code in codes if code}))
