"""`page`: what the start page costs the server and the phone, and the answer page the phone."""

import statistics
from dataclasses import dataclass

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from alerts.models import Recipient
from alerts.services import AlertDraft, NeedDraft, draft_alert, open_alert
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from tests.benchmarks.figures import Figure, cpu_of, in_turn
from tests.benchmarks.house import SmallHouse, small_house
from tests.benchmarks.processes import running
from tests.benchmarks.wire import counting
from tests.browser.house import browsing, chromium
from tests.cast import TEVEROLA, Cast

CPU_GOAL_MS, REQUESTS_GOAL = 5.0, 5
HOME_GOAL_KB, ANSWER_GOAL_KB = 50.0, 15.0


@dataclass(frozen=True)
class Visit:
    """What one first visit brought over the wire."""

    asked: tuple[str, ...]
    kilobytes: float
    scripts: int


def run(options: dict[str, str]) -> list[Figure]:
    """Measure all; `--rounds=5 --requests=300` say how often the start page is asked for."""
    rounds, requests = int(options.get("rounds", "5")), int(options.get("requests", "300"))
    with small_house() as house:
        return [home_cpu(house, rounds, requests), *on_the_phone(house)]


def home_cpu(house: SmallHouse, rounds: int, requests: int) -> Figure:
    """Measure the server's CPU for the start page, through the WSGI app."""
    cookie = signed_in_cookie(house.cast)
    html = asked_once(house.app, "").get_data(as_text=True)
    bare = bare_page(html)
    ours, least = in_turn(
        lambda: milliseconds(house.app, requests),
        lambda: milliseconds(bare, requests),
        rounds=rounds,
    )
    inside = statistics.median(milliseconds(house.app, requests, cookie) for _ in range(rounds))
    return Figure(
        figure="page",
        unit="ms CPU a start page",
        ours=ours,
        yardstick=least,
        yardstick_name="bare Flask + Jinja with the same HTML",
        goal=f"<= {CPU_GOAL_MS:g}",
        reached=ours <= CPU_GOAL_MS,
        note=f"a visitor's; a coordinator's takes {inside:.2f} ms; "
        f"median of {rounds} x {requests} requests",
    )


def on_the_phone(house: SmallHouse) -> list[Figure]:
    """Measure what a real browser fetches on a first visit to the real server."""
    executable = chromium()
    if executable is None:
        raise SystemExit("page: there is no Chromium to visit with (apt-get install chromium)")
    with running(house.command) as server:
        home = first_visit(executable, server.port, "/")
        answer = first_visit(executable, server.port, answer_path(house.cast))
    return [
        weight("page.bytes", home, HOME_GOAL_KB),
        Figure(
            figure="page.requests",
            unit="requests on a first visit",
            ours=len(home.asked),
            goal=f"<= {REQUESTS_GOAL}",
            reached=len(home.asked) <= REQUESTS_GOAL,
            note=" ".join(path.partition("?")[0] for path in home.asked),
        ),
        weight("page.answer", answer, ANSWER_GOAL_KB, scripts=0),
    ]


def weight(name: str, visit: Visit, goal: float, *, scripts: int | None = None) -> Figure:
    """Say what a visit weighed; with `scripts` also that it runs no more than so many."""
    quiet = scripts is None or visit.scripts <= scripts
    more = "" if scripts is None else f", {scripts} scripts"
    return Figure(
        figure=name,
        unit="kB over the wire on a first visit",
        ours=visit.kilobytes,
        goal=f"<= {goal:g}{more}",
        reached=visit.kilobytes <= goal and quiet,
        note=f"headers, styles, scripts and icons included; {len(visit.asked)} requests, "
        f"{visit.scripts} scripts",
    )


def first_visit(executable: str, port: int, path: str) -> Visit:
    """Open a page in a browser that has never been here, and count until it is quiet."""
    with counting(port) as wire, browsing(executable) as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="it-IT")
        answer = page.goto(wire.url + path, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{path} did not open: {answer and answer.status}")
        scripts = page.locator("script").count()
        return Visit(tuple(wire.asked), wire.received / 1000, scripts)


def answer_path(cast: Cast) -> str:
    """Open an alert, and return the path of the link that Vito gets."""
    lat, lon = TEVEROLA
    draft = AlertDraft(
        what="Tenere compagnia a una persona sola",
        organisation_id=cast.organisation,
        needs=(NeedDraft(count=2, competence_id=cast.listening),),
        comune="Teverola",
        lat=lat,
        lon=lon,
    )
    with cast.stage():
        alert = draft_alert(draft, author=cast.carla)
        open_alert(alert, by=cast.carla)
        vito = select(Recipient.id).where(
            Recipient.alert_id == alert.id, Recipient.person_id == cast.vito
        )
        return "/a/" + derive_token("answer", db.session.scalars(vito).one(), alert.nonce)


def bare_page(html: str) -> Flask:
    """Return an app whose one page is this HTML, drawn by Jinja."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"home.html": html.replace("{", "&#123;")})
    app.add_url_rule("/", "home", lambda: render_template("home.html"))
    return app


def milliseconds(app: Flask, requests: int, cookie: str = "") -> float:
    """Return the CPU one request for the start page takes, the app warmed up."""
    asked_once(app, cookie)
    environ = EnvironBuilder("/", headers=[("Cookie", cookie)]).get_environ()

    def ask_again() -> None:
        for _ in range(requests):
            run_wsgi_app(app, environ.copy(), buffered=True)

    return cpu_of(ask_again) / requests * 1000


def asked_once(app: Flask, cookie: str) -> Response:
    """Return the start page.

    Raises:
        RuntimeError: it is not there.
    """
    environ = EnvironBuilder("/", headers=[("Cookie", cookie)]).get_environ()
    answer = Response(*run_wsgi_app(app, environ, buffered=True))
    if answer.status_code != 200:
        raise RuntimeError(f"the start page said {answer.status}")
    return answer


def signed_in_cookie(cast: Cast) -> str:
    """Return the cookie of a browser in which Carla, who coordinates, is signed in."""
    cookie = cast.signed_in(cast.carla).get_cookie("s")
    if cookie is None:
        raise RuntimeError("signing in gave no session")
    return f"s={cookie.value}"
