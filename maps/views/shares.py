"""Links by which people outside look at one area of an emergency, until somebody withdraws them."""

import json

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.areas import services
from maps.areas.forms import AddShare
from maps.areas.queries import (
    link_by_id,
    link_by_token,
    links_of,
    region_of_area,
    region_of_towns,
    token_of,
    town_of,
)
from maps.areas.tally import situation
from maps.earth.shapes import Town
from maps.finding.question import Filters
from maps.finding.search import Eyes, Search, search
from maps.models import AreaLink
from maps.policy import may_add_share, may_withdraw_share
from maps.views import PAGE, drawing, maps, pins_of
from maps.views.areas import area_of, kinds, lines_of
from maps.views.asking import cards
from maps.views.sheets import sheet_of
from nucleus.ground import clock
from nucleus.ground.heard import page_asked
from nucleus.ground.web import anyone, may, whole_address
from nucleus.people.policy import who


@maps.route("/share/add/<int:area_id>", methods=["GET", "POST"])
@may(may_add_share)
def add_share(area_id: int) -> ResponseReturnValue:
    """Make a link to an area for people outside; show those there are."""
    area = area_of(area_id)
    if area.is_over(clock.now()):
        abort(404)
    form = AddShare(area)
    if form.validate_on_submit():
        services.add_share(area, form.label.data, form.end(), actor=who().id)
        flash(_("Here is the link. Give it to them by telephone, letter or message."))
        return redirect(url_for("maps.add_share", area_id=area.id), 303)
    links = [(link, address_of(link), link.is_over(clock.now())) for link in links_of(area)]
    page = render_template("maps/add_share.html", form=form, area=area, links=links)
    return page, 422 if form.errors else 200


@maps.post("/share/withdraw/<int:link_id>")
@may(may_withdraw_share)
def withdraw_share(link_id: int) -> ResponseReturnValue:
    """Take a link back."""
    link = link_by_id(link_id) or abort(404)
    services.withdraw_share(link, actor=who().id)
    flash(_("This link does not open anything any more."))
    return redirect(url_for("maps.show_area", area_id=link.area_id), 303)


@maps.get("/share/show/<token>")
@may(anyone)
def show_share(token: str) -> str:
    """Show an area to somebody outside, as strangers may see it."""
    area, page = shared(token).area, page_asked()
    found = seen_outside(Filters(region=region_of_area(area)))
    return render_template(
        "maps/show_share.html",
        area=area,
        token=token,
        situation=situation(found),
        kinds=kinds(),
        cards=cards(found.hits(limit=PAGE, offset=(page - 1) * PAGE)),
        page=page,
        last=max(1, -(-found.total // PAGE)),
        unplaced=found.count(placed=False),
        drawing=drawing(),
    )


@maps.get("/share/print/<token>")
@may(anyone)
def print_share(token: str) -> str:
    """Show the area, or one of its towns, as a sheet of paper."""
    link, town = shared(token), town_of(request.args.get("comune", ""))
    area = link.area
    if town and [town.name, town.province] not in area.region["towns"]:
        abort(404)
    region = region_of_towns([Town(town.name, town.province)]) if town else region_of_area(area)
    return render_template(
        "maps/print_share.html",
        area=area,
        town=town.name if town else "",
        back_to=url_for("maps.show_share", token=token),
        back_words=area.name,
        **sheet_of(seen_outside(Filters(region=region)), address_of(link)),
    )


@maps.get("/share/<token>/pins.geojson")
@may(anyone)
def share_pins(token: str) -> Response:
    """Send the pins of an area to somebody outside."""
    return pins_of(seen_outside(Filters(region=region_of_area(shared(token).area))))


@maps.get("/share/<token>/shape.geojson")
@may(anyone)
def share_shape(token: str) -> Response:
    """Send the lines of an area to somebody outside."""
    return Response(json.dumps(lines_of(shared(token).area)), mimetype="application/geo+json")


def shared(token: str) -> AreaLink:
    """Return the link somebody came by; one that is over says so, a wrong one opens nothing."""
    link = link_by_token(token) or abort(404)
    if link.is_over(clock.now()):
        abort(make_response(render_template("maps/_over_share.html"), 410))
    return link


def seen_outside(filters: Filters) -> Search:
    """Search as strangers may see, whoever is signed in in this browser."""
    return search(filters, Eyes(), clock.now())


def address_of(link: AreaLink) -> str:
    """Return the address that is given to people outside."""
    return whole_address("maps.show_share", token=token_of(link))
