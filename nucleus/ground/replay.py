"""A call sent twice by a machine has one result: the second one gets the first one's answer.

Every changing call of the API carries an `Idempotency-Key`. The key, bound to who calls and to the
address, stands in the same transaction as the deed: neither is there without the other. A call that
was refused changed nothing and is not remembered.
"""

import hashlib
import re
from datetime import timedelta

from flask import Response, g, request
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import READING, db
from nucleus.ground.models import ApiCall
from nucleus.ground.problems import Problem

HEADER = "Idempotency-Key"
TELLS = "Idempotency-Replayed"
KEPT = timedelta(days=2)
ANSWER = "api_call.sealed_answer"
KEY = re.compile(r"[!-~]{8,128}")


def recognise(caller: str) -> Response | None:
    """Take a changing call in once; answer a repeated one as the first was answered."""
    if request.method in READING:
        return None
    mark, body = mark_of(caller, key_given()), hashlib.sha256(request.get_data()).hexdigest()
    earlier = db.session.get(ApiCall, mark) or take_in(mark, body)
    if earlier is None:
        return None
    if earlier.body_mark != body:
        raise Problem(
            422,
            "This Idempotency-Key was used before, for another body.",
            todo="Use a fresh key for every new request, and the same key only to repeat one.",
        )
    return replayed(earlier)


def key_given() -> str:
    """Return the key of a changing call; refuse a call without one."""
    given = request.headers.get(HEADER, "")
    if KEY.fullmatch(given):
        return given
    raise Problem(
        400,
        f"A changing call needs the header {HEADER}: 8 to 128 visible ASCII characters.",
        todo="Draw a random one (a UUID) for each request, and keep it for repeats of that one.",
    )


def mark_of(caller: str, key: str) -> str:
    """Return under what a key is kept: bound to who calls, by which method, and where."""
    return ring().fingerprint("api_call", f"{caller}|{request.method}|{request.path}|{key}")


def take_in(mark: str, body: str) -> ApiCall | None:
    """Remember a call; if another one was faster with the same key, return that one."""
    g.api_call = ApiCall(key=mark, at=now(), body_mark=body)
    db.session.add(g.api_call)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        g.pop("api_call")
        return db.session.get(ApiCall, mark)
    return None


def replayed(call: ApiCall) -> Response:
    """Return the answer that the first call got."""
    told = ring().open(call.sealed_answer, ANSWER, call.key)
    answer = Response(told, call.status, content_type=call.content_type)
    if call.location:
        answer.headers["Location"] = call.location
    answer.headers[TELLS] = "true"
    return answer


def note_answer(response: Response) -> Response:
    """Remember what the first call was answered; runs before the change is committed."""
    if "api_call" in g and response.status_code < 400:
        call, told = g.api_call, response.get_data(as_text=True)
        call.status, call.sealed_answer = response.status_code, ring().seal(told, ANSWER, call.key)
        g.api_call.content_type = response.content_type or "application/json"
        g.api_call.location = response.headers.get("Location", "")
    return response


def forget_old_calls() -> None:
    """Drop the keys nobody will send again."""
    db.session.execute(delete(ApiCall).where(ApiCall.at < now() - KEPT))
