"""What the story came to, counted from the rows and from the sinks, not from the telling."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from alerts import queries
from alerts.models import Alert, Recipient
from alerts.views.wording.moments import told_moment
from nucleus.ground import i18n
from nucleus.ground.database import db, reading
from nucleus.messages.models import Delivery
from nucleus.resources.models import Resource
from tests.demo.story import Story

SETTLED = ("sent", "failed", "skipped")


def wait_until_all_is_settled(story: Story, seconds: float = 60.0) -> bool:
    """Wait until no delivery is under way; the sinks' arrivals are what wakes us."""
    sinks = story.house.sinks
    for _ in range(int(seconds * 5)):
        with story.house.app.app_context(), reading():
            waiting = db.session.scalar(
                select(func.count(Delivery.id)).where(Delivery.state.not_in(SETTLED))
            )
        if not waiting:
            return True
        before = len(sinks.received())
        sinks.wait_for(lambda: len(sinks.received()) != before, 0.2)  # noqa: B023
    return False


def count(story: Story) -> dict[str, Any]:
    """Return the JSON object of the run (without what an import adds)."""
    with story.house.app.app_context(), reading():
        alert = db.session.get_one(Alert, story.alert_id)
        states = Counter(
            db.session.scalars(select(Recipient.state).where(Recipient.alert_id == alert.id))
        )
        lines = db.session.scalars(select(Delivery)).all()
        copies = story.house.sinks.copies()
        return {
            "alert": {
                "number": alert.short_number,
                "state": alert.state,
                "reason": alert.reason,
                "drill": alert.drill,
            },
            "resources": db.session.scalar(select(func.count(Resource.id))),
            "asked": db.session.scalar(
                select(func.count(Recipient.id)).where(
                    Recipient.alert_id == alert.id, Recipient.alerted_at.is_not(None)
                )
            ),
            "waves": alert.wave,
            "accepted": states["accepted"],
            "declined": states["declined"],
            "deliveries": deliveries(lines),
            "received_by_sinks": sum(copies.values()),
            "lost": lost(lines, copies),
            "repeated": sum(number - 1 for number in copies.values()),
            "seconds_to_first_answer": round(story.marks["first"] - story.began, 2),
            "seconds_to_full": round(story.marks["full"] - story.began, 2),
        }


def deliveries(lines: Sequence[Delivery]) -> dict[str, int]:
    """Count how the deliveries ended."""
    ended = Counter(line.state for line in lines)
    counted = {state: ended[state] for state in SETTLED}
    return {**counted, "unsure": sum(line.unsure for line in lines)}


def lost(lines: Sequence[Delivery], copies: Counter[str]) -> int:
    """Count what was not told: never settled, or settled as sent and never received."""
    unsettled = sum(line.state not in SETTLED for line in lines)
    sent = sum(line.state == "sent" for line in lines)
    return unsettled + max(0, sent - len(copies))


def timeline(story: Story) -> list[str]:
    """Return the journal of the alert as lines to read."""
    with story.house.app.app_context(), reading():
        alert = db.session.get_one(Alert, story.alert_id)
        with i18n.speaking("en"):
            moments = queries.board(alert).timeline
            return [f"{moment.at:%H:%M:%S}  {told_moment(moment)}" for moment in moments]
