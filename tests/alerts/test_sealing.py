"""What people say about a crisis stands sealed: a stolen file shows none of it."""

import pytest
from sqlalchemy import select, update

from alerts.models import Alert, Recipient
from alerts.services import Answer, answer
from nucleus.ground.crypto import init_app as hang_ring
from nucleus.ground.crypto import new_ring_line, read_ring
from nucleus.ground.database import db
from nucleus.ground.sealing import LOST
from tests.alerts.stage import opened, recipient
from tests.cast import Cast

CRISIS, WHERE, SAID = "she can't be alone tonight", "behind the old mill", "I bring my sister"


@pytest.fixture
def told(cast_on_both: Cast) -> Cast:
    with cast_on_both.stage():
        alert = opened(cast_on_both, what=CRISIS, meeting_words=WHERE)
        vito = recipient(alert, cast_on_both.vito)
        answer(vito, Answer.COMING, words=SAID, by=vito.person_id)
    return cast_on_both


def test_no_row_of_an_alert_shows_a_word_of_it(told: Cast) -> None:
    with told.stage():
        for table in (Alert.__table__, Recipient.__table__):
            for row in db.session.execute(select(table)):
                shown = repr(tuple(row))
                assert not any(words in shown for words in (CRISIS, WHERE, SAID))


def test_who_may_read_them_reads_them_as_they_were_written(told: Cast) -> None:
    with told.stage():
        alert = db.session.scalars(select(Alert)).one()
        assert (alert.what, alert.meeting_words, alert.why_alone) == (CRISIS, WHERE, None)
        assert recipient(alert, told.vito).words == SAID
        assert recipient(alert, told.amina).words is None


def test_words_moved_to_another_row_or_column_can_not_be_read(told: Cast) -> None:
    with told.stage():
        other = opened(told, what="a walk")
        mine = db.session.scalars(select(Alert).where(Alert.id != other.id)).one()
        moved = {"sealed_what": mine.sealed_what, "sealed_meeting_words": mine.sealed_what}
        db.session.execute(update(Alert).where(Alert.id == other.id).values(moved))
        db.session.expire_all()
        assert (other.what, other.meeting_words) == (LOST, LOST)


def test_a_key_that_is_gone_costs_the_words_and_not_the_page(told: Cast) -> None:
    hang_ring(told.app, read_ring(new_ring_line()))
    with told.stage():
        assert db.session.scalars(select(Alert)).one().what == LOST
