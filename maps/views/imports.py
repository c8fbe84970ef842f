"""The pages on which coordinators take in lists that others keep: file, columns, look, go."""

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from maps import services
from maps.formats.tables import WORDS, Unreadable, refuse_unusable
from maps.import_forms import (
    AddImport,
    MapImport,
    ReadImport,
    column,
    mapping_form,
    sheet_form,
)
from maps.lists import held
from maps.lists.staging import Files, first_rows, reading_of
from maps.models import ImportRun
from maps.policy import may_add_import
from maps.queries import import_by_id, latest_imports, lists_before, source_named
from maps.views import maps as maps
from nucleus.ground.heard import legible, takes
from nucleus.ground.web import may
from nucleus.people.policy import who

MOST_UPLOADED = 128 * 1024 * 1024
SAMPLE = 5


@maps.get("/import/list")
@may(may_add_import)
def list_imports() -> str:
    """Show which lists were taken in, and how far each has come."""
    return render_template("maps/list_imports.html", runs=latest_imports())


@maps.route("/import/add", methods=["GET", "POST"])
@may(may_add_import)
@takes(MOST_UPLOADED)
def add_import() -> ResponseReturnValue:
    """Take a file; nothing of it is in the list of places yet."""
    form = AddImport()
    if not form.validate_on_submit():
        page = render_template("maps/add_import.html", form=form)
        return page, 422 if request.method == "POST" else 200
    file, source = form.file.data, form.source.data.strip()
    name = legible(file.filename or "")[:120]
    run = services.add_import(file.stream, file_name=name, source=source, actor=who().id)
    return redirect(page_of(run), 303)


@maps.get("/import/show/<int:run_id>")
@may(may_add_import)
def show_import(run_id: int) -> ResponseReturnValue:
    """Show what became of every row so far, and the one thing to do next."""
    run = find_import(run_id)
    if run.state == "mapping":
        return redirect(url_for("maps.map_import", run_id=run.id))
    counts = run.foreseen if run.state in {"checking", "checked"} else run.counts
    foreseen = run.state in {"checking", "checked"}
    has_remarks = Files(run.uid).remarks(foreseen=foreseen).exists()
    return render_template(
        "maps/show_import.html",
        run=run,
        before=lists_before(run),
        counts=counts,
        foreseen=foreseen,
        has_remarks=has_remarks,
        rows=held.counted(run.id),
    )


@maps.route("/import/map/<int:run_id>", methods=["GET", "POST"])
@may(may_add_import)
def map_import(run_id: int) -> ResponseReturnValue:
    """Ask which column is what, beside the first rows; then look through the file."""
    run = find_import(run_id)
    if run.state not in {"mapping", "checking", "checked"}:
        return redirect(page_of(run), 303)
    form = questions_about(run)
    if form.validate_on_submit() and settle_columns(run, form):
        return redirect(page_of(run), 303)
    page = map_page(run, form, sheets_of(run))
    return page, 422 if request.method == "POST" else 200


@maps.post("/import/read/<int:run_id>")
@may(may_add_import)
def read_import(run_id: int) -> ResponseReturnValue:
    """Read another sheet of the workbook, as long as nothing of it was taken in."""
    run = find_import(run_id)
    if run.state not in {"mapping", "checked"}:
        return redirect(page_of(run), 303)
    form = sheets_of(run)
    if form.validate_on_submit() and settle_sheet(run, form):
        return redirect(page_of(run), 303)
    return map_page(run, questions_about(run), form), 422


@maps.post("/import/start/<int:run_id>")
@may(may_add_import)
def start_import(run_id: int) -> ResponseReturnValue:
    """Begin to take in what was looked through, or go on with what was stopped."""
    run = find_import(run_id)
    if run.state in {"checked", "stopped"}:
        services.start_import(run, actor=who().id)
    return redirect(page_of(run), 303)


@maps.post("/import/stop/<int:run_id>")
@may(may_add_import)
def stop_import(run_id: int) -> ResponseReturnValue:
    """Stop after the rows at hand."""
    run = find_import(run_id)
    was_taken_in = run.state == "running"
    if run.state in {"checking", "running"}:
        services.stop_import(run, actor=who().id)
        stays = _("Stopped. What was taken in so far stays.")
        flash(stays if was_taken_in else _("Stopped. Nothing was taken in."), "ok")
    return redirect(page_of(run), 303)


@maps.get("/import/<int:run_id>/remarks.csv")
@may(may_add_import)
def import_remarks(run_id: int) -> ResponseReturnValue:
    """Send every row that needs a look, with its reason and all its cells."""
    run = find_import(run_id)
    path = Files(run.uid).remarks(foreseen=run.state in {"checking", "checked"})
    if not path.exists():
        abort(404)
    name = f"{run.source}-remarks.csv"
    answer = send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"  # addresses of refuges stand in rows held back
    return answer


def find_import(run_id: int) -> ImportRun:
    """Return a run, or look as if there were none."""
    return import_by_id(run_id) or abort(404)


def map_page(run: ImportRun, form: MapImport, sheets: ReadImport) -> str:
    """Return the page with the questions about sheet, columns and source."""
    return render_template(
        "maps/map_import.html",
        run=run,
        form=form,
        sheets=sheets,
        book=run.workbook,
        questions=[field for field in form if field.name.startswith(column(""))],
        rows=first_rows(run, SAMPLE),
    )


def sheets_of(run: ImportRun) -> ReadImport:
    """Return the question which sheet it is; hidden ones are no answer."""
    return sheet_form(run.workbook.get("sheets", ()), run.sheet)


def settle_sheet(run: ImportRun, form: ReadImport) -> bool:
    """Read the sheet that was chosen, unless it can't be used."""
    try:
        services.read_import(run, form.sheet.data)
    except Unreadable as cause:
        form.form_errors.append(str(cause))
        return False
    return True


def questions_about(run: ImportRun) -> MapImport:
    """Return the form, filled in with what is remembered of the source."""
    how, source = reading_of(run), source_named(run.source)
    headings = () if how.headings == WORDS else how.headings
    return mapping_form(
        headings,
        how.mapping if headings else {},
        attribution=source.owed if source else None,
        abroad=bool(source and source.abroad),
        trusted=bool(source and source.trusted),
    )


def settle_columns(run: ImportRun, form: MapImport) -> bool:
    """Remember the columns, unless nothing then says what the places are called."""
    chosen = form.chosen()
    try:
        if tuple(run.headings) != WORDS:
            refuse_unusable(tuple(run.headings), dict.fromkeys(chosen, 0))
    except Unreadable:
        words = _("Say which column holds the name, or which holds the kind of help.")
        form.form_errors.append(words)
        return False
    services.map_import(run, chosen, terms=form.terms())
    return True


def page_of(run: ImportRun) -> str:
    """Return the address of a run's page."""
    return url_for("maps.show_import", run_id=run.id)
