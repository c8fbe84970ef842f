"""A form sent twice has one result: the second sending is led to where the first one went.

A key counts for one person and one page: whoever learns somebody else's key learns nothing by it.
"""

import secrets
from datetime import timedelta

from flask import Flask, Response, g, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.models import Submission

FIELD = "once"
KEPT = timedelta(days=2)
LONGEST_KEY = 64


def init_app(app: Flask) -> None:
    """Watch the forms."""
    app.before_request(recognise)
    app.after_request(note_location)
    app.jinja_env.globals["once_key"] = new_key


def new_key() -> str:
    """Return a fresh key for one showing of a form."""
    return secrets.token_urlsafe(12)


def recognise() -> ResponseReturnValue | None:
    """Take a form in once; lead a repeated one to the result of the first."""
    key = request.form.get(FIELD, "") if request.method == "POST" else ""
    if not 0 < len(key) <= LONGEST_KEY or is_by_link():
        return None
    mark = mark_of(key)
    earlier = db.session.get(Submission, mark)
    if earlier is None:
        g.submission = Submission(key=mark, at=now())
        db.session.add(g.submission)
        try:
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
            earlier = db.session.get(Submission, mark)
    return redirect(earlier.location, 303) if earlier else None


def is_by_link() -> bool:
    """Say whether the address itself is the right to send; such a secret is stored nowhere."""
    return "token" in (request.view_args or {})


def mark_of(key: str) -> str:
    """Return under what a key is kept: bound to who sends it and to which page."""
    sender = session.get("_user_id", "")
    return ring().fingerprint("once", f"{sender}|{request.path}|{key}")


def note_location(response: Response) -> Response:
    """Remember where the first sending went; runs before the change is committed."""
    if "submission" in g and response.status_code in {302, 303}:
        g.submission.location = response.location
    return response


def forget_old_submissions() -> None:
    """Drop the keys nobody will send again."""
    db.session.execute(delete(Submission).where(Submission.at < now() - KEPT))
