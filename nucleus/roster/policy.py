"""Who may see and change what on the roster."""

from nucleus.ground.database import db
from nucleus.ground.knowing import once_a_page
from nucleus.people.models import Role
from nucleus.people.policy import has_role, present, who
from nucleus.roster.models import Responder


def my_responder() -> Responder | None:
    """Return the roster entry of whoever is here, while they are on it."""
    return db.session.get(Responder, who().id) if is_responder() else None


def is_responder() -> bool:
    """Say whether whoever is here is on the roster."""
    person = present()
    return person is not None and _is_on_roster(person.id)


@once_a_page
def _is_on_roster(person: int) -> bool:
    entry = db.session.get(Responder, person)
    return entry is not None and entry.stopped_at is None


def may_edit_availability() -> bool:
    """Only a responder speaks for their own time."""
    return is_responder()


def may_edit_zone() -> bool:
    """Only a responder says where they can come."""
    return is_responder()


def may_list_responders() -> bool:
    """Coordinators see the roster of their own organisations."""
    return has_role(Role.COORDINATOR)


def may_change_responder(organisation: int | None) -> bool:
    """A coordinator changes the roster of their own organisation only."""
    return organisation is not None and has_role(Role.COORDINATOR, organisation=organisation)
