"""How a person is reached: added, proven, ordered, kept quiet, given up."""

import json
from datetime import datetime

from nucleus.accounts import guessing, letters
from nucleus.accounts.queries import (
    CHAT,
    CONTACT,
    account_of,
    live_by_code,
    live_by_token,
    other_contacts,
    proven_contacts,
)
from nucleus.accounts.services.coming_in import use
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people import addresses, services
from nucleus.people.models import SENDING, Channel, ContactPoint, Person
from nucleus.people.queries import contact_point_at, contact_points_of

BY_NUMBER = (Channel.SMS, Channel.WHATSAPP, Channel.SIGNAL)
CODE, LETTER = "verify_contact_point", "send_contact_point"


class AlreadyThere(ValueError):
    """The person is already reached at this address."""


class LastWayIn(ValueError):
    """Without this contact a person could neither be reached nor come in."""


def add_contact_point(person: Person, channel: Channel, *, address: str) -> ContactPoint:
    """Add a way to be reached, send it a code, and tell the other contacts."""
    tidy = addresses.tidy(channel, address)
    if any(point.person_id == person.id for point in contact_point_at(channel, tidy)):
        raise AlreadyThere(channel)
    point = services.add_contact_point(person, channel, address=tidy)
    if channel in SENDING:
        send_contact_point(point)
    _tell(point, "accounts.add_contact_point")
    return point


def add_device(person: Person, subscription: str) -> ContactPoint:
    """Add this browser as a way to be reached; the same browser once more takes its old place.

    Raises:
        BadAddress: this is no subscription of a browser.
    """
    tidy = addresses.tidy(Channel.WEB_PUSH, subscription)
    for point in contact_points_of(person.id):
        if point.channel == Channel.WEB_PUSH and is_same_device(point.address, tidy):
            services.retire_contact_point(point)
    return add_contact_point(person, Channel.WEB_PUSH, address=tidy)


def is_same_device(one: str, other: str) -> bool:
    """Say whether two subscriptions lead to the same browser."""
    return bool(json.loads(one)["endpoint"] == json.loads(other)["endpoint"])


def start_chat(person: Person) -> str:
    """Return the code with which a person begins a conversation with our bot; good once."""
    guessing.mind(LETTER, person.uid)
    guessing.count(LETTER, person.uid)
    row = letters.new_code(CHAT, person.id)
    return derive_token(CHAT, row.id, row.nonce)


def confirm_by_start_code(code: str, channel: Channel, *, address: str) -> ContactPoint | None:
    """Take the start code that arrived in a conversation as proof of whose conversation it is.

    For whoever receives what is written to a bot. Asking for the code was proof enough of who
    asked; that it came back from there proves the address. It works once.

    Returns:
        the contact, or `None` when the code is none, too old or used.
    """
    row = live_by_token(CHAT, code)
    person = db.session.get(Person, row.subject_id) if row else None
    if row is None or person is None or person.stopped_at or not use(row):
        return None
    tidy = addresses.tidy(channel, address)
    theirs = [p for p in contact_point_at(channel, tidy) if p.person_id == person.id]
    point = theirs[0] if theirs else services.add_contact_point(person, channel, address=tidy)
    _prove(point)
    if not theirs:
        _tell(point, "accounts.add_contact_point")
    return point


def send_contact_point(point: ContactPoint) -> None:
    """Send a contact its link and code; raise `Resting` when it was asked for too often."""
    guessing.mind(LETTER, point.fingerprint)
    guessing.count(LETTER, point.fingerprint)
    letters.post_verification(point, letters.new_code(CONTACT, point.id))


def verify_contact_point(point: ContactPoint, typed: str) -> bool:
    """Take the six digits that reached a contact as proof."""
    guessing.mind(CODE, point.fingerprint)
    row = live_by_code(CONTACT, point.id, typed)
    if row is None or not use(row):
        guessing.refuse(CODE, point.fingerprint)
        return False
    _prove(point)
    return True


def confirm_contact_point(token: str) -> bool:
    """Take the link that reached a contact as proof."""
    row = live_by_token(CONTACT, token)
    point = db.session.get(ContactPoint, row.subject_id) if row else None
    if row is None or point is None or point.retired_at or not use(row):
        return False
    _prove(point)
    return True


def rank_contact_point(point: ContactPoint, *, up: bool) -> None:
    """Move a contact one place up or down in the order in which they are tried."""
    points = list(contact_points_of(point.person_id))
    here = points.index(point)
    there = here - 1 if up else here + 1
    if 0 <= there < len(points):
        points[here], points[there] = points[there], points[here]
    for rank, each in enumerate(points, start=1):
        each.rank = rank
    _note(point, "accounts.rank_contact_point")


def quiet_contact_point(point: ContactPoint, start: int | None, end: int | None) -> None:
    """Keep a contact quiet between two local times, in minutes after midnight, or never."""
    point.quiet_from, point.quiet_until = start, end
    _tell(point, "accounts.quiet_contact_point")


def edit_pace(person: Person, seconds: int | None) -> None:
    """Keep how long each contact has before the next one is tried; tell the person of it."""
    if person.step_seconds == seconds:
        return
    person.step_seconds = seconds
    journal.write("accounts.edit_pace", f"person:{person.id}", actor=person.id)
    for point in proven_contacts(person.id):
        letters.post_change(point)


def test_contact_point(point: ContactPoint) -> None:
    """Send a contact a message that says that messages arrive."""
    guessing.mind(LETTER, point.fingerprint)
    guessing.count(LETTER, point.fingerprint)
    letters.post_test(point)


def retire_contact_point(point: ContactPoint) -> None:
    """Give a contact up; the sign-in address moves to another proven e-mail or stays."""
    account = account_of(point.person_id)
    if account and account.email == point.fingerprint:
        heirs = [p for p in other_contacts(point) if p.channel == Channel.EMAIL]
        if not heirs:
            raise LastWayIn(point.channel)
        account.email = heirs[0].fingerprint
    services.retire_contact_point(point)
    _tell(point, "accounts.retire_contact_point")


def _prove(point: ContactPoint) -> None:
    moment: datetime = now()
    point.verified_at, point.proven_at = point.verified_at or moment, moment
    if point.channel in BY_NUMBER:
        _prove_telephone(point)
    _note(point, "accounts.verify_contact_point")


def _prove_telephone(point: ContactPoint) -> None:
    """A code that reached a number proves that number for calls too."""
    for phone in contact_point_at(Channel.PHONE, point.address):
        if phone.person_id == point.person_id and phone.verified_at is None:
            phone.verified_at = phone.proven_at = now()


def _tell(point: ContactPoint, word: str) -> None:
    """Note a change, and tell the person on every other proven contact."""
    _note(point, word)
    for other in other_contacts(point):
        letters.post_change(other)


def _note(point: ContactPoint, word: str) -> None:
    person = point.person_id
    journal.write(word, f"contact_point:{point.id}", actor=person, channel=str(point.channel))
