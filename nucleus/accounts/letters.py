"""What the accounts room writes to people: discreet subjects, every language of the house."""

from collections.abc import Callable
from datetime import timedelta

from flask_babel import gettext as _

from nucleus.accounts.models import VerificationCode
from nucleus.accounts.queries import CHAT, CONTACT, INVITATION, SIGN_IN
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import CODE_MARK, new_nonce
from nucleus.ground.web import settings
from nucleus.messages.models import PERSONAL
from nucleus.messages.services import Draft, post_to_contact
from nucleus.people.models import ContactPoint

Words = dict[str, str]
GOOD_FOR = {
    SIGN_IN: timedelta(minutes=15),
    CONTACT: timedelta(minutes=30),
    INVITATION: timedelta(days=7),
    CHAT: timedelta(minutes=30),
}
PATHS = {
    SIGN_IN: "/accounts/link/use/",
    CONTACT: "/accounts/contact-point/confirm/",
    INVITATION: "/accounts/password/set/",
}


def new_code(purpose: str, subject_id: int) -> VerificationCode:
    """Make the row behind one link and one code; the ones sent before it stop working."""
    moment = now()
    row = VerificationCode(
        purpose=purpose,
        subject_id=subject_id,
        nonce=new_nonce(),
        sent_at=moment,
        expires_at=moment + GOOD_FOR[purpose],
    )
    db.session.add(row)
    db.session.flush()
    return row


def post_sign_in(point: ContactPoint, row: VerificationCode) -> None:
    """Send a link and a code for signing in."""
    _post(point, _sign_in_words, row=row)


def post_verification(point: ContactPoint, row: VerificationCode) -> None:
    """Send a link and a code that prove a contact reaches its owner."""
    _post(point, _verification_words, row=row)


def post_invitation(point: ContactPoint, row: VerificationCode) -> None:
    """Send a link by which somebody new chooses a password."""
    _post(point, _invitation_words, row=row)


def post_test(point: ContactPoint) -> None:
    """Send a message that says only that messages arrive."""
    _post(point, _test_words)


def post_change(point: ContactPoint) -> None:
    """Tell a person, on another contact, that one of theirs changed."""
    _post(point, _change_words)


def _post(
    point: ContactPoint, write: Callable[[], Words], *, row: VerificationCode | None = None
) -> None:
    draft = Draft(
        kind=f"accounts.{write.__name__.strip('_').removesuffix('_words')}",
        texts=i18n.in_every_language(write),
        priority=PERSONAL,
        urgent=row is not None,
        overtakes=row is not None,  # somebody is waiting before a screen
        link_purpose=row.purpose if row else None,
        link_path=PATHS[row.purpose] if row else None,
        nonce=row.nonce if row else None,
        valid_until=row.expires_at if row else None,
    )
    post_to_contact(draft, point.id, link_subject=row.id if row else None)


def _sign_in_words() -> Words:
    return {
        "subject": _("Your code: %(code)s", code=CODE_MARK),
        "body": _(
            "Use this code or the link to come in: %(code)s. Both work once, for 15 minutes. "
            "If you did not ask for it, do nothing: nobody can come in without it.",
            code=CODE_MARK,
        ),
        "short": _("Your code: %(code)s", code=CODE_MARK),
    }


def _verification_words() -> Words:
    return {
        "subject": _("Your code: %(code)s", code=CODE_MARK),
        "body": _(
            "Somebody, hopefully you, wants to be reached here. Type the code %(code)s on the "
            "page, or open the link. If it was not you, do nothing.",
            code=CODE_MARK,
        ),
        "short": _("Your code: %(code)s", code=CODE_MARK),
    }


def _invitation_words() -> Words:
    name = settings().name
    return {
        "subject": _("%(name)s: welcome", name=name),
        "body": _(
            "A coordinator of %(name)s has added you. Open the link within 7 days to choose a "
            "password. If you know nothing of this, do nothing.",
            name=name,
        ),
        "short": _("%(name)s: welcome", name=name),
    }


def _test_words() -> Words:
    return {
        "subject": _("A test message"),
        "body": _("This message arrived: we can reach you here. You need not do anything."),
        "short": _("A test message: we can reach you here."),
    }


def _change_words() -> Words:
    return {
        "subject": _("One of your contacts changed"),
        "body": _(
            "One of the ways to reach you was added, changed or removed. If it was you, all is "
            "well. If not, sign in and look at your contacts, or call us."
        ),
        "short": _("One of your contacts changed. If it was not you, call us."),
    }
