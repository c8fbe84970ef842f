"""Many people press at the same moment: nobody is oversold, nobody is lost, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from alerts.helping.help import press_help
from alerts.models import Alert, Recipient
from alerts.services import Answer, Answered, NeedDraft, answer, withdraw
from nucleus.ground.database import db
from nucleus.people.models import Person
from tests.alerts.stage import add_responders, deliveries, opened, pretend_sent, recipient
from tests.cast import Cast

CROWD = 16
T = TypeVar("T")


def all_at_once(people: list[int], do: Callable[[int], T]) -> list[T]:
    """Let everybody do something in a thread and a transaction of their own, together."""
    gate = Barrier(len(people))

    def alone(person: int) -> T:
        gate.wait()
        return do(person)

    with ThreadPoolExecutor(len(people)) as crowd:
        return list(crowd.map(alone, people))


def test_sixteen_say_yes_at_once_for_three_places_and_three_are_taken(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        people = add_responders(cast_on_both, CROWD - 3)
        alert = opened(cast_on_both, needs=(NeedDraft(count=3),), everyone=True)
        people += [cast_on_both.vito, cast_on_both.amina, cast_on_both.luca]
        pretend_sent(alert)
        alert_id, tokens = alert.id, {p: recipient(alert, p).id for p in people}

    def says_yes(person: int) -> Answered:
        with cast_on_both.stage():
            row = db.session.get_one(Recipient, tokens[person])
            return answer(row, Answer.COMING, by=person)

    outcomes = Counter(all_at_once(people, says_yes))
    assert outcomes == {Answered.ACCEPTED: 3, Answered.ALREADY_FULL: CROWD - 3}
    with cast_on_both.stage():
        alert = db.session.get_one(Alert, alert_id)
        told = Counter(row.contact_point_id for row in deliveries(alert, "stand_down"))
        states = Counter(recipient(alert, person).state for person in people)
        assert states == {"accepted": 3, "released": CROWD - 3}
        assert set(told.values()) == {1}
        assert len({row.person_id for row in deliveries(alert, "stand_down")}) == CROWD - 3


def test_two_withdraw_at_once_and_both_places_are_asked_for_again(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        pair = [cast_on_both.vito, cast_on_both.amina]
        rows = {person: recipient(alert, person).id for person in pair}
        for person in pair:
            answer(recipient(alert, person), Answer.COMING, by=person)
        alert_id = alert.id

    def leaves(person: int) -> Answered:
        with cast_on_both.stage():
            return withdraw(db.session.get_one(Recipient, rows[person]), by=person)

    assert all_at_once(pair, leaves) == [Answered.DECLINED, Answered.DECLINED]
    with cast_on_both.stage():
        alert = db.session.get_one(Alert, alert_id)
        assert recipient(alert, cast_on_both.luca).state == "alerted"


def test_many_presses_at_once_give_one_alert(cast_on_both: Cast) -> None:
    def presses(_turn: int) -> int:
        with cast_on_both.stage():
            bea = db.session.get_one(Person, cast_on_both.bea)
            return press_help(bea, what="alone", comune=None, circle=[cast_on_both.outsider]).id

    assert len(set(all_at_once(list(range(CROWD)), presses))) == 1
    with cast_on_both.stage():
        only = db.session.query(Alert).one()
        assert len({row.message_id for row in deliveries(only, "call")}) == 1
