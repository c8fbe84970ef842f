"""Verbs about suggestions: take one in, decide on it, forget whose it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.places.services import Whereabouts, add_place
from nucleus.resources import revisions
from nucleus.resources.models import Resource, new_uid
from nucleus.resources.queries import category_by_code
from nucleus.resources.services import add_resource, retire_resource, verify_resource
from nucleus.resources.suggesting.codes import mark_of_code, new_code
from nucleus.resources.suggesting.letters import thank
from nucleus.resources.suggesting.models import CONTACT, Suggestion
from nucleus.resources.suggesting.queries import place_of, today_of
from nucleus.resources.terms import OTHER
from nucleus.resources.topics.services import Knowing, apply_facts
from nucleus.resources.topics.table import GONE, MISSING

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
MOST = ((12, AN_HOUR), (40, A_DAY))
"""How many one browser, or one person with an account, may send."""

MOST_TOGETHER = ((60, AN_HOUR), (240, A_DAY))
"""How many one connection may send: a shelter has fifty people behind one address."""

OF_SOMEBODY = ("sender", "browser", "note", "by_id", "answer", "code_mark")
"""Columns that say who it was, or in whose words."""

MOST_ABOUT_ONE, MOST_WAITING = 60, 5000
KEPT = timedelta(days=30)
LONGEST_WAIT = timedelta(days=182)
"""Nobody expects thanks for what lay half a year; their address is not kept for it."""


class TooMany(Exception):
    """Too much came from one connection, or waits already; `until` says when to come back."""

    def __init__(self, until: datetime) -> None:
        """Take the moment from which on it may be tried again."""
        super().__init__(until.isoformat())
        self.until = until


class AlreadyDecided(Exception):
    """Somebody else decided on it a moment before."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who says it: fingerprints of where from, the person or owner if known, how to thank."""

    mark: str
    language: str
    browser: str | None = None
    person: int | None = None
    owner: bool = False
    contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said: the topic, the facts as a revision keeps them, and free words."""

    topic: str
    facts: Mapping[str, Any]
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decides, how they know (`call`, `visit`, `web` or nothing), with which facts instead."""

    actor: int
    how: str = ""
    facts: Mapping[str, Any] | None = None
    words: str = ""


def add_suggestion(resource: Resource | None, said: Said, sender: Sender) -> str | None:
    """Take in what somebody says of a place, or of one that is missing; the map stays as it is.

    Returns:
        the code with which they may ask later what became of it; none when they said it before.

    Raises:
        TooMany: this connection sent enough, or too much waits already.
    """
    mark = _mark(resource, said)
    if _repeats(mark, sender):
        return None
    if not sender.owner:  # a letter's link has a limit of its own
        mind_flood(resource, sender)
    where = said.facts.get("where") or {}
    uid = new_uid()
    row = Suggestion(uid=uid, topic=said.topic, note=said.note, mark=mark, at=now())
    row.resource_id, row.facts = resource.id if resource else None, dict(said.facts)
    row.before = today_of(resource, said.facts)
    row.comune, row.province = where.get("comune"), where.get("province")
    row.sender, row.by_id, row.from_owner = sender.mark, sender.person, sender.owner
    row.browser = sender.browser
    row.language = sender.language
    row.sealed_contact = ring().seal(sender.contact, CONTACT, uid) if sender.contact else None
    code = new_code()
    row.code_mark = mark_of_code(code)
    db.session.add(row)
    db.session.flush()
    journal.write("resources.add_suggestion", f"suggestion:{row.id}", actor=sender.person)
    return code


