"""Our map on other people's pages: read only, without a cookie, only where somebody allowed it."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from maps import frames
from maps.finding.search import Eyes
from maps.forms import AddFrameHost
from maps.policy import may_add_frame_host, may_list_frame_host, may_remove_frame_host
from maps.views import drawing, maps, pins_of
from maps.views.asking import asked, cards, question
from maps.views.tiles import policy_with_tiles
from nucleus.ground.web import anyone, may
from nucleus.people.policy import who

IN_FRAME = 30
"""So many lines stand beside the map in a frame; the link leads to all of them."""


@maps.get("/resources/embed")
@may(anyone)
def embed_resources() -> Response:
    """Show the places of a question on another web site, as strangers may see them."""
    found = asked(Eyes())[2]
    page = render_template(
        "maps/embed_resources.html",
        total=found.total,
        cards=cards(found.hits(limit=IN_FRAME)),
        asked=question(),
        drawing=drawing(),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = policy_with_tiles(frames.ancestors())
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@maps.get("/embed.geojson")
@may(anyone)
def embed_geojson() -> Response:
    """Send its pins: what strangers may see, even to a browser in which somebody is signed in."""
    return pins_of(asked(Eyes())[2])


@maps.get("/frame-host/list")
@may(may_list_frame_host)
def list_frame_hosts() -> str:
    """Show on whose pages our map may stand."""
    return drawn_hosts(AddFrameHost(formdata=None))


@maps.post("/frame-host/add")
@may(may_add_frame_host)
def add_frame_host() -> ResponseReturnValue:
    """Let a web site show our map."""
    form = AddFrameHost()
    if not form.validate_on_submit():
        return drawn_hosts(form), 422
    frames.add_frame_host(form.origin.data, actor=who().id)
    return redirect(url_for("maps.list_frame_hosts"), 303)


@maps.post("/frame-host/remove")
@may(may_remove_frame_host)
def remove_frame_host() -> ResponseReturnValue:
    """Take that back."""
    frames.remove_frame_host(request.form.get("origin") or abort(404), actor=who().id)
    return redirect(url_for("maps.list_frame_hosts"), 303)


def drawn_hosts(form: AddFrameHost) -> str:
    """Draw the page of the web sites."""
    return render_template("maps/list_frame_hosts.html", form=form, hosts=frames.frame_hosts())
