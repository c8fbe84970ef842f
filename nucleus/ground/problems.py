"""Errors as machines read them: problem documents (RFC 9457) with what happened and what to do.

Their reader is a programmer or a log, so they speak one language, English.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
API_PATH = "/api/"
FEEDS = (".xml", ".atom")
KEPT_HEADERS = frozenset({"Allow", "Retry-After", "WWW-Authenticate"})
SPOKEN: Mapping[int, tuple[str, str]] = {
    400: ("This request can't be read.", "Check its form and send it again."),
    401: (
        "This door opens only to a valid token.",
        "Send `Authorization: Bearer <token>`; an administrator makes one on the page of tokens.",
    ),
    403: ("This token may not do this.", "Ask an administrator for a token with this scope."),
    404: ("There is nothing here for this token.", "Check the address and the number."),
    405: ("This address does not know this method.", "Use one of those in the header Allow."),
    406: ("We can't answer in the form you ask for.", "Leave the header Accept out."),
    409: ("This can't be done in the state things are in.", "Read the alert again, then decide."),
    413: ("This is larger than we take.", "Send less at once."),
    415: ("This kind of content is not read here.", "Send it as the specification says."),
    422: ("Something in this request can't be taken.", "Put right what `errors` names."),
    429: ("Too many requests.", "Wait as many seconds as Retry-After says, then go on."),
    500: ("We failed, and nothing was half-made.", "Try again; if it stays, tell us `reference`."),
    503: ("The database is busy.", "Send the same request again, with the same Idempotency-Key."),
}


class Problem(HTTPException):
    """A refusal with its own sentence.

    Args:
        status: the HTTP status.
        detail: what happened, in one sentence.
        todo: what to do now.
        errors: pairs of a JSON pointer (or an element) and what is wrong there.
        headers: further headers, such as Retry-After.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        todo: str = "",
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what is to be said."""
        super().__init__(detail)
        self.code = status
        self.detail, self.todo = detail, todo
        self.errors, self.headers = tuple(errors), dict(headers or {})

    def get_headers(self, *args: Any, **more: Any) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        return [*super().get_headers(*args, **more), *self.headers.items()]


def for_machines() -> bool:
    """Say whether whoever asks is a program: an address of the API, or of a feed."""
    return f"{request.path}/".startswith(API_PATH) or request.path.endswith(FEEDS)


def answer(error: HTTPException, reference: str) -> Response:
    """Return the problem document of a refusal."""
    code = error.code or 500
    status = code if code in SPOKEN else 500 if code >= 500 else 400
    detail, todo = SPOKEN[status]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": getattr(error, "detail", "") or detail,
        "todo": getattr(error, "todo", "") or todo,
        "reference": reference,
    }
    if wrong := faults_of(error):
        body["errors"] = [{"pointer": where, "detail": what} for where, what in wrong]
    kept = [pair for pair in error.get_headers() if pair[0] in KEPT_HEADERS]
    if status == HTTPStatus.UNAUTHORIZED:
        kept.append(("WWW-Authenticate", 'Bearer realm="nucleus"'))
    return Response(json.dumps(body), status, kept, content_type=MEDIA_TYPE)


def faults_of(error: HTTPException) -> tuple[tuple[str, str], ...]:
    """Return (pointer, what is wrong) of a refusal of ours, or of the library that reads bodies."""
    if isinstance(error, Problem):
        return error.errors
    told = (getattr(error, "data", None) or {}).get("messages", {})
    return tuple(pointed(told))[:MOST_FAULTS]


MOST_FAULTS = 50


def pointed(told: object, where: str = "") -> Iterable[tuple[str, str]]:
    """Walk nested messages of validation and yield JSON pointers with one message each."""
    if isinstance(told, Mapping):
        for name, inside in told.items():
            below = "" if name in PLACES and not where else f"/{escaped(name)}"
            yield from pointed(inside, where + below)
    elif isinstance(told, list | tuple):
        for each in told:
            yield from pointed(each, where)
    else:
        yield where, str(told)


PLACES = ("json", "query", "_schema")


def escaped(name: object) -> str:
    """Return one step of a JSON pointer, cut short: whatever was sent comes back no longer."""
    return str(name)[:64].replace("~", "~0").replace("/", "~1")
