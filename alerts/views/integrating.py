"""The page for whoever writes a program: how to begin, and every door there is."""

from dataclasses import dataclass

from flask import render_template, url_for

from alerts.views.doors import bp
from nucleus.ground import api, i18n
from nucleus.ground.web import anyone, may, settings


@dataclass(frozen=True)
class Door:
    """One door as the page lists it; `scope` is empty where any token will do."""

    method: str
    path: str
    words: str
    scope: str


@bp.get("/alerts/api/show")
@may(anyone)
@i18n.inside
def show_api() -> str:
    """Show how a program reads and raises alerts, listens, and follows the feeds."""
    base = settings().base_url
    feeds = [base + url_for(page) for page in ("alerts.cap_atom", "alerts.cap_drills_atom")]
    return render_template("alerts/show_api.html", doors=doors(), base=base, feeds=feeds)


def doors() -> list[Door]:
    """Return every door of the specification, by its address."""
    paths = api.specification()["paths"]
    return [
        Door(method.upper(), path, told.get("summary", ""), told.get("x-scope", ""))
        for path, methods in sorted(paths.items())
        for method, told in methods.items()
        if method in {"get", "post"}
    ]
