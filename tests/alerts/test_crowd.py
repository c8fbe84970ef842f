"""Two people for a crowd: whatever is pressed, nobody alone calls more than fifty for real."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from alerts.models import Alert, Recipient
from alerts.services import Answer, NeedDraft, answer, approve_surplus, ask_next_wave
from nucleus.ground.database import db
from nucleus.messages.models import Delivery, Message
from tests.alerts.stage import add_responders, opened
from tests.cast import Cast

DEEDS = st.lists(
    st.sampled_from(["ask", "ask", "can't", "can't", "author agrees", "other agrees"]),
    min_size=1,
    max_size=8,
)


def called(alert: Alert) -> int:
    """Return how many people have a call of an alert on its way, or had one."""
    found = select(func.count(Delivery.person_id.distinct())).join(Delivery.message)
    return db.session.scalar(found.where(Message.kind == "call")) or 0


def do(cast: Cast, alert: Alert, deed: str) -> None:
    """Do one of the deeds; several say no together, so that the next wave asks others."""
    if deed == "ask":
        ask_next_wave(alert, by=cast.carla)
    elif deed == "can't":
        waiting = select(Recipient).where(
            Recipient.alert_id == alert.id, Recipient.state == "alerted"
        )
        for row in db.session.scalars(waiting.limit(15)).all():
            answer(row, Answer.CANT, by=row.person_id)
    else:
        approve_surplus(alert, by=cast.carla if deed == "author agrees" else cast.dario)


def test_nobody_alone_calls_more_than_fifty(cast_on_both: Cast) -> None:
    """2: each example is one transaction that is taken back."""
    with cast_on_both.stage():
        add_responders(cast_on_both, 57)

    @settings(
        max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(deeds=DEEDS, places=st.integers(1, 30), everyone=st.booleans(), drill=st.booleans())
    def holds(deeds: list[str], places: int, everyone: bool, drill: bool) -> None:
        needs = (NeedDraft(count=places),)
        with cast_on_both.app.app_context():
            alert = opened(cast_on_both, needs=needs, everyone=everyone, scale="area", drill=drill)
            agreed = drill
            for deed in deeds:
                assert agreed or called(alert) <= 50
                do(cast_on_both, alert, deed)
                agreed |= deed == "other agrees"
            assert agreed or called(alert) <= 50
            db.session.rollback()

    holds()
