"""*Per conto di*: a coordinator asks for help for somebody who telephones."""

from dataclasses import replace

from sqlalchemy import literal, select

from alerts.answering.confidences import Confided, keep_confidence
from alerts.asking import waves
from alerts.asking.drafting import AlertDraft, draft_alert
from alerts.models import Alert
from alerts.telling import answer_words, posting
from nucleus.ground import journal
from nucleus.ground.database import db
from nucleus.messages.services import Draft, post_message
from nucleus.people.models import Organisation, Person


def raise_on_behalf(draft: AlertDraft, caller: Confided, *, by: int) -> Alert:
    """Open an alert for somebody who telephones, or join the one that is open for them.

    The journal says who wrote it and for whom. A known person is told on their own contacts
    that we are looking, unless that is dangerous.

    Args:
        draft: what is needed; a telephone call is never a drill.
        caller: what only somebody who comes may learn.
        by: the coordinator, who follows it from now on.
    """
    running = _open_alert_for(draft.person_id)
    if running is not None:
        journal.write("alerts.join_on_behalf", f"alert:{running.id}", actor=by)
        posting.post_asked_again(running)
        return running
    alert = draft_alert(replace(draft, drill=False, scale="person"), author=by)
    keep_confidence(alert, caller)
    journal.write(
        "alerts.raise_on_behalf", f"alert:{alert.id}", actor=by, person=draft.person_id,
        told=draft.person_id is not None and not caller.silent,
    )  # fmt: skip
    waves.open_alert(alert, by=by)
    if alert.person_id is not None and not caller.silent:
        _tell_person(alert)
    return alert


def _open_alert_for(person_id: int | None) -> Alert | None:
    """A second call about the same person is news, and opens no second alert."""
    if person_id is None:
        return None
    running = select(Alert).where(
        Alert.person_id == person_id, Alert.state == "open", Alert.drill.is_(False)
    )
    return db.session.scalars(running.order_by(Alert.id).limit(1)).first()


def _tell_person(alert: Alert) -> None:
    name = db.session.get_one(Organisation, alert.organisation_id).name
    draft = Draft(
        kind="on_behalf", texts=answer_words.asked_for_you(name), origin=posting.ORIGIN,
        origin_id=alert.id, thread=alert.short_number,
    )  # fmt: skip
    to = select(Person.id, literal(None)).where(Person.id == alert.person_id)
    post_message(draft, to, step_seconds=alert.step_seconds, wakes_sleepers=True)
