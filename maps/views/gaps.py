"""The page that shows those who coordinate where help is missing, and the same as a table."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

from flask import Response, render_template, request
from flask_babel import format_date

from maps.finding.gaps import DAYS, HOURS, Gap, gap_of
from maps.formats.tables import defused
from maps.policy import may_show_gap
from maps.views import maps
from maps.views.asking import asked, question
from nucleus.ground import i18n
from nucleus.ground.web import may
from nucleus.resources.queries import categories
from nucleus.resources.week import MONDAY


@maps.get("/gap/show")
@may(may_show_gap)
def show_gap() -> str:
    """Show how many places there are by town, kind of help, language and hour."""
    form, _near, found = asked()
    return render_template(
        "maps/show_gap.html",
        form=form,
        gap=gap_of(found, categories(), by_province=is_by_province()),
        by_province=is_by_province(),
        labels=labels(),
        days=day_names(),
        hours=HOURS,
        asked=question(),
        codes={term.id: term.code for term in categories()},
    )


@maps.get("/gap.csv")
@may(may_show_gap)
def gap_csv() -> Response:
    """Send the same numbers as a table: what is counted, of what, and how many."""
    found = gap_of(asked()[2], categories(), by_province=is_by_province())
    sheet = StringIO()
    lines = csv.writer(sheet)
    lines.writerow(("counted_by", "row", "column", "places"))
    lines.writerows(_lines(found))
    response = Response(sheet.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="gap.csv"'
    return response


def is_by_province() -> bool:
    """Say whether provinces are counted instead of towns."""
    return request.args.get("by") == "province"


def labels() -> dict[int, str]:
    """Return what the kinds of help are called, by id."""
    language = i18n.language()
    return {term.id: term.label(language) for term in categories()}


def day_names() -> list[str]:
    """Return the days of the week, Monday first."""
    return [format_date(MONDAY + timedelta(days=day), "EEE") for day in DAYS]


def _lines(found: Gap) -> Iterator[tuple[str, str, str, int]]:
    names, days = labels(), day_names()
    what = "province_kind" if is_by_province() else "town_kind"
    for town in found.towns:
        for kind in found.kinds:
            yield what, defused(town), defused(names[kind]), found.cells[town, kind]
    for language, number in found.languages:
        yield "language", language, "", number
    for day in DAYS:
        for hour in HOURS:
            yield "hour", days[day], f"{hour:02}", found.open_at[day, hour]
