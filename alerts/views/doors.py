"""What the pages of this room share: their blueprint and the one way to find an alert."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request

from alerts.models import Alert
from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.ground.web import settings
from nucleus.people.models import Organisation

bp = Blueprint("alerts", __name__)


def found(alert_id: int, may: Callable[[Alert], bool]) -> Alert:
    """Return the alert, or say that there is none: also to whoever may not see it."""
    alert = db.session.get(Alert, alert_id)
    if alert is None or not may(alert):
        abort(404)
    return alert


def phone_of(organisation_id: int) -> str | None:
    """Return the number under which an association answers, else the one of the house."""
    organisation = db.session.get(Organisation, organisation_id)
    return (organisation.phone if organisation else None) or settings().phone


def refreshed(page: str, mark: str, read: Callable[[], Mapping[str, object]]) -> Response:
    """Answer a page that asks again every few seconds; say 304 when nothing has changed.

    Args:
        page: the template of the part that changes.
        mark: changes whenever that part does.
        read: the facts, read only when the mark is new.
    """
    mark = f"{mark}-{i18n.language()}"
    unchanged = request.if_none_match.contains(mark)
    response = make_response("" if unchanged else render_template(page, **read()))
    response.status_code = 304 if unchanged else 200
    response.set_etag(mark)
    return response
