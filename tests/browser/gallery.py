"""A page with every part on it, so that each is looked at even where no room uses it yet."""

from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from flask import Flask, abort, render_template_string
from flask.typing import ResponseReturnValue

from nucleus.ground.clock import now
from nucleus.ground.web import anyone, may
from tests.browser.forms import Trial

PAGE = Path(__file__).with_suffix(".html")


@may(anyone)
def show_gallery() -> ResponseReturnValue:
    """Show every part; a form sent empty comes back with its faults."""
    form = Trial()
    refused = form.is_submitted() and not form.validate()
    page = render_template_string(PAGE.read_text(), form=form, moment=now() - timedelta(minutes=6))
    return page, 422 if refused else 200


@may(anyone)
def show_part(code: int) -> ResponseReturnValue:
    """Show a part that htmx asks for, with any status."""
    return f"<p>Part {code}</p>", code


@may(anyone)
def show_fault(code: int) -> NoReturn:
    """Show the page of a fault."""
    abort(code)


def hang_gallery(app: Flask) -> None:
    """Open the gallery, in tests only."""
    app.add_url_rule("/gallery", "gallery", show_gallery, methods=["GET", "POST"])
    app.add_url_rule("/gallery/part/<int:code>", "gallery_part", show_part)
    app.add_url_rule("/gallery/fault/<int:code>", "gallery_fault", show_fault)
