"""What the promises about alerts share: an alert as a coordinator drafts it, and who got what."""

from collections.abc import Sequence

from sqlalchemy import select

from alerts.models import Alert, Recipient
from alerts.services import AlertDraft, NeedDraft, draft_alert, open_alert
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, Person, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from nucleus.roster.models import Award, Responder, WeeklyHours
from nucleus.roster.queries import today
from tests.cast import AVERSA, Cast


def draft_of(cast: Cast, **changes: object) -> AlertDraft:
    """Return a draft for two people in Aversa, or whatever is said otherwise."""
    facts: dict[str, object] = {
        "what": "company", "organisation_id": cast.organisation, "needs": (NeedDraft(count=2),),
        "comune": "Aversa", "lat": AVERSA[0], "lon": AVERSA[1],
    }  # fmt: skip
    return AlertDraft(**(facts | changes))  # type: ignore[arg-type]


def opened(cast: Cast, **changes: object) -> Alert:
    """Open an alert as Carla would."""
    alert = draft_alert(draft_of(cast, **changes), author=cast.carla)
    open_alert(alert, by=cast.carla)
    return alert


def recipient(alert: Alert, person: int) -> Recipient:
    """Return one person asked under an alert."""
    mine = select(Recipient).where(Recipient.alert_id == alert.id, Recipient.person_id == person)
    return db.session.scalars(mine).one()


def states(alert: Alert) -> dict[int, str]:
    """Return person → state."""
    rows = select(Recipient.person_id, Recipient.state).where(Recipient.alert_id == alert.id)
    return {person: state for person, state in db.session.execute(rows)}  # noqa: C416


def deliveries(alert: Alert, kind: str, person: int | None = None) -> Sequence[Delivery]:
    """Return the deliveries of one kind of message of an alert (to one person)."""
    of = (
        select(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.origin == "alert", Message.origin_id == alert.id, Message.kind == kind)
        .order_by(Delivery.id)
    )
    if person is not None:
        of = of.where(Delivery.person_id == person)
    return db.session.scalars(of, execution_options={"populate_existing": True}).all()


def pretend_sent(alert: Alert, kind: str = "call") -> None:
    """Do to the rows what the sender does when everything arrives."""
    for row in deliveries(alert, kind):
        if row.state == "queued":
            row.state, row.copies = "sent", 1
    db.session.flush()


def add_responders(cast: Cast, number: int) -> list[int]:
    """Bring more trained people with an e-mail, all of Aversa and always free."""
    added = []
    for n in range(number):
        person = add_person(f"Responder {n}", organisation=cast.organisation)
        add_contact_point(person, Channel.EMAIL, address=f"r{n}@example.org", verified=True)
        db.session.add_all(_roster_rows(cast, person))
        grant_role(person, Role.RESPONDER, organisation=cast.organisation)
        added.append(person.id)
    db.session.flush()
    return added


def _roster_rows(cast: Cast, person: Person) -> list[object]:
    day = today()
    return [
        Responder(
            person_id=person.id, organisation_id=cast.organisation, lat=AVERSA[0], lon=AVERSA[1],
            active_since=now(),
        ),
        Award(
            person_id=person.id, competence_id=cast.listening, issued_on=day,
            expires_on=day.replace(year=day.year + 1, day=1),
        ),
        *(WeeklyHours(person_id=person.id, weekday=d, opens=0, closes=1440) for d in range(7)),
    ]  # fmt: skip
