"""Who may run an alert, and who may see which part of it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select

from alerts.choosing.audience import unwanted_by
from alerts.choosing.desks import desks_of
from alerts.models import Alert, Recipient
from nucleus.ground.database import db
from nucleus.ground.knowing import once_a_page
from nucleus.people.models import Role
from nucleus.people.policy import has_role, is_fresh, is_signed_in, my_grants, present

if TYPE_CHECKING:
    from collections.abc import Callable

ENGAGED = ("accepted",)

_EVER_ASKED = select(exists().where(Recipient.person_id == bindparam("person")))


def may_run_alert(alert: Alert | None = None) -> bool:
    """Say whether whoever is here coordinates: at all, or at one of the desks of this alert.

    Whom the person in need does not want finds no alert, unless they wrote it themselves.
    """
    if alert is None:
        return has_role(Role.COORDINATOR)
    return _coordinates_one_of(desks_of(alert)) and not is_kept_out(alert)


may_break_glass: "Callable[..., bool]" = may_run_alert


def may_approve_surplus(alert: Alert | None = None) -> bool:
    """Say whether whoever is here may give a second yes: wherever it was asked for."""
    if alert is None:
        return has_role(Role.COORDINATOR)
    return _coordinates_one_of(desks_of(alert, approving=True)) and not is_kept_out(alert)


def is_kept_out(alert: Alert) -> bool:
    """Say whether the person in need does not want whoever is here near them."""
    person = present()
    if person is None or person.id == alert.author_id:
        return False
    return person.id in unwanted_by(alert.person_id)


def may_edit_drill(organisation: int | None = None) -> bool:
    """Say whether whoever is here coordinates (the association whose drills these are)."""
    return has_role(Role.COORDINATOR, organisation=organisation)


def may_list_unwanted() -> bool:
    """Only the owner, freshly signed in: a phone may lie open on a table."""
    return is_signed_in() and is_fresh()


may_add_unwanted = may_remove_unwanted = may_list_unwanted


may_list_alert: "Callable[..., bool]" = may_run_alert
may_change_wall: "Callable[..., bool]" = may_run_alert
may_show_totals: "Callable[..., bool]" = may_run_alert
may_draft_alert: "Callable[..., bool]" = may_run_alert
may_raise_on_behalf: "Callable[..., bool]" = may_run_alert
may_take_cap: "Callable[..., bool]" = may_run_alert


def may_revoke_wall(organisation: int) -> bool:
    """Say whether whoever is here coordinates the association whose screen it is."""
    return has_role(Role.COORDINATOR, organisation=organisation)


def may_show_watch() -> bool:
    """Say whether whoever is here can mend what is not well with the house, and is told in full."""
    return has_role(Role.COORDINATOR, Role.KEEPER, Role.ADMINISTRATOR)


def may_lend_probe() -> bool:
    """Say whether whoever is here keeps the house and decides where test messages go."""
    return has_role(Role.KEEPER, Role.ADMINISTRATOR)


def may_list_feed() -> bool:
    """Say whether whoever is here sets feeds up, or works with the drafts that come of them."""
    return has_role(Role.ADMINISTRATOR, Role.COORDINATOR)


def may_list_mine() -> bool:
    """Say whether whoever is here may have been asked to come."""
    return has_role(Role.RESPONDER) or was_ever_asked()


def was_ever_asked() -> bool:
    """Say whether whoever is here stands among the people asked in any alert."""
    person = present()
    return person is not None and _was_ever_asked(person.id)


@once_a_page
def _was_ever_asked(person: int) -> bool:
    return bool(db.session.scalar(_EVER_ASKED, {"person": person}))


def may_show_after(alert: Alert | None = None) -> bool:
    """Say whether whoever is here was part of it: coordinators, and those who came."""
    if alert is None:
        return may_run_alert() or was_ever_asked()
    return may_run_alert(alert) or came(alert)


def came(alert: Alert) -> bool:
    """Say whether whoever is here said that they were coming, and did not take it back."""
    person = present()
    if person is None:
        return False
    coming = exists().where(
        Recipient.alert_id == alert.id,
        Recipient.person_id == person.id,
        Recipient.state.in_(ENGAGED),
    )
    return bool(db.session.scalar(select(coming)))


def may_press_help() -> bool:
    """Say whether whoever is here may call for help: everyone who is signed in, always."""
    return is_signed_in()


def may_show_help(alert: Alert | None = None) -> bool:
    """Say whether whoever is here pressed for help (in this alert, if given)."""
    person = present()
    if alert is None or person is None:
        return person is not None
    return alert.help and alert.person_id == person.id


def _coordinates_one_of(organisations: Iterable[int]) -> bool:
    return any(has_role(Role.COORDINATOR, organisation=each) for each in organisations)


def organisations_i_coordinate() -> frozenset[int] | None:
    """Return the associations whose alerts are mine to run; `None` means all of them."""
    mine = {scope for role, scope in my_grants() if role == Role.COORDINATOR}
    return None if None in mine else frozenset(scope for scope in mine if scope is not None)


def may_change_provider() -> bool:
    """Say whether whoever is here administers, and has just proven who they are."""
    return has_role(Role.ADMINISTRATOR) and is_fresh()


may_change_listener: "Callable[..., bool]" = may_change_provider
may_change_feed: "Callable[..., bool]" = may_change_provider


def may_see_provider() -> bool:
    """Say whether whoever is here administers."""
    return has_role(Role.ADMINISTRATOR)
