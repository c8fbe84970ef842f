"""Promises of forgetting an alert: a year after its end only number, times and counts are left."""

from datetime import timedelta

from sqlalchemy import func, select

from alerts.asking.closing import close_alert
from alerts.caring.forgetting import forget_alerts
from alerts.models import Alert, Need, Recipient
from alerts.queries import after_action
from alerts.services import draft_alert
from nucleus.ground.boards import jobs
from nucleus.ground.clock import advance, held_at, now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from tests.alerts.stage import draft_of, opened
from tests.cast import Cast

SECRET = "Bea ha bisogno di compagnia"


def ended(cast: Cast) -> int:
    """Let an alert be raised and ended now."""
    with cast.stage():
        alert = opened(cast, what=SECRET, meeting_words="In via Segreta 3")
        close_alert(alert, "resolved", by=cast.carla)
        return alert.id


def count(rows: type) -> int:
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def test_a_year_after_its_end_only_counts_are_left(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with held_at(now()):
        number = ended(cast)
        with cast.stage():
            before = after_action(db.session.get_one(Alert, number))
        advance(timedelta(days=364))
        with cast.stage():
            assert forget_alerts() == 0
            assert count(Recipient)
        advance(timedelta(days=2))
        with cast.app.app_context():
            (job,) = [j for j in cast.app.extensions["nucleus.jobs"] if j.name == "forget_alerts"]
            assert jobs.run(job)
        with cast.stage():
            assert forget_alerts() == 0
            alert = db.session.get_one(Alert, number)
            assert (alert.what, alert.meeting_words, alert.comune) == ("", None, None)
            assert (alert.state, alert.reason) == ("closed", "resolved")
            assert [count(t) for t in (Recipient, Need, Message, Delivery)] == [0, 0, 0, 0]
            after = after_action(alert)
            assert (after.asked, after.waves) == (before.asked, before.waves)
            assert after.asked
            word = select(LogEntry.facts).where(LogEntry.word == "alerts.forget_alert")
            assert db.session.scalars(word).one()["recipients"] >= before.asked
    carla = cast.signed_in(cast.carla)
    for page in ("/alerts/alert/list", f"/alerts/alert/{number}/after"):
        shown = carla.get(page, follow_redirects=True)
        assert shown.status_code == 200
        assert SECRET not in shown.text


def test_what_is_open_is_never_forgotten_and_a_draft_is(cast: Cast) -> None:
    with held_at(now()):
        with cast.stage():
            still, draft = opened(cast).id, draft_alert(draft_of(cast), author=cast.carla).id
        advance(timedelta(days=500))
        with cast.stage():
            assert forget_alerts() == 1
            assert db.session.get_one(Alert, still).what
            assert db.session.get_one(Alert, draft).forgotten_at
