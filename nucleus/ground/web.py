"""What every page shares: default deny, security headers, start page, errors that speak."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException, InternalServerError

from nucleus.ground import clock, files, form_words, frame, i18n, problems, signals
from nucleus.ground.settings import Settings
from nucleus.ground.versions import NotUpgraded, require_upgraded

Policy = Callable[..., bool]
View = Callable[..., ResponseReturnValue]
Keeper = Callable[[], ResponseReturnValue | None]
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
}
OF_LIBRARIES = frozenset({"static"})
SPOKEN_ERRORS = (400, 404, 405, 410, 413, 415, 422, 429)
BUSY = (OperationalError, InterfaceError, NoFreeConnection)
"""A database that is locked, away, or has no connection left for this page."""

OWN_PAGE = re.compile(r"/(?!/)[^\\\s\x00-\x1f]*")
"""One slash: with two or more, or a backslash or a tab among them, a browser reads a host."""

csrf = CSRFProtect()
log = structlog.get_logger()


def anyone() -> bool:
    """Say yes to everybody: a public page."""
    return True


def may(policy: Policy) -> Callable[[View], View]:
    """Name the policy of a route; a route without one is closed.

    The policy is asked without arguments, or with the route's own when it takes some.
    """

    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def never_paced(view: View) -> View:
    """Mark a page that always opens, however much was read: what an alert needs, the way out."""
    view.never_paced = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, settings: Settings) -> None:
    """Hang the doors."""
    app.extensions["nucleus.settings"] = settings
    csrf.init_app(app)
    # A token in the language switch would mean a cookie for every visitor of every public page.
    csrf.exempt(choose_language)
    frame.init_app(app)
    form_words.init_app(app)
    files.init_app(app)
    app.before_request(ask)
    app.after_request(protect)
    app.context_processor(lambda: {"settings": settings})
    app.add_url_rule("/", "home", show_home)
    app.add_url_rule("/leave", "leave", leave)
    app.add_url_rule("/leave/explain", "explain_leaving", explain_leaving)
    app.add_url_rule("/language", "choose_language", choose_language, methods=["POST"])
    app.add_url_rule("/health/live", "health", health)
    app.add_url_rule("/health/ready", "ready", ready)
    speak_errors(app)


def settings() -> Settings:
    """Return the settings of the running house."""
    found: Settings = current_app.extensions["nucleus.settings"]
    return found


def ask() -> ResponseReturnValue | None:
    """Close every door whose policy does not say yes; a closed door looks like no door.

    A room may keep the doors (`keep_doors`): it can lead somebody elsewhere first, for instance
    to prove again who they are.
    """
    if request.endpoint is None or request.endpoint in OF_LIBRARIES:
        return None
    policy = policy_of(request.endpoint)
    if policy is not None and policy():
        return None
    keeper: Keeper | None = current_app.extensions.get("nucleus.door_keeper")
    return (keeper() if keeper and policy else None) or abort(404)


def keep_doors(app: Flask, keeper: Keeper) -> None:
    """Let a room answer at a closed door; `None` from it means: there is no such page."""
    app.extensions["nucleus.door_keeper"] = keeper


def policy_of(endpoint: str) -> Policy | None:
    """Return the policy a route names: on its view, or for a whole library blueprint."""
    view = current_app.view_functions[endpoint]
    named: Policy | None = getattr(view, "policy", None)
    shared: dict[str, Policy] = current_app.extensions.get("nucleus.library_policies", {})
    return named or shared.get(endpoint.partition(".")[0])


def trust_library(app: Flask, blueprint: str, policy: Policy) -> None:
    """Name one policy for all routes of an outside library's blueprint."""
    app.extensions.setdefault("nucleus.library_policies", {})[blueprint] = policy


