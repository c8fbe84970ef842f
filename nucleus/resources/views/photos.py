"""The pages of a place's photos: one photo as a file, and their upkeep."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from nucleus.ground import once
from nucleus.ground.database import db
from nucleus.ground.heard import takes
from nucleus.ground.web import anyone, may
from nucleus.people.policy import who
from nucleus.resources import policy
from nucleus.resources.photos import services
from nucleus.resources.photos.files import path_of
from nucleus.resources.photos.forms import ACCEPTED, AddPhoto, EditPhoto
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.pictures import MOST_BYTES, BadPhoto, Fault, Picture
from nucleus.resources.photos.policy import may_see_photo
from nucleus.resources.photos.queries import (
    count_photos,
    photo_by_id,
    photo_by_token,
    photos_of,
)
from nucleus.resources.photos.services import MOST_PHOTOS
from nucleus.resources.views.room import find_resource_to_keep, resources

ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
A_DAY = 24 * 3600
AROUND = 64 * 1024
"""What the other answers of the form may add to the file."""


@resources.get("/photo/show/<token>")
@may(anyone)
def show_photo(token: str) -> Response:
    """Send a photo to whoever may see its place; it can do nothing but be looked at.

    A photo everybody may see is kept by the browser for a day, any other by none.
    """
    photo = photo_by_token(token)
    if photo is None or not may_see_photo(photo.resource):
        abort(404)
    path = path_of(photo.token, small="small" in request.args)
    if not path.exists():
        abort(404)
    response = Response(path.read_bytes(), mimetype="image/jpeg")
    response.set_etag(path.stem)
    response.headers["Content-Security-Policy"] = ALONE
    response.headers["Content-Disposition"] = "inline; filename=photo.jpg"
    kept = f"private, max-age={A_DAY}, immutable"
    response.headers["Cache-Control"] = "no-store" if photo.resource.is_confidential else kept
    response.make_conditional(request)
    return response


@resources.get("/photo/list/<int:resource_id>")
@may(policy.may_list_resource)
def list_photos(resource_id: int) -> str:
    """Show the photos of a place with what can be done with them."""
    resource = find_resource_to_keep(resource_id)
    rows = photos_of(resource.id)
    return render_template(
        "resources/list_photos.html", resource=resource, photos=rows, most=MOST_PHOTOS
    )


@resources.route("/photo/add/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
@takes(MOST_BYTES + AROUND)
def add_photo(resource_id: int) -> ResponseReturnValue:
    """Take a photo; while it is read nobody waits for us, so no transaction is open."""
    find_resource_to_keep(resource_id)
    if count_photos(resource_id) >= MOST_PHOTOS:
        return redirect(url_for("resources.list_photos", resource_id=resource_id), 303)
    form = AddPhoto()
    picture = read_photo(form) if form.validate_on_submit() else None
    if picture and (earlier := once.recognise()):
        return earlier
    resource = find_resource_to_keep(resource_id)
    if picture is None:
        page = render_template(
            "resources/add_photo.html", form=form, resource=resource, accepted=ACCEPTED
        )
        return page, 422 if request.method == "POST" else 200
    services.add_photo(resource, picture, form.caption(), actor=who().id)
    flash(_("The photo is kept. Where it was taken, and with what, is not."), "ok")
    return redirect(url_for("resources.list_photos", resource_id=resource_id), 303)


@resources.route("/photo/edit/<int:photo_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def edit_photo(photo_id: int) -> ResponseReturnValue:
    """Say something else of a photo."""
    photo = find_photo(photo_id)
    form = EditPhoto(obj=photo)
    if not form.validate_on_submit():
        page = render_template("resources/edit_photo.html", form=form, photo=photo)
        return page, 422 if request.method == "POST" else 200
    services.edit_photo(photo, form.caption(), actor=who().id)
    return redirect(url_for("resources.list_photos", resource_id=photo.resource_id), 303)


@resources.post("/photo/move/<int:photo_id>")
@may(policy.may_list_resource)
def move_photo(photo_id: int) -> ResponseReturnValue:
    """Show a photo one step earlier or later."""
    photo = find_photo(photo_id)
    services.move_photo(photo, earlier="earlier" in request.form, actor=who().id)
    return redirect(url_for("resources.list_photos", resource_id=photo.resource_id), 303)


@resources.route("/photo/remove/<int:photo_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def remove_photo(photo_id: int) -> ResponseReturnValue:
    """Ask once, then remove a photo for good."""
    photo = find_photo(photo_id)
    if request.method == "GET":
        return render_template("resources/remove_photo.html", photo=photo)
    back = url_for("resources.list_photos", resource_id=photo.resource_id)
    services.remove_photo(photo, actor=who().id)
    flash(_("The photo is gone."), "ok")
    return redirect(back, 303)


def read_photo(form: AddPhoto) -> Picture | None:
    """Return the picture, or None with the reason in the form; what was open is let go before."""
    from nucleus.resources.photos.decoding import decode

    data = form.photo.data.stream.read(MOST_BYTES + 1)
    db.session.rollback()
    try:
        if len(data) > MOST_BYTES:
            raise BadPhoto(Fault.BYTES)
        return decode(data)
    except BadPhoto as cause:
        form.refuse(cause.fault)
        return None


def find_photo(photo_id: int) -> Photo:
    """Return a photo of a place whoever is here may change."""
    photo = photo_by_id(photo_id) or abort(404)
    find_resource_to_keep(photo.resource_id)
    return photo
