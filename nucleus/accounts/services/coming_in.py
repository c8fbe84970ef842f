"""How somebody comes in, proves again who they are, and leaves."""

from typing import Any, cast
from uuid import uuid4

from flask import session
from flask_security.utils import login_user, logout_user
from sqlalchemy import update

from nucleus.accounts import guessing, letters, library
from nucleus.accounts.models import Account, EndedSession, VerificationCode, address_mark
from nucleus.accounts.policy import HALF_IN
from nucleus.accounts.queries import (
    INVITATION,
    SIGN_IN,
    account_of,
    account_with_mark,
    any_account,
    live_by_code,
    live_by_token,
    sign_in_point,
)
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import new_nonce
from nucleus.people.policy import is_guarded, who

ASKED_FOR = "asked_for"
PASSWORD, LETTER, CODE, APP = "sign_in", "ask_link", "give_code", "second_factor"


def sign_in(email: str, password: str) -> Account | None:
    """Return the account these two open; raise `Resting` after too many wrong tries."""
    mark = address_mark(email)
    guessing.mind(PASSWORD, mark)
    account = account_with_mark(mark)
    number, kept = (account.id, account.password) if account else (0, None)
    if library.matches(password, kept):
        return db.session.get(Account, number)
    guessing.refuse(PASSWORD, mark)
    return None


def confirm_sign_in(password: str) -> bool:
    """Renew the proof of whoever is here when this is their password."""
    account = cast(Account, account_of(who().id))
    mark = account.email
    guessing.mind(PASSWORD, mark)
    if not library.matches(password, account.password):
        guessing.refuse(PASSWORD, mark)
        return False
    session["fs_paa"] = session["proved_at"] = now().timestamp()
    return True


def let_in(account: Account) -> bool:
    """Let somebody in after the first proof; `False` when a second factor is still to come."""
    if not account.tf_totp_secret:
        enter(account)
        return True
    kept = {key: session[key] for key in ("next", "language") if key in session}
    session.clear()
    session.update(kept)
    session[HALF_IN] = {"account": account.id, "at": now().timestamp()}
    return False


def enter(account: Account, *, second_factor: bool = False) -> None:
    """Begin a new session for this account; nothing of an earlier one is kept."""
    person, moment = account.person, now().timestamp()
    leave()
    session[library.NAME] = new_nonce()
    login_user(account, remember=False)
    session.update(dict.fromkeys(("fs_paa", "proved_at", "signed_in_at", "seen_at"), moment))
    session["guarded"] = is_guarded(person.id)
    session["language"] = person.language
    session.permanent = not session["guarded"]
    if second_factor:
        session["second_factor_at"] = moment
    journal.write("accounts.sign_in", f"person:{person.id}", actor=person.id)


def sign_out() -> None:
    """End this session, also where somebody has kept a copy of its cookie."""
    logout_user()
    leave()


def leave() -> None:
    """Forget what stands in this browser, and let its session open nothing any more."""
    if name := session.get(library.NAME):
        db.session.add(EndedSession(name=name, at=now()))
    session.clear()


def ask_link(email: str) -> None:
    """Send a link and a code, if there is such an account; the answer is the same if not."""
    mark = address_mark(email)
    guessing.mind(LETTER, mark)
    guessing.count(LETTER, mark)
    session[ASKED_FOR] = mark
    account = account_with_mark(mark)
    point = sign_in_point(account) if account else None
    if account and point:
        letters.post_sign_in(point, letters.new_code(SIGN_IN, account.id))
    else:
        write_in_vain()


def write_in_vain() -> None:
    """Write a letter and take it back before anybody sends it.

    Without this the answer comes sooner for an address that nobody signs in with, and a partner
    with a clock learns who is here.
    """
    account = any_account()
    point = sign_in_point(account) if account else None
    with db.session.begin_nested() as unsaid:
        if account and point:
            letters.post_sign_in(point, letters.new_code(SIGN_IN, account.id))
        unsaid.rollback()