def protect(response: Response) -> Response:
    """Send the headers that keep foreign code out and private pages out of caches."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]:  # whatever a proxy says
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in OF_LIBRARIES and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


@may(anyone)
def show_home() -> str:
    """Show the start page."""
    return render_template("home.html")


@may(anyone)
@never_paced
def leave() -> str:
    """Show a neutral page that says nothing of us: a calendar, as anyone may have open."""
    today = clock.local(clock.now(), settings().time_zone).date()
    return frame.stand_alone("ground/leave.html", settings(), **frame.calendar_of(today))


@may(anyone)
@never_paced
def explain_leaving() -> str:
    """Show how to leave at once, and what remains in the browser after it."""
    return render_template("ground/explain_leaving.html")


@may(anyone)
@never_paced
def health() -> tuple[str, int]:
    """Say that the web process is alive."""
    return "ok", 200


@may(anyone)
@never_paced
def ready() -> tuple[str, int]:
    """Say whether pages can be drawn: the database answers and has the tables of this version."""
    try:
        require_upgraded()
    except NotUpgraded:
        return "not upgraded", 503
    return "ok", 200


@may(anyone)
def choose_language() -> ResponseReturnValue:
    """Keep the chosen language and go back to the page it was chosen on."""
    chosen = request.form.get("language", "")
    if chosen in i18n.readable():
        session["language"] = chosen
        signals.language_chosen.send(chosen)
    return redirect(own_page(request.form.get("next")), 303)


def own_page(address: str | None) -> str:
    """Return the address when it leads to a page of this site, else the start page."""
    return address if address and OWN_PAGE.fullmatch(address) else "/"


def whole_address(endpoint: str, **values: Any) -> str:
    """Return the address of a page as it is written down outside, on paper or in another program.

    It begins as the operator said, never as the request named us: whoever sends a false name
    would have others read it.
    """
    return settings().base_url + url_for(endpoint, **values)


def speak_errors(app: Flask) -> None:
    """Answer every error with a sentence, what to do now, and a reference number."""
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_error)
    for busy in BUSY:
        app.register_error_handler(busy, show_busy)
    app.register_error_handler(InternalServerError, show_failure)


def show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """Say that the form is too old to be trusted."""
    return render_template("errors/stale_form.html"), 400


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Say in words what the browser was refused."""
    if error.response is not None:
        return error.response
    if problems.for_machines():
        return problems.answer(error, reference(error))
    code = error.code if error.code in SPOKEN_ERRORS else 404 if error.code == 403 else error.code
    code = code or 500
    if code not in SPOKEN_ERRORS:
        return fault("500", error), code
    headers = [pair for pair in error.get_headers() if pair[0] in {"Allow", "Retry-After"}]
    page = render_template(f"errors/{code}.html", reference=reference(error))
    return page, code, headers


def show_busy(error: Exception) -> ResponseReturnValue:
    """Say that the database is locked or away, and that nothing was half-made."""
    if problems.for_machines():
        busy = problems.Problem(503, headers={"Retry-After": "5"})
        return problems.answer(busy, reference(error))
    return fault("503", error), 503, {"Retry-After": "5"}


def show_failure(error: InternalServerError) -> ResponseReturnValue:
    """Say that we failed, and by which number we find out why."""
    cause = error.original_exception or error
    if isinstance(cause, BUSY):
        return show_busy(cause)
    if problems.for_machines():
        return problems.answer(problems.Problem(500), reference(cause))
    return fault("500", cause), 500


def fault(page: str, error: BaseException) -> str:
    """Draw the page of a fault of ours, without asking the database anything."""
    return frame.stand_alone(f"errors/{page}.html", settings(), reference=reference(error))


def reference(error: BaseException) -> str:
    """Return a short number that stands in the log beside the kind of error.

    What the browser did wrong is no fault of ours: a stranger could fill the log with it.
    """
    number = secrets.token_hex(3)
    code = (error.code or 500) if isinstance(error, HTTPException) else 500
    note = log.error if code >= 500 else log.debug if code == 404 else log.info
    word = "page_failed" if code >= 500 else "page_refused"
    note(word, reference=number, endpoint=request.endpoint, error=kind(error))
    return number


def kind(error: BaseException) -> str:
    """Return what an operator may read of an error: its type and place, no private words."""
    trace: Any = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + where
