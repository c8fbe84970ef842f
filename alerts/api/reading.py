"""Doors through which programs watch: the list, one alert, its board."""

from typing import Any

from sqlalchemy import select

from alerts.api import schemas
from alerts.api.doors import ONE, Shown, bp, caller, found, here, read
from alerts.api.showing import line, needs_shown, whole
from alerts.models import Alert
from alerts.overview.board import Word, needs_of
from alerts.overview.standing import groups_of
from alerts.overview.timeline import last_moments
from alerts.public import within_sight
from nucleus.ground.database import db

LAST_MOMENTS = 200


@bp.door("GET", "/alerts", policy=read, asks=schemas.AlertsAsked, gives=schemas.AlertsShown)
def list_alert(asked: dict[str, Any]) -> Shown:
    """List the alerts in sight, the newest first."""
    shelf = select(Alert).where(within_sight(caller().organisation, caller().person))
    if state := asked.get("state"):
        shelf = shelf.where(Alert.state == state)
    if before := asked.get("before"):
        shelf = shelf.where(Alert.number < int(before[2:]))
    limit = asked["limit"]
    rows = db.session.scalars(shelf.order_by(Alert.number.desc()).limit(limit + 1)).all()
    shown = [line(alert) for alert in rows[:limit]]
    more = len(rows) > limit
    going_on = here(state=state, before=shown[-1]["number"], limit=limit) if more else None
    return {"alerts": shown, "next": going_on}


@bp.door("GET", ONE, policy=read, gives=schemas.AlertShown)
def show_alert(number: str) -> Shown:
    """Show one alert and how far it has come."""
    return whole(found(number))


@bp.door("GET", ONE + "/board", policy=read, gives=schemas.BoardShown)
def show_board(number: str) -> Shown:
    """Show how many people stand where, and the last 200 things that happened; nobody is named."""
    alert = found(number)
    stands = {group.word: group.number for group in groups_of(alert, first=1)}
    moments = reversed(last_moments(alert, size=LAST_MOMENTS))
    return {
        "people": {str(word): stands.get(word, 0) for word in Word},
        "needs": needs_shown(alert, needs_of(alert)),
        "timeline": [{"at": moment.at, "word": moment.word} for moment in moments],
    }
