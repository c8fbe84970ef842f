"""Reads about letters to places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import exists, func, select

from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import proves, subject_of
from nucleus.resources.asking.models import OwnerLetter
from nucleus.resources.freshness import EVENING
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.policy import FINDABLE
from nucleus.resources.queries import surviving
from nucleus.resources.suggesting.models import Suggestion

PURPOSE = "owner"
PAUSE = timedelta(days=14)
"""A place is not asked again within two weeks, by anybody."""

REMIND_AFTER = timedelta(days=60)


class LetterState(StrEnum):
    """Whether a place may be written to, and why not."""

    FREE = "free"
    NO_ADDRESS = "no_address"
    NOT_LISTED = "not_listed"
    SOON = "soon"
    STOPPED = "stopped"


@dataclass(frozen=True)
class LastLetter:
    """Whether a place may be written to, and the last letter it got."""

    state: LetterState
    last: OwnerLetter | None = None


def letter_by_token(token: str) -> OwnerLetter | None:
    """Return the letter a link came in, answered and too old ones too; None if it is no link."""
    subject = subject_of(token)
    letter = db.session.get(OwnerLetter, subject) if subject is not None else None
    if letter is None or not proves(token, PURPOSE, letter.id, letter.nonce):
        return None
    return letter


def place_asked(letter: OwnerLetter) -> Resource:
    """Return the place a letter asks about; of an entry merged since, the one that stayed."""
    return surviving(letter.resource)


def letter_state(resource: Resource) -> LastLetter:
    """Return whether a place may be written to now."""
    last = last_letter(resource.id)
    if resource.state not in FINDABLE:
        return LastLetter(LetterState.NOT_LISTED, last)
    if not resource.email:
        return LastLetter(LetterState.NO_ADDRESS, last)
    if _asked_us_to_stop(resource.id):
        return LastLetter(LetterState.STOPPED, last)
    soon = last is not None and last.sent_at > now() - PAUSE and last.failed_at is None
    return LastLetter(LetterState.SOON if soon else LetterState.FREE, last)


def last_letter(resource_id: int) -> OwnerLetter | None:
    """Return the last letter to a place."""
    letters = select(OwnerLetter).where(OwnerLetter.resource_id == resource_id)
    return db.session.scalar(letters.order_by(OwnerLetter.id.desc()).limit(1))


def language_of(resource: Resource) -> str | None:
    """Return the language of the last letter to a place; none when it never got any."""
    last = last_letter(resource.id)
    return last.language if last else None


def places_to_remind(limit: int) -> Sequence[int]:
    """Return which places may be reminded: due, answered us before, and not asked lately."""
    theirs = OwnerLetter.resource_id == Resource.id
    answered = exists().where(theirs, OwnerLetter.answer.in_(("same", "done")))
    stopped = exists().where(theirs, OwnerLetter.answer == "stop")
    lately = exists().where(theirs, OwnerLetter.sent_at > now() - REMIND_AFTER)
    due = exists().where(
        Freshness.resource_id == Resource.id,
        Freshness.due_at <= now(),
        Freshness.field_group != EVENING,
    )
    places = select(Resource.id).where(
        Resource.email.is_not(None), Resource.state.in_(FINDABLE), answered, ~stopped, ~lately, due
    )
    return db.session.scalars(places.order_by(Resource.id).limit(limit)).all()


def told_by(letter: OwnerLetter) -> list[str]:
    """Return the topics this place told us of since the letter, decided on or not."""
    told = select(Suggestion.topic).where(
        Suggestion.resource_id == place_asked(letter).id,
        Suggestion.from_owner,
        Suggestion.at >= letter.sent_at,
    )
    return list(dict.fromkeys(db.session.scalars(told.order_by(Suggestion.id))))


def told_count(letter: OwnerLetter) -> int:
    """Return how much this place told us since the letter."""
    told = select(func.count()).where(
        Suggestion.resource_id == place_asked(letter).id,
        Suggestion.from_owner,
        Suggestion.at >= letter.sent_at,
    )
    return db.session.scalar(told) or 0


def _asked_us_to_stop(resource_id: int) -> bool:
    stopped = OwnerLetter.resource_id == resource_id, OwnerLetter.answer == "stop"
    return db.session.scalar(select(OwnerLetter.id).where(*stopped).limit(1)) is not None
