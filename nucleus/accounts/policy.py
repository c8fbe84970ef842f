"""Who may open which door of the accounts room."""

from datetime import UTC, datetime, timedelta

from flask import session
from sqlalchemy import select

from nucleus.accounts.models import Account
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import Role
from nucleus.people.policy import has_role, is_fresh, is_signed_in, who

HALF_IN = "half_in"
HALF_IN_AT_MOST = timedelta(minutes=10)


def is_visitor() -> bool:
    """Say whether nobody is signed in."""
    return not is_signed_in()


def half_in() -> Account | None:
    """Return whose password or letter was right and whose second factor is still awaited."""
    waiting = session.get(HALF_IN)
    if not waiting:
        return None
    since = datetime.fromtimestamp(waiting["at"], UTC)
    account = db.session.get(Account, waiting["account"])
    return account if account and account.active and now() - since < HALF_IN_AT_MOST else None


def my_account() -> Account | None:
    """Return the account of whoever is here, if they have one."""
    if not is_signed_in():
        return None
    return db.session.scalar(select(Account).where(Account.person_id == who().id))


def has_account() -> bool:
    """Say whether whoever is here signs in with an account."""
    return my_account() is not None


def may_give_second_factor() -> bool:
    """Only who has passed the first door, ten minutes ago at most."""
    return half_in() is not None


def may_confirm_sign_in() -> bool:
    """Whoever is here may prove again who they are."""
    return has_account()


def may_send_code() -> bool:
    """Whoever is here may have a code sent to their own address."""
    return has_account()


def may_change_password() -> bool:
    """Whoever is here, after proving it."""
    return has_account() and is_fresh()


def may_add_second_factor() -> bool:
    """Whoever is here, after proving it; one that stands is replaced only by who used it."""
    account = my_account()
    if account is None or (account.tf_totp_secret and "second_factor_at" not in session):
        return False
    return is_fresh()


def may_list_recovery_code() -> bool:
    """Who came in with a second factor, after proving again who they are."""
    return has_account() and "second_factor_at" in session and is_fresh()


def may_change_contact_point() -> bool:
    """Whoever is here, after proving it: contacts decide whom an alert reaches."""
    return is_signed_in() and is_fresh()


def may_edit_pace() -> bool:
    """Whoever is here, after proving it: who waits too long is reached too late."""
    return is_signed_in() and is_fresh()


def may_add_person() -> bool:
    """A coordinator, for their own organisation."""
    return has_role(Role.COORDINATOR)


def may_list_person() -> bool:
    """A coordinator sees the people of their own organisation, and nobody else's."""
    return has_role(Role.COORDINATOR)


def may_change_api_token() -> bool:
    """An administrator with a second factor, after proving it: a token opens doors for months."""
    return has_role(Role.ADMINISTRATOR) and is_fresh()
