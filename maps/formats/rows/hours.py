"""Opening hours as one row tells them: understood for sure, or kept as words for a person."""

from flask_babel import gettext as _

from maps.formats.rows.cells import Cells
from maps.formats.rows.contradictions import contradicts
from nucleus.resources.forms import read_hours
from nucleus.resources.hours import UnreadableHours, check_hours


def hours(row: Cells) -> dict[str, object]:
    """Return the hours, or only the words when they are not clear."""
    said = row["hours"]
    if row["hours_unsure"] == "1":
        if not row.reading.trusting:
            row.remark(
                "hours", _("These hours hold only at times, or are unclear. Read them yourself.")
            )
        return {"hours": None, "hours_words": said or None, "hours_unsure": True}
    if exact := exact_hours(row):
        return {"hours": exact, "hours_words": said or None, "hours_unsure": False}
    proposal = read_hours(said)
    if contradicts(proposal.osm):
        row.remark("hours", _("These hours contradict themselves. Read them yourself."))
    elif not said or proposal.is_clean:
        osm = proposal.osm or None
        return {"hours": osm, "hours_words": said or None, "hours_unsure": False}
    else:
        words = ", ".join(proposal.leftovers)
        row.remark("hours", _("Not understood: %(words)s. Read the hours yourself.", words=words))
    return {"hours": None, "hours_words": said, "hours_unsure": True}


def exact_hours(row: Cells) -> str | None:
    """Return hours that the file gives in the syntax of OpenStreetMap, beside the words."""
    said = row["hours_osm"]
    try:
        return check_hours(said) or None
    except UnreadableHours:
        words = _("Not understood: %(words)s. Read the hours yourself.", words=said)
        row.remark("hours_osm", words)
        return None


def emergency(row: Cells) -> dict[str, object]:
    """Return hours for now with their last day; without one of the two there are none."""
    said, until = row["emergency_hours"], row.day("emergency_until", latest=row.reading.furthest)
    proposal = read_hours(said)
    if said and (until is None or not proposal.is_clean):
        words = _("Hours for now need a last day, and words we understand. They were left out.")
        row.remark("emergency_hours", words)
    if not said or until is None or not proposal.is_clean:
        return {"emergency_hours": None, "emergency_until": None}
    return {"emergency_hours": proposal.osm, "emergency_until": until}
