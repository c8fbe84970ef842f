"""Groups on the board: the same words as row by row, and small however many were asked."""

from datetime import timedelta
from itertools import cycle

from flask.testing import FlaskClient
from sqlalchemy import select

from alerts import services
from alerts.models import Alert, Recipient
from alerts.overview.board import Word, people_asked
from alerts.overview.progress import progress_of
from alerts.overview.standing import group_of_word, groups_of, version_of, waiting_of
from alerts.services import Answer
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from tests.alerts.pages.conftest import Scene
from tests.alerts.stage import add_responders, deliveries, opened, recipient
from tests.cast import Cast

FATES: tuple[dict[str, object], ...] = (
    {},
    {"state": "sent", "copies": 1},
    {"state": "sent", "copies": 1, "unsure": True},
    {"state": "sent", "copies": 1, "delivered_at": now()},
    {"state": "failed", "refusals": 1},
    {"state": "failed", "unsure": True},
    {"state": "skipped"},
    {"state": "leased", "lease_until": now()},
)


def crowd(cast: Cast, number: int) -> Alert:
    """Ask many people, and let their messages fare in every way there is."""
    add_responders(cast, number)
    alert = opened(cast, severity="Extreme", urgency="Immediate", drill=True)
    for row, fate in zip(deliveries(alert, "call"), cycle(FATES), strict=False):
        for name, value in fate.items():
            setattr(row, name, value)
    db.session.flush()
    return alert


def asked_in_order(alert: Alert) -> list[Recipient]:
    """Return who was asked."""
    mine = select(Recipient).where(Recipient.alert_id == alert.id, Recipient.called_wave > 0)
    return list(db.session.scalars(mine.order_by(Recipient.id)))


def in_groups(alert: Alert) -> dict[str, tuple[int, set[str]]]:
    """Return word → how many, and who, as the database groups them."""
    return {
        str(one.word): (one.number, {line.name for line in one.people})
        for one in groups_of(alert, first=1000)
    }


def row_by_row(alert: Alert) -> dict[str, tuple[int, set[str]]]:
    """Return the same as each row is judged alone."""
    lines = people_asked(alert)
    return {
        str(word): (len(names), set(names))
        for word in Word
        if (names := [line.name for line in lines if line.word is word])
    }


def test_the_groups_say_the_same_as_each_row_judged_alone(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = crowd(cast_on_both, 40)
        people = asked_in_order(alert)
        services.answer(people[0], Answer.CANT, by=people[0].person_id)
        services.answer(people[1], Answer.COMING, eta_minutes=5, by=people[1].person_id)
        services.answer(people[2], Answer.KNOW_MORE, by=people[2].person_id)
        assert len(row_by_row(alert)) >= 7
        assert in_groups(alert) == row_by_row(alert)
        services.close_alert(alert, "resolved", cast_on_both.carla)
        assert in_groups(alert) == row_by_row(alert)


def test_a_large_crowd_is_counted_and_only_the_first_are_read(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = crowd(cast_on_both, 100)
        groups = {one.word: one for one in groups_of(alert, first=5)}
        assert len(groups[Word.GIVEN].people) == 5
        assert groups[Word.GIVEN].number > 5
        total = sum(one.number for one in groups.values())
        assert total == len(asked_in_order(alert))


def test_every_page_of_a_group_holds_whose_turn_it_is_and_reads_no_other(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        alert = crowd(cast_on_both, 60)
        for who in asked_in_order(alert)[:4]:
            services.answer(who, Answer.CANT, by=who.person_id)
        for whole in groups_of(alert, first=1000):
            pages = [group_of_word(alert, whole.word, page=n, size=3) for n in range(1, 25)]
            found = [page for page in pages if page is not None and page.people]
            assert {page.number for page in found} == {whole.number}
            assert sum((page.people for page in found), ()) == whole.people
        assert group_of_word(alert, Word.ARRIVED) is None


def test_the_mark_changes_with_each_thing_that_may_be_seen(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = crowd(cast_on_both, 5)
        marks = [version_of(alert), version_of(alert)]
        row = deliveries(alert, "call")[0]
        for change in ({"state": "sent", "settled_at": now()}, {"delivered_at": now()}):
            for name, value in change.items():
                setattr(row, name, value)
            db.session.flush()
            marks.append(version_of(alert))
        services.take_alert(alert, cast_on_both.dario)
        marks.append(version_of(alert))
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4


def test_who_sleeps_and_who_is_held_is_said(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        first, second, *_rest = (row for row in deliveries(alert, "call") if row.step == 1)
        first.deferred_until = first.due_at = now() + timedelta(hours=3)
        second.held_until = now() + timedelta(minutes=20)
        db.session.flush()
        told = waiting_of(alert)
        assert (told.deferred, told.until, told.held) == (1, first.deferred_until, 1)


def test_progress_counts_what_is_due_and_how_fast_it_goes(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        alert = opened(cast_on_both)
        rows = [row for row in deliveries(alert, "call") if row.step == 1]
        for row in rows[:2]:
            row.state, row.settled_at = "sent", now()
        rows[2].state, rows[2].settled_at = "failed", now()
        db.session.flush()
        told = progress_of(alert)
        assert (told.given, told.failed, told.waiting) == (2, 1, len(rows) - 3)
        assert told.per_second == 2 / 30


def test_a_group_has_a_page_and_an_unknown_one_has_none(scene: Scene, carla: FlaskClient) -> None:
    path = f"/alerts/alert/{scene.alert}/people"
    assert "Vito Vitale" in carla.get(f"{path}?word=waiting").text
    assert "Nobody stands here any more." in carla.get(f"{path}?word=coming&lang=en").text
    assert carla.get(f"{path}?word=waiting&page=99999999").status_code == 200
    assert carla.get(f"{path}?word=nonsense").status_code == 404


def test_the_timeline_shows_one_kind_and_its_pages(scene: Scene, carla: FlaskClient) -> None:
    scene.says(scene.cast.vito, "coming", minutes="15")
    path = f"/alerts/alert/{scene.alert}/timeline?lang=en"
    said = carla.get(f"{path}&kind=answers").text
    assert "Vito Vitale: coming" in said
    assert "opened it" not in said
    assert "Vito Vitale: coming" not in carla.get(f"{path}&kind=house").text
    assert "Nothing yet." in carla.get(f"{path}&page=5").text
    assert carla.get(f"{path}&kind=x").status_code == 404


def test_the_board_of_a_crowd_stays_small(cast: Cast) -> None:
    with cast.stage():
        alert = crowd(cast, 400)
        path = f"/alerts/alert/{alert.id}/board-part"
        assert db.session.query(Delivery).count() >= 400
    answer = cast.signed_in(cast.carla).get(path)
    assert len(answer.get_data()) < 40_000


def test_who_has_a_line_is_in_the_list_of_the_recipient(cast: Cast) -> None:
    with cast.stage():
        alert = opened(cast)
        services.answer(recipient(alert, cast.vito), Answer.COMING, eta_minutes=7, by=cast.vito)
        [coming] = [one for one in groups_of(alert) if one.word is Word.COMING]
        assert [(line.name, line.eta_minutes) for line in coming.people] == [("Vito Vitale", 7)]
