"""A real answer proves the contact that brought it, and replaces that month's drill."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from alerts.drills import edit_drill, run_drills
from alerts.models import Alert
from alerts.services import Answer, answer, spoke_by_phone, withdraw
from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import ContactPoint
from tests.alerts.inbound.conftest import VITO, wire_of
from tests.alerts.pages.conftest import Scene, scene  # noqa: F401
from tests.alerts.stage import deliveries, opened, recipient
from tests.alerts.test_run_drills import tried
from tests.cast import Cast
from tests.messages.helpers import point_of

EVENING = datetime(2027, 1, 28, 17, 30, tzinfo=UTC)
LONG_AGO = EVENING - timedelta(days=70)


def called_long_after_the_last_proof(cast: Cast) -> Alert:
    """Call Vito by mail, and a minute later by ntfy."""
    old = {"verified_at": LONG_AGO, "proven_at": LONG_AGO}
    db.session.execute(update(ContactPoint).values(old))
    alert = opened(cast)
    for minute, row in enumerate(deliveries(alert, "call", cast.vito)):
        row.state, row.copies, row.settled_at = "sent", 1, now() + timedelta(minutes=minute)
    db.session.flush()
    return alert


def proven(cast: Cast) -> dict[str, datetime | None]:
    """Return channel → when Vito's contact was last proven."""
    return {lane: point_of(cast.vito, lane).proven_at for lane in ("email", "ntfy")}


def test_an_answer_by_link_proves_the_contact_that_was_reached_last(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(EVENING), cast.stage():
        alert = called_long_after_the_last_proof(cast)
        clock.advance(timedelta(minutes=5))
        answer(recipient(alert, cast.vito), Answer.COMING, by=cast.vito)
        assert proven(cast) == {"email": LONG_AGO, "ntfy": now()}


def test_a_copy_that_never_arrived_or_is_in_doubt_proves_less(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(EVENING), cast.stage():
        alert = called_long_after_the_last_proof(cast)
        _mail, notice = deliveries(alert, "call", cast.vito)
        notice.unsure = True
        answer(recipient(alert, cast.vito), Answer.CANT, by=cast.vito)
        assert proven(cast) == {"email": EVENING, "ntfy": LONG_AGO}
        _mail.undelivered_at, notice.undelivered_at = EVENING, EVENING
        clock.advance(timedelta(minutes=1))
        withdraw(recipient(alert, cast.vito), by=cast.vito)
        assert proven(cast) == {"email": EVENING, "ntfy": LONG_AGO}


def test_what_a_coordinator_notes_proves_nothing(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(EVENING), cast.stage():
        alert = called_long_after_the_last_proof(cast)
        for who in (cast.carla, cast.vito):  # also when they note what they say themselves
            spoke_by_phone(recipient(alert, cast.vito), Answer.CANT, by=who)
        assert proven(cast) == {"email": LONG_AGO, "ntfy": LONG_AGO}


def test_who_was_never_reached_proves_nothing_by_answering(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(EVENING), cast.stage():
        alert = called_long_after_the_last_proof(cast)
        for row in deliveries(alert, "call", cast.vito):
            row.state, row.copies = "failed", 0
        db.session.flush()
        answer(recipient(alert, cast.vito), Answer.COMING, by=cast.vito)
        assert proven(cast) == {"email": LONG_AGO, "ntfy": LONG_AGO}


def test_a_real_answer_replaces_that_month_s_drill(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(EVENING), cast.stage():
        alert = called_long_after_the_last_proof(cast)
        answer(recipient(alert, cast.vito), Answer.COMING, by=cast.vito)
        edit_drill(cast.organisation, active=True, hour=18, by=cast.carla)
        run_drills()
        assert {lane for person, lane in tried() if person == cast.vito} == {"email"}


def test_words_prove_the_contact_they_came_from(scene: Scene) -> None:  # noqa: F811
    wire = wire_of(scene, "twilio")
    before = now()
    wire.says(VITO, "vengo")
    with scene.cast.stage():
        sms, mail = (point_of(scene.cast.vito, lane) for lane in ("sms", "email"))
        assert sms.proven_at is not None
        assert sms.proven_at >= before
        assert mail.proven_at is None or mail.proven_at < before
