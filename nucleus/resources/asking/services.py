"""Verbs about letters to places: ask, take the answer, remind."""

from datetime import timedelta

from sqlalchemy import select, update

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.lifecycle import move
from nucleus.ground.tokens import new_nonce
from nucleus.messages.models import Delivery
from nucleus.people.addresses import BadAddress
from nucleus.resources.asking.letters import question
from nucleus.resources.asking.models import OwnerLetter
from nucleus.resources.asking.queries import (
    LetterState,
    language_of,
    letter_state,
    place_asked,
    places_to_remind,
    told_by,
    told_count,
)
from nucleus.resources.freshness import EVENING
from nucleus.resources.mailbox import forget_mailboxes, post_to_address
from nucleus.resources.models import FIELD_GROUPS, Resource
from nucleus.resources.services import subject_of
from nucleus.resources.suggesting.services import Said, Sender, TooMany, add_suggestion
from nucleus.resources.topics.services import confirm_groups
from nucleus.resources.topics.table import GONE

GOOD_FOR = timedelta(days=30)
MOST_CHANGES = 12
AT_ONCE = 20


class NotNow(Exception):
    """A place is not written to now; `state` says why."""

    def __init__(self, state: LetterState) -> None:
        """Take the reason."""
        super().__init__(state)
        self.state = state


class LinkOver(Exception):
    """A link was answered already, is too old, or its place is no longer in the list."""


def ask_owner(resource: Resource, *, actor: int | None, language: str | None = None) -> OwnerLetter:
    """Send a place the letter that asks whether all is as before; earlier links end.

    Args:
        resource: the place.
        actor: who asks; nobody means that the house reminds by itself.
        language: in which; without one that of the letter before, else the house's own.

    Raises:
        NotNow: it has no usable address, asked us to stop, or was asked a few days ago.
    """
    db.session.execute(select(Resource.id).where(Resource.id == resource.id).with_for_update())
    state = letter_state(resource).state
    if state is not LetterState.FREE or resource.email is None:
        raise NotNow(state)
    moment = now()
    _end_earlier(resource.id)
    letter = OwnerLetter(resource_id=resource.id, nonce=new_nonce(), by_id=actor, sent_at=moment)
    letter.expires_at = moment + GOOD_FOR
    letter.language = language or language_of(resource)
    db.session.add(letter)
    db.session.flush()
    try:
        box = post_to_address(
            question(letter), resource.email, language=letter.language or "", subject=letter.id
        )
    except BadAddress as cause:
        raise NotNow(LetterState.NO_ADDRESS) from cause
    letter.mailbox_id = box
    journal.write("resources.ask_owner", subject_of(resource), actor=actor, letter=letter.id)
    return letter


def answer_letter(letter: OwnerLetter, answer: str, *, language: str | None = None) -> None:
    """Take the answer of a place, once; the next letter comes in the language it answered in.

    Raises:
        LinkOver: it was answered already, is too old, or the place is no longer in the list.
    """
    _take(letter, answer)
    letter.language = language or letter.language
    resource = place_asked(letter)
    if answer == "same":
        told = set(told_by(letter))
        groups = [one for one in FIELD_GROUPS if one != EVENING and one not in told]
        confirm_groups(resource, groups, actor=None, how="owner")
        if resource.state == "proposed":
            move(resource, "verified")
    elif answer == "closed":
        said = Said(topic=GONE, facts={}, note=None)
        add_suggestion(resource, said, sender_of(letter, ""))
    journal.write("resources.answer_letter", subject_of(resource), letter=letter.id, answer=answer)


def change_letter(letter: OwnerLetter, said: Said, *, language: str) -> None:
    """Take in a change a place tells us of; a person decides on it as on any other.

    Raises:
        LinkOver: the link is over.
        TooMany: more changes came by this letter than a place has facts.
    """
    mind_link(letter)
    if told_count(letter) >= MOST_CHANGES:
        raise TooMany(letter.expires_at)
    add_suggestion(place_asked(letter), said, sender_of(letter, language))


def mind_link(letter: OwnerLetter) -> None:
    """Raise `LinkOver` when a link opens nothing any more."""
    if letter.answered_at or letter.expires_at <= now() or not is_listed(place_asked(letter)):
        raise LinkOver


def is_listed(resource: Resource) -> bool:
    """Say whether a place is on the map."""
    return letter_state(resource).state is not LetterState.NOT_LISTED


def remind_owners() -> int:
    """Ask again the places that answered before and are due; return how many letters went."""
    sent = 0
    for number in places_to_remind(AT_ONCE):
        resource = db.session.get_one(Resource, number)
        try:
            ask_owner(resource, actor=None)
        except NotNow:
            continue
        sent += 1
    return sent


def settle_letters() -> None:
    """Note which letters could not be handed over, then forget the addresses of all settled."""
    failed = select(Delivery.person_id).where(Delivery.state == "failed")
    note = (
        update(OwnerLetter)
        .where(OwnerLetter.mailbox_id.in_(failed), OwnerLetter.failed_at.is_(None))
        .values(failed_at=now())
    )
    db.session.execute(note, execution_options={"synchronize_session": False})
    forget_mailboxes()


def sender_of(letter: OwnerLetter, language: str) -> Sender:
    """Return who says it: the place, by its link."""
    mark = ring().fingerprint("owner", f"{letter.id}")
    return Sender(mark=mark, language=language or "it", owner=True)


def _take(letter: OwnerLetter, answer: str) -> None:
    """Use a link up, if nobody has."""
    mind_link(letter)
    taken = (
        update(OwnerLetter)
        .where(OwnerLetter.id == letter.id, OwnerLetter.answered_at.is_(None))
        .values(answered_at=now(), answer=answer)
        .returning(OwnerLetter.id)
    )
    if not db.session.scalars(taken, execution_options={"synchronize_session": False}).all():
        raise LinkOver
    db.session.refresh(letter)


def _end_earlier(resource_id: int) -> None:
    """Let the links sent before open nothing any more."""
    open_ones = OwnerLetter.resource_id == resource_id, OwnerLetter.answered_at.is_(None)
    end = update(OwnerLetter).where(*open_ones, OwnerLetter.expires_at > now())
    db.session.execute(
        end.values(expires_at=now()), execution_options={"synchronize_session": False}
    )
