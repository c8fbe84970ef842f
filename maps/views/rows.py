"""The pages on which coordinators look at the rows that wait: as they came, as they would be."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps.formats.rows.cells import Reading
from maps.import_forms import COLUMNS, ReviewRow, column, review_form
from maps.lists import deciding, held
from maps.lists.held import Look
from maps.lists.staging import reading_of
from maps.models import ImportRow
from maps.policy import may_add_import
from maps.queries import import_by_id, row_by_id
from maps.views import maps as maps
from nucleus.ground import i18n
from nucleus.ground.web import may
from nucleus.people.policy import who
from nucleus.places.services import Whereabouts, whereabouts_of
from nucleus.resources.forms import CIRCLES, WHEELCHAIR
from nucleus.resources.importing.holding import Doubts
from nucleus.resources.importing.taking import kind_named
from nucleus.resources.policy import may_edit_resource
from nucleus.resources.queries import resource_by_id
from nucleus.resources.revisions import value_of
from nucleus.resources.week import HOURS, hours_words
from nucleus.resources.wording import FACTS, PARTS

Line = tuple[str, str, object, object]


@maps.get("/row/list/<int:run_id>")
@may(may_add_import)
def list_rows(run_id: int) -> str:
    """Show the rows of a list that wait for somebody, and how many are done."""
    run = import_by_id(run_id) or abort(404)
    return render_template(
        "maps/list_rows.html", run=run, rows=held.waiting_rows(run_id), counts=held.counted(run_id)
    )


@maps.route("/row/review/<int:row_id>", methods=["GET", "POST"])
@may(may_add_import)
def review_row(row_id: int) -> ResponseReturnValue:
    """Show a row as it came beside what would be written; take it, change it or leave it out."""
    row = row_by_id(row_id) or abort(404)
    if row.state != "waiting":
        return redirect(url_for("maps.list_rows", run_id=row.run_id), 303)
    how = how_it_was_read(row)
    form = review_form(held.proposed(row, how))
    look = held.look_at(row, how, form.said())
    doubts = deciding.doubts_of(row, look)
    if form.validate_on_submit() and settled(row, look, form, doubts=doubts):
        return redirect(page_after(row), 303)
    note_faults(form, look, how)
    page = render_template(
        "maps/review_row.html",
        row=row,
        form=form,
        counts=held.counted(row.run_id),
        questions=[field for field in form if field.name.startswith(column(""))],
        lines=compared(held.said_in(row, how), look),
        look=look,
        doubts=doubts,
        twins=deciding.twins_in(doubts),
    )
    refused = request.method == "POST" and request.form.get("do") != "look"
    return page, 422 if refused else 200


def settled(row: ImportRow, look: Look, form: ReviewRow, *, doubts: Doubts) -> bool:
    """Do what the pressed button says; say whether the row is done."""
    do, _colon, twin = (request.form.get("do") or "").partition(":")
    if do == "skip":
        deciding.skip_row(row, why=(form.why.data or "").strip(), actor=who().id)
        flash(_("Left out. The same row of a later file will not come back."), "ok")
        return True
    if do not in {"take", "fill", "renew"} or look.draft is None:
        return False
    return joined(row, look, form, twin=twin) if twin else taken(row, look, form, doubts=doubts)


def taken(row: ImportRow, look: Look, form: ReviewRow, *, doubts: Doubts) -> bool:
    """Take a row in, when whoever does it may and has answered what is doubted."""
    if look.resource and not may_edit_resource(who(), look.resource):
        form.form_errors.append(not_yours())
    elif doubts.secret and not request.form.get("sure"):
        hidden = COLUMNS["hidden"]
        words = _("Write “yes” at “%(field)s”, or tick that it may be seen.", field=hidden)
        form.form_errors.append(words)
    elif doubts.point and not request.form.get("sure_point"):
        words = _("Correct the point or the town, or tick that both are right.")
        form.form_errors.append(words)
    else:
        resource = deciding.take_row(row, look, actor=who().id, unlike=list(doubts.twins))
        flash(_("Taken in: %(name)s.", name=resource.name), "ok")
        return True
    return False


def joined(row: ImportRow, look: Look, form: ReviewRow, *, twin: str) -> bool:
    """Let the row speak of a place we have: fill what is missing there, or believe the row."""
    resource = resource_by_id(int(twin)) if twin.isdecimal() and len(twin) < 10 else None
    if resource is None or not may_edit_resource(who(), resource):
        form.form_errors.append(not_yours())
        return False
    overwrites = (request.form.get("do") or "").startswith("renew")
    deciding.join_row(row, look, resource, actor=who().id, overwrites=overwrites)
    flash(_("It is now one place: %(name)s.", name=resource.name), "ok")
    return True


def not_yours() -> str:
    """Return the refusal of a change to a place that others look after."""
    words = _("Another association looks after this place. Suggest the change on its page.")
    return str(words)


def page_after(row: ImportRow) -> str:
    """Return the address of the next row that waits, or of the list when none does."""
    following = held.next_row(row)
    if following:
        return url_for("maps.review_row", row_id=following.id)
    return url_for("maps.list_rows", run_id=row.run_id)


def how_it_was_read(row: ImportRow) -> Reading:
    """Return how the file of a row was read."""
    return reading_of(import_by_id(row.run_id) or abort(404))


def note_faults(form: ReviewRow, look: Look, how: Reading) -> None:
    """Put what is wrong beside the cell it is wrong in."""
    words = {how.heading(word): word for word in COLUMNS}
    for remark in look.remarks:
        name = column(words.get(remark.column, ""))
        if name in form:
            form[name].errors = [*form[name].errors, remark.words]
        else:
            form.form_errors.append(remark.words)


def compared(came: dict[str, str], look: Look) -> list[Line]:
    """Return for each fact: its name, the cell as it came, what is here now, what would be."""
    if look.draft is None:
        return []
    would = {**look.draft.facts, "where": where_words(look.draft.where)}
    lines = []
    for name, value in would.items():
        before, after = in_words(name, here_now(look, name)), in_words(name, value)
        if name in FACTS and (before or after):
            lines.append((str(FACTS[name]), came.get(CELL_OF.get(name, name), ""), before, after))
    return [kind_line(came, look), *lines]


def where_words(said: Whereabouts | None) -> str | None:
    """Return where something is, its point included."""
    if said is None:
        return None
    point = " · ".join(f"{degrees:.5f}" for degrees in said.point or ())
    return ", ".join(part for part in (*said.words, point) if part) or None


def in_words(name: str, value: object) -> object:
    """Return a fact in the reader's words; what nobody knows is nothing."""
    if name == "wheelchair":
        return str(WHEELCHAIR[str(value)]) if value and value != "unknown" else None
    if name in HOURS:
        return hours_words(str(value or ""))
    if name in PARTS and isinstance(value, list):
        return list(map(PARTS[name], value)) or None
    return str(CIRCLES[str(value)]) if name == "visibility" and value else value


CELL_OF = {"where": "address", "hours_words": "hours"}


def kind_line(came: dict[str, str], look: Look) -> Line:
    """Return the line about the kind of help, which the draft knows only in its own words."""
    language = i18n.language()
    here = look.resource.category.label(language) if look.resource else None
    would = kind_named(look.draft.category).label(language) if look.draft else None
    return str(FACTS["category_id"]), came.get("category", ""), here, would


def here_now(look: Look, name: str) -> object:
    """Return one fact as we have it, if the place is here already."""
    if look.resource is None:
        return None
    if name == "where":
        place = look.resource.place
        return where_words(whereabouts_of(place)) if place else None
    return value_of(look.resource, name)
