"""The public CAP documents and their two feeds, for other programs."""

from datetime import UTC, datetime

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from alerts.cap import publishing, writing
from alerts.views.doors import bp
from nucleus.ground import i18n
from nucleus.ground.web import anyone, may, settings

KEEP = "public, max-age=30"
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@bp.get("/alerts/cap/<string(maxlength=24):identifier>.xml")
@may(anyone)
def cap_xml(identifier: str) -> Response:
    """Send one document of a public alert."""
    document = publishing.document_named(identifier)
    return kept(writing.written(document), writing.CAP_TYPE) if document else abort(404)


@bp.get("/alerts/cap/feed.atom")
@may(anyone)
def cap_atom() -> Response:
    """Send the feed of public alerts, in earnest."""
    return feed(drills=False, title=settings().name)


@bp.get("/alerts/cap/drills.atom")
@may(anyone)
def cap_drills_atom() -> Response:
    """Send the feed of public drills, for whoever wants to practise reading them."""
    with i18n.speaking(i18n.offered()[0]):
        title = _("%(name)s: drills", name=settings().name)
    return feed(drills=True, title=title)


def feed(*, drills: bool, title: str) -> Response:
    """Send one of the two feeds, in the language of the house."""
    with i18n.speaking(i18n.offered()[0]):
        entries = publishing.latest(drills=drills)
    updated = max((entry.document.sent for entry in entries), default=BEGINNING)
    address = settings().base_url + url_for(request.endpoint or "")
    told = writing.feed(entries, address=address, title=title, updated=updated)
    return kept(told, writing.ATOM_TYPE)


def kept(told: bytes, kind: str) -> Response:
    """Send what anybody may keep for half a minute, and ask after without reading it again."""
    answer = Response(told, content_type=f"{kind}; charset=utf-8")
    answer.headers["Cache-Control"] = KEEP
    answer.add_etag()
    answer.make_conditional(request)
    return answer
