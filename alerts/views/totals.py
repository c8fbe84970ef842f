"""Totals for outside: a page, and the same as a table for other programs."""

import csv
import io

from flask import Response, render_template

from alerts import policy
from alerts.overview.totals import HEADS, LEAST, totals_of
from alerts.views.doors import bp
from nucleus.ground.web import may


@bp.get("/alerts/totals/show")
@may(policy.may_show_totals)
def show_totals() -> str:
    """Show the totals of each quarter that may be told outside."""
    quarters = totals_of(policy.organisations_i_coordinate())
    rows = [one.row() for one in quarters if one.alerts]
    return render_template("alerts/show_totals.html", rows=rows, least=LEAST)


@bp.get("/alerts/totals.csv")
@may(policy.may_show_totals)
def totals_csv() -> Response:
    """Send the same as a table."""
    sheet = io.StringIO()
    lines = csv.writer(sheet)
    lines.writerow(HEADS)
    lines.writerows(one.row() for one in totals_of(policy.organisations_i_coordinate()))
    found = Response(sheet.getvalue(), mimetype="text/csv")
    found.headers["Content-Disposition"] = 'attachment; filename="totals.csv"'
    return found