def mind_flood(resource: Resource | None, sender: Sender) -> None:
    """Raise `TooMany` when a browser or its connection sent enough, or too much waits already.

    What strangers heap up never keeps out somebody with an account.
    """
    if sender.browser is not None:
        _mind(Suggestion.browser == sender.browser, MOST)
    _mind(Suggestion.sender == sender.mark, MOST_TOGETHER if sender.browser else MOST)
    if sender.person is not None:
        return
    waiting = select(func.count()).select_from(Suggestion).where(Suggestion.state == "waiting")
    about = waiting.where(Suggestion.resource_id == resource.id) if resource else waiting
    if (db.session.scalar(about) or 0) >= (MOST_ABOUT_ONE if resource else MOST_WAITING):
        raise TooMany(now() + A_DAY)
    if resource and (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooMany(now() + A_DAY)


def _mind(of_sender: ColumnElement[bool], most: Iterable[tuple[int, timedelta]]) -> None:
    for number, span in most:
        recent = select(Suggestion.at).where(of_sender, Suggestion.at > now() - span)
        newest = db.session.scalars(recent.order_by(Suggestion.at.desc()).limit(number)).all()
        if len(newest) == number:
            raise TooMany(newest[-1] + span)


def accept_suggestion(suggestion: Suggestion, decision: Decision) -> Resource:
    """Make the map say what was suggested (or what the decision says instead), and thank.

    Raises:
        AlreadyDecided: somebody else was quicker; nothing is changed.
    """
    together = _decide(suggestion, "accepted", decision)
    facts = suggestion.facts if decision.facts is None else decision.facts
    resource = place_of(suggestion)
    if resource is None:
        resource = _add_missing(facts, decision)
    elif suggestion.topic == GONE:
        retire_resource(resource, actor=decision.actor)
    else:
        known = Knowing(actor=decision.actor, how=decision.how, why=_why(together))
        apply_facts(resource, facts, known)
    _settle(together, decision, made=resource if suggestion.topic == MISSING else None)
    subject = f"suggestion:{suggestion.id}"
    facts_noted = {"resource": resource.id, "together": len(together)}
    journal.write("resources.accept_suggestion", subject, actor=decision.actor, **facts_noted)
    return resource


def refuse_suggestion(suggestion: Suggestion, decision: Decision) -> None:
    """Leave the map as it is, and thank; raise `AlreadyDecided` when somebody was quicker."""
    together = _decide(suggestion, "refused", decision)
    _settle(together, decision)
    subject = f"suggestion:{suggestion.id}"
    journal.write(
        "resources.refuse_suggestion", subject, actor=decision.actor, together=len(together)
    )


def forget_suggestions() -> None:
    """Blank whose words these were, and the words, a month after the decision.

    What was refused is forgotten whole: it may be what somebody says of somebody else.
    """
    old = Suggestion.decided_at < now() - KEPT
    spoken = old & (Suggestion.sender.is_not(None) | Suggestion.note.is_not(None))
    refused = old & (Suggestion.state == "refused") & Suggestion.sender.is_not(None)
    unthanked = Suggestion.sealed_contact.is_not(None) & (Suggestion.at < now() - LONGEST_WAIT)
    for mine, values in (
        (refused, {"facts": {}, "before": {}}),
        (spoken, dict.fromkeys(OF_SOMEBODY)),
        (unthanked, {"sealed_contact": None}),
    ):
        blank = update(Suggestion).where(mine).values(**values)
        db.session.execute(blank, execution_options={"synchronize_session": False})


def _mark(resource: Resource | None, said: Said) -> str:
    """Return what equal suggestions have in common; their notes count only when alone."""
    told: Any = _written(said)
    if resource is None:
        where = said.facts.get("where") or {}
        told = plain(f"{said.facts['name']} {where.get('comune') or ''}")
    elif not said.facts and said.topic != GONE:
        told = plain(said.note or "")
    about = resource.id if resource else MISSING
    return ring().fingerprint("suggestion", f"{about}|{said.topic}|{told}")


def _written(said: Said) -> list[tuple[str, str]]:
    """Return the facts so that equal ones are written alike."""
    return sorted((name, repr(value)) for name, value in said.facts.items())


def _repeats(mark: str, sender: Sender) -> bool:
    """Say whether the same sender said the same already and it waits."""
    same = select(Suggestion.id).where(
        Suggestion.mark == mark, Suggestion.sender == sender.mark, Suggestion.state == "waiting"
    )
    return db.session.scalar(same.limit(1)) is not None


def _decide(suggestion: Suggestion, state: str, decision: Decision) -> list[int]:
    """Take the decision for all that say the same, if nobody has; return their ids."""
    if suggestion.resource_id is not None:
        # Two coordinators and a check round may change one place at once: one after the other.
        db.session.execute(
            select(Resource.id).where(Resource.id == suggestion.resource_id).with_for_update()
        )
    taken = (
        update(Suggestion)
        .where(Suggestion.mark == suggestion.mark, Suggestion.state == "waiting")
        .values(state=state, decided_at=now(), decided_by_id=decision.actor)
        .returning(Suggestion.id)
    )
    ids = list(db.session.scalars(taken, execution_options={"synchronize_session": False}))
    if not ids:
        raise AlreadyDecided
    db.session.expire_all()
    return sorted(ids)


def _settle(ids: list[int], decision: Decision, *, made: Resource | None = None) -> None:
    """Thank everybody who said it, and note which place came of it."""
    for row in db.session.scalars(select(Suggestion).where(Suggestion.id.in_(ids))):
        row.made_id, row.answer = made.id if made else None, decision.words or None
        thank(row, decision.words)


def _why(together: list[int]) -> str:
    """Return the reason a revision keeps; the number leads back to what was said."""
    return f"suggestion {together[0]}"


def _add_missing(facts: Mapping[str, Any], decision: Decision) -> Resource:
    """Add the place somebody missed: proposed, or verified when it was checked."""
    columns = revisions.read_back({k: v for k, v in facts.items() if k != "category"})
    term = category_by_code(facts.get("category", OTHER)) or category_by_code(OTHER)
    place = add_place(revisions.whereabouts(facts) or Whereabouts(), source="suggestion")
    columns |= {"category_id": term.id if term else None, "place_id": place.id}
    columns.setdefault("organisation_id", None)
    resource = add_resource(columns, languages=facts.get("languages", ()), actor=decision.actor)
    if decision.how:
        verify_resource(resource, actor=decision.actor, how=decision.how)
    return resource
