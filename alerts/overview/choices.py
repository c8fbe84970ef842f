"""What the coordinators' desk lists and offers to choose from."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select

from alerts.models import Alert, AlertDesk
from alerts.policy import is_kept_out
from nucleus.ground import i18n
from nucleus.ground.database import db
from nucleus.people.models import Organisation, Person
from nucleus.roster.models import Competence

SHELF = 20
Choices = list[tuple[str, str]]


def alerts_in(state: str, organisations: frozenset[int] | None) -> Sequence[Alert]:
    """Return the alerts these associations run (`None`: all) in one state, newest first.

    Those of somebody who does not want the reader are not there.
    """
    said = {"state": state, "desks": sorted(organisations or ())}
    rows = db.session.scalars(_shelf(everywhere=organisations is None), said).all()
    return [row for row in rows if not is_kept_out(row)]


@cache
def _shelf(*, everywhere: bool) -> Select[Alert]:
    """Return the question for a shelf with blanks; the start page asks it of everyone here."""
    run_here = select(AlertDesk.alert_id).where(AlertDesk.purpose == "run")
    if not everywhere:
        run_here = run_here.where(AlertDesk.organisation_id.in_(bindparam("desks", expanding=True)))
    shelf = select(Alert).where(Alert.state == bindparam("state"), Alert.id.in_(run_here))
    return shelf.order_by(Alert.id.desc()).limit(SHELF)


def organisations_to_choose(organisations: frozenset[int] | None) -> Choices:
    """Return the associations that may ask."""
    own = select(Organisation).where(Organisation.own, *_within(Organisation.id, organisations))
    rows = db.session.scalars(own.order_by(Organisation.name))
    return [(str(row.id), row.name) for row in rows]


def people_to_choose(organisations: frozenset[int] | None) -> Choices:
    """Return the people an alert may be for; who is only named in somebody's plan is nobody's."""
    here = select(Person).where(
        Person.stopped_at.is_(None),
        Person.organisation_id.is_not(None),
        *_within(Person.organisation_id, organisations),
    )
    return [(str(row.id), row.name) for row in db.session.scalars(here.order_by(Person.name))]


def trainings_to_choose() -> Choices:
    """Return what a person may be trained in, in the reader's language."""
    rows = db.session.scalars(select(Competence))
    return sorted(
        ((str(row.id), row.label(i18n.language())) for row in rows), key=lambda pair: pair[1]
    )


def _within(column: object, organisations: frozenset[int] | None) -> list[ColumnElement[bool]]:
    return [] if organisations is None else [column.in_(organisations)]  # type: ignore[attr-defined]
