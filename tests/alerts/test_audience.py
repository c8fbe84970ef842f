"""Who is asked: qualified, with time, near enough; and what the count never tells."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from alerts.asking.drafting import NeedDraft, draft_alert
from alerts.choosing.audience import (
    AudiencePreview,
    candidates,
    fold_small,
    pin_unwanted,
    preview,
    unwanted_by,
)
from alerts.models import Alert, Recipient
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import Person
from nucleus.roster.models import Award, Responder, WeeklyHours
from nucleus.roster.services import edit_zone
from tests.alerts.stage import draft_of
from tests.cast import AVERSA, Cast


def asked(cast: Cast, **changes: object) -> list[int]:
    alert = draft_alert(draft_of(cast, **changes), author=cast.carla)
    rows = db.session.execute(candidates(alert)).all()
    return [person for _, person, _, _ in sorted(rows, key=lambda row: (row[2], row[1]))]


def test_the_nearest_are_ranked_first(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        everybody = asked(cast_on_both)
    assert everybody == [cast_on_both.amina, cast_on_both.luca, cast_on_both.vito]


def test_only_who_speaks_the_language_is_asked_for_it(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        assert asked(cast_on_both, needs=(NeedDraft(count=1, language="ar"),)) == [
            cast_on_both.amina
        ]


def test_without_a_live_qualification_nobody_is_called(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        for award in db.session.query(Award).where(Award.person_id == cast_on_both.luca):
            award.expires_on = now().date() - timedelta(days=1)
        db.session.flush()
        assert cast_on_both.luca not in asked(cast_on_both)


def _leave(cast: Cast) -> None:
    db.session.get_one(Person, cast.luca).stopped_at = now()


def _rest(cast: Cast) -> None:
    db.session.get_one(Responder, cast.luca).resting_until = now() + timedelta(hours=1)


def _be_off_duty(cast: Cast) -> None:
    db.session.execute(delete(WeeklyHours).where(WeeklyHours.person_id == cast.luca))


def _live_far_away(cast: Cast) -> None:
    db.session.get_one(Responder, cast.luca).lat = AVERSA[0] + 1


def _be_in_need(cast: Cast) -> None:
    draft_alert(draft_of(cast, person_id=cast.luca), author=cast.luca).state = "open"


def _be_engaged(cast: Cast) -> None:
    other = draft_alert(draft_of(cast), author=cast.carla)
    other.state = "open"
    db.session.add(Recipient(alert_id=other.id, person_id=cast.luca, state="accepted"))


@pytest.mark.parametrize(
    "happens", [_leave, _rest, _be_off_duty, _live_far_away, _be_in_need, _be_engaged]
)
def test_whoever_can_not_come_is_not_asked(
    cast_on_both: Cast, happens: Callable[[Cast], None]
) -> None:
    with cast_on_both.stage():
        happens(cast_on_both)
        db.session.flush()
        assert asked(cast_on_both) == [cast_on_both.amina, cast_on_both.vito]


def test_the_person_in_need_is_not_asked_to_help_themselves(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        assert cast_on_both.amina not in asked(cast_on_both, person_id=cast_on_both.amina)


def test_without_a_place_the_organisation_itself_is_asked(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        assert len(asked(cast_on_both, lat=None, lon=None)) == 3
        other = cast_on_both.other_organisation
        assert asked(cast_on_both, lat=None, lon=None, organisation_id=other) == []


def test_who_has_no_coordinates_yet_is_asked_by_their_own_organisation_only(
    cast_on_both: Cast,
) -> None:
    with cast_on_both.stage():
        edit_zone(db.session.get_one(Responder, cast_on_both.luca), "Qwertyuiop", 5)
        db.session.flush()
        assert asked(cast_on_both)[-1] == cast_on_both.luca
        assert preview(draft_of(cast_on_both)).number == 3
        other = cast_on_both.other_organisation
        assert cast_on_both.luca not in asked(cast_on_both, organisation_id=other)
        assert cast_on_both.vito in asked(cast_on_both, organisation_id=other)


def test_a_block_reads_like_any_other_absence(app: Flask, cast: Cast) -> None:
    pin_unwanted(app, lambda person: [cast.vito] if person == cast.bea else [])
    with cast.stage():
        assert unwanted_by(cast.bea) == {cast.vito}
        blocked = preview(draft_of(cast, person_id=cast.bea), unwanted=unwanted_by(cast.bea))
        _be_off_duty(cast)
        off_duty = preview(draft_of(cast, person_id=cast.bea))
    assert blocked == off_duty == AudiencePreview(2, {"not_available": None})


def test_groups_under_five_are_only_not_available() -> None:
    assert fold_small({"asked": 9, "too_far": 4, "not_qualified": 5}) == AudiencePreview(
        9, {"not_qualified": 5, "not_available": None}
    )
    assert fold_small({"too_far": 4, "not_available": 1}) == AudiencePreview(
        0, {"not_available": 5}
    )


def test_the_count_is_the_number_of_those_who_would_be_asked(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        assert preview(draft_of(cast_on_both)).number == len(asked(cast_on_both)) == 3


def test_numbers_of_alerts_follow_one_another(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        numbers = [
            draft_alert(draft_of(cast_on_both), author=cast_on_both.carla).short_number
            for _ in range(3)
        ]
        assert numbers == ["A-1001", "A-1002", "A-1003"]
        assert db.session.query(Alert).count() == 3