def send_code() -> None:
    """Send whoever is here a link and a code to prove again who they are."""
    account = cast(Account, account_of(who().id))
    guessing.mind(LETTER, account.email)
    guessing.count(LETTER, account.email)
    session[ASKED_FOR] = account.email
    if point := sign_in_point(account):
        letters.post_sign_in(point, letters.new_code(SIGN_IN, account.id))


def give_code(mark: str, typed: str) -> Account | None:
    """Return the account whose newest letter carried these six digits, and use them up."""
    guessing.mind(CODE, mark)
    account = account_with_mark(mark)
    row = live_by_code(SIGN_IN, account.id, typed) if account else None
    if account and row and use(row):
        prove_contact(account)
        return account
    guessing.refuse(CODE, mark)
    return None


def use_link(token: str) -> Account | None:
    """Return the account of a sign-in link, and use the link up."""
    row = live_by_token(SIGN_IN, token)
    account = db.session.get(Account, row.subject_id) if row else None
    if row is None or account is None or not account.active or not use(row):
        return None
    prove_contact(account)
    return account


def prove_contact(account: Account) -> None:
    """Take a letter that came back as proof that its contact reaches its owner."""
    if point := sign_in_point(account):
        point.verified_at, point.proven_at = point.verified_at or now(), now()


def use(row: VerificationCode) -> bool:
    """Use a link or code up; `False` when somebody else was quicker."""
    unused = update(VerificationCode).where(
        VerificationCode.id == row.id, VerificationCode.used_at.is_(None)
    )
    return bool(cast(Any, db.session.execute(unused.values(used_at=now()))).rowcount)


def give_second_factor(account: Account, typed: str) -> bool:
    """Check a code of the app or a recovery code, and use it up."""
    guessing.mind(APP, account.email)
    secret = account.tf_totp_secret or ""
    if library.is_code_right(account, secret, typed) or library.spend_recovery_code(account, typed):
        return True
    guessing.refuse(APP, account.email)
    return False


def add_second_factor(account: Account, secret: str, typed: str) -> bool:
    """Keep the secret of an app that has shown the right digits, and make recovery codes."""
    guessing.mind(APP, account.email)
    if not library.is_code_right(account, secret, typed):
        guessing.refuse(APP, account.email)
        return False
    account.tf_totp_secret, account.tf_primary_method = secret, "authenticator"
    library.security().mf_recovery_codes_util.create_recovery_codes(account)
    session["second_factor_at"] = now().timestamp()
    person = f"person:{account.person_id}"
    journal.write("accounts.add_second_factor", person, actor=account.person_id)
    return True


def renew_recovery_code(account: Account) -> None:
    """Replace the recovery codes."""
    library.security().mf_recovery_codes_util.create_recovery_codes(account)
    person = f"person:{account.person_id}"
    journal.write("accounts.renew_recovery_code", person, actor=account.person_id)


def set_password(token: str, password: str) -> Account | None:
    """Give an invited person their password, once; the contact that brought the link is proven."""
    if live_by_token(INVITATION, token) is None:
        return None
    kept = library.hashed(password)
    row = live_by_token(INVITATION, token)
    account = db.session.get(Account, row.subject_id) if row else None
    if row is None or account is None or not account.active or not use(row):
        return None
    account.password = kept
    prove_contact(account)
    return account


def change_password(account_id: int, password: str) -> Account:
    """Replace a password and end every session of the account; the caller begins a new one."""
    kept = library.hashed(password)
    account = db.session.get_one(Account, account_id)
    account.password = kept
    end_sessions(account)
    person = f"person:{account.person_id}"
    journal.write("accounts.change_password", person, actor=account.person_id)
    return account


def end_sessions(account: Account) -> None:
    """End every session of an account, on every device."""
    account.fs_uniquifier = uuid4().hex


def close_account_of(person_id: int) -> None:
    """Close the account of somebody who left: no session and no link opens any more."""
    if account := account_of(person_id):
        account.active = False
        end_sessions(account)
