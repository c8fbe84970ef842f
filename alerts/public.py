"""Which alerts the outside may see at all: those for an area, never one for a person.

An alert for one person, whoever pressed or wrote it down, never reaches CAP, the feed, a webhook or
the wall display. Nor does one that is not for peers: what it says is for the emergency number.
"""

from sqlalchemy import ColumnElement, and_, or_

from alerts.models import Alert


def is_public(alert: Alert) -> bool:
    """Say whether the outside may see an alert once it has been opened."""
    of_one = alert.scale != "area" or alert.person_id is not None or alert.help
    return not of_one and not alert.not_for_peers and alert.opened_at is not None


def public() -> ColumnElement[bool]:
    """Return the same as a condition."""
    return and_(
        Alert.scale == "area",
        Alert.person_id.is_(None),
        Alert.help.is_(False),
        Alert.not_for_peers.is_(False),
        Alert.opened_at.is_not(None),
    )


def within_sight(organisation: int, author: int) -> ColumnElement[bool]:
    """Return what a program of an organisation sees: its public alerts, and those it wrote."""
    return and_(Alert.organisation_id == organisation, or_(public(), Alert.author_id == author))
