"""The screen in the office: who may open one, and what it shows to whoever walks past."""

from flask import Response, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from alerts import policy
from alerts.forms import AddWall, offer
from alerts.overview.choices import organisations_to_choose
from alerts.views.doors import bp, refreshed
from alerts.watching import wall
from alerts.watching.models import WallLink
from alerts.watching.wellbeing import troubles
from nucleus.ground.database import db
from nucleus.ground.web import anyone, may, never_paced, whole_address
from nucleus.people.policy import who


@bp.get("/alerts/wall/list")
@may(policy.may_change_wall)
def list_wall() -> str:
    """Show which screens are trusted, with their links."""
    return shown(with_choices(AddWall()))


@bp.post("/alerts/wall/add")
@may(policy.may_change_wall)
def add_wall() -> ResponseReturnValue:
    """Trust one more screen."""
    form = with_choices(AddWall())
    if not form.validate_on_submit():
        return shown(form), 422
    wall.add_wall(form.name.data.strip(), int(form.organisation.data), who().id)
    flash(_("The screen is trusted for 30 days. Open its link there."), "ok")
    return redirect(url_for("alerts.list_wall"), 303)


@bp.post("/alerts/wall/<int:wall_id>/revoke")
@may(policy.may_change_wall)
def revoke_wall(wall_id: int) -> ResponseReturnValue:
    """Trust a screen no longer."""
    link = db.session.get(WallLink, wall_id)
    if link is None or not policy.may_revoke_wall(link.organisation_id):
        abort(404)
    wall.revoke_wall(link, who().id)
    flash(_("That screen shows nothing any more."), "ok")
    return redirect(url_for("alerts.list_wall"), 303)


@bp.get("/alerts/wall/<token>/show")
@may(anyone)
@never_paced
def show_wall(token: str) -> Response:
    """Show the wall on a trusted screen."""
    facts = {"token": token, "mark": wall.mark_of(trusted(token)), **facts_of(token)}
    return alone(make_response(render_template("alerts/show_wall.html", **facts)))


@bp.get("/alerts/wall/<token>/wall-part")
@may(anyone)
@never_paced
def show_wall_part(token: str) -> Response:
    """Send the changing part of the wall again, or say that nothing has changed."""
    mark = wall.mark_of(trusted(token))
    return alone(refreshed("alerts/_wall.html", mark, lambda: {"mark": mark, **facts_of(token)}))


def trusted(token: str) -> WallLink:
    """Return the screen of a link, or say that there is none."""
    return wall.wall_by_token(token) or abort(404)


def facts_of(token: str) -> dict[str, object]:
    """Return what the wall shows now."""
    link = trusted(token)
    return {"link": link, "tiles": wall.tiles_of(link), "unwell": bool(troubles())}


def alone(response: Response) -> Response:
    """Tell no other site where the link leads."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def shown(form: AddWall) -> str:
    """Draw the list of screens with the form for one more."""
    walls = wall.walls_of(policy.organisations_i_coordinate())
    links = [(one, whole_address("alerts.show_wall", token=wall.token_of(one))) for one in walls]
    return render_template("alerts/list_wall.html", form=form, links=links)


def with_choices(form: AddWall) -> AddWall:
    """Fill in whose alerts a screen may show."""
    form.organisation.choices = offer(organisations_to_choose(policy.organisations_i_coordinate()))
    return form
