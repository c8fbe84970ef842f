"""An alert is written down, looked at, and only then sent; a form sent twice makes one."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from alerts.models import Alert, Recipient
from nucleus.ground.database import db
from nucleus.messages.models import Delivery
from tests.cast import Cast

PAGE = "/alerts/alert/draft"


def typed(cast: Cast, **more: str) -> dict[str, str]:
    """Return a form filled in as a coordinator would."""
    return {
        "not_for_peers": "no",
        "drill": "no",
        "what": "Keep company and listen",
        "comune": "Teverola",
        "count": "3",
        "competence": str(cast.listening),
        "language": "ar",
        "language_count": "1",
        "urgency": "Immediate",
        "severity": "Moderate",
        "certainty": "Observed",
        "scale": "person",
        "person": str(cast.bea),
        "organisation": str(cast.organisation),
        **more,
    }


def only_alert() -> Alert:
    return db.session.scalars(select(Alert)).one()


def test_what_is_typed_becomes_a_draft_and_nobody_is_asked(cast: Cast, carla: FlaskClient) -> None:
    answer = carla.post(PAGE, data=typed(cast))
    assert answer.status_code == 303
    with cast.stage():
        alert = only_alert()
        assert (alert.state, alert.comune, alert.scale) == ("draft", "Teverola (CE)", "person")
        assert (alert.lat, alert.lon) == pytest.approx((40.99, 14.21), abs=0.05)
        needs = {(n.count, n.language, n.competence_id) for n in alert.needs}
        assert needs == {(1, "ar", cast.listening), (2, None, cast.listening)}
        assert db.session.scalar(select(func.count(Recipient.id))) == 0
        assert db.session.scalar(select(func.count(Delivery.id))) == 0


def test_the_form_as_it_is_shown_needs_only_what_and_where(cast: Cast, carla: FlaskClient) -> None:
    page = carla.get(PAGE).get_data(as_text=True)
    shown = dict(re.findall(r'name="(organisation)" value="([^"]+)"', page))
    said = {"not_for_peers": "no", "drill": "no", "what": "Sit together", "comune": "Teverola"}
    assert carla.post(PAGE, data={**said, **shown, "count": "2"}).status_code == 303
    with cast.stage():
        assert [(n.count, n.competence_id) for n in only_alert().needs] == [(2, None)]


def test_the_number_and_the_reasons_stand_before_the_button(cast: Cast, carla: FlaskClient) -> None:
    page = carla.post(PAGE, data=typed(cast), follow_redirects=True).get_data(as_text=True)
    assert '<p class="figure">3</p>' in page
    assert page.index("figure") < page.index("Ask up to 3 people now")
    assert "fewer than five" not in page or "Vito" not in page


def test_sent_twice_it_is_one_alert(cast: Cast, carla: FlaskClient) -> None:
    form = typed(cast, once="the-same-showing")
    first, second = carla.post(PAGE, data=form), carla.post(PAGE, data=form)
    assert first.location == second.location
    with cast.stage():
        assert db.session.scalar(select(func.count(Alert.id))) == 1


def test_opening_asks_and_a_second_press_asks_nobody_again(cast: Cast, carla: FlaskClient) -> None:
    carla.post(PAGE, data=typed(cast))
    with cast.stage():
        number = only_alert().id
    for _ in range(2):
        answer = carla.post(f"/alerts/alert/{number}/open")
        assert answer.location.endswith(f"/alerts/alert/{number}/board")
    with cast.stage():
        assert only_alert().state == "open"
        asked = db.session.scalars(select(Recipient.person_id)).all()
        assert sorted(asked) == sorted([cast.vito, cast.amina, cast.luca])
        assert only_alert().wave == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": " "}, "Write in a few words what is needed."),
        ({"not_for_peers": ""}, "whether someone is in danger of life"),
        ({"count": "0"}, "Between 1 and 50 people."),
        ({"count": "1"}, "two people go"),
        ({"stay_minutes": "5"}, "Between 15 minutes and 12 hours."),
        ({"language_count": "4"}, "more than the number of people"),
        ({"comune": "Xyzzyqq"}, "We don&#39;t know this town"),
        ({"comune": "Castro"}, "Which one do you mean?"),
    ],
)
def test_what_can_not_be_used_is_named_and_nothing_is_kept(
    cast: Cast, carla: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    answer = carla.post(PAGE, data=typed(cast, **wrong))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with cast.stage():
        assert db.session.scalar(select(func.count(Alert.id))) == 0


def test_one_alone_takes_a_reason_that_stands_beside_the_alert(
    cast: Cast, carla: FlaskClient
) -> None:
    alone = typed(cast, count="1", why_alone="A sister is there already", stay_minutes="120")
    page = carla.post(PAGE, data=alone, follow_redirects=True)
    assert "A sister is there already" in page.get_data(as_text=True)
    with cast.stage():
        assert only_alert().stay_minutes == 120


def test_danger_of_life_is_for_112_and_nobody_is_sent(cast: Cast, carla: FlaskClient) -> None:
    page = carla.post(PAGE, data=typed(cast, not_for_peers="yes"), follow_redirects=True)
    text = page.get_data(as_text=True)
    assert "we send nobody" in text
    assert 'href="tel:112"' in text
    with cast.stage():
        number = only_alert().id
    carla.post(f"/alerts/alert/{number}/open")
    with cast.stage():
        assert db.session.scalar(select(func.count(Recipient.id))) == 0
        told = set(db.session.scalars(select(Delivery.person_id)))
        assert told == {cast.carla}


def test_a_drill_says_so_and_stays_one(cast: Cast, carla: FlaskClient) -> None:
    page = carla.post(PAGE, data=typed(cast, drill="yes"), follow_redirects=True)
    assert "drill" in page.get_data(as_text=True)
    with cast.stage():
        assert only_alert().drill is True


def test_a_draft_can_be_thrown_away_without_telling_anyone(cast: Cast, carla: FlaskClient) -> None:
    carla.post(PAGE, data=typed(cast))
    with cast.stage():
        number = only_alert().id
    carla.post(f"/alerts/alert/{number}/drop")
    with cast.stage():
        assert only_alert().state == "closed"
        assert db.session.scalar(select(func.count(Delivery.id))) == 0


def test_only_the_own_association_can_be_chosen(cast: Cast, carla: FlaskClient) -> None:
    answer = carla.post(PAGE, data=typed(cast, organisation=str(cast.other_organisation)))
    assert answer.status_code == 422


def folded(page: str) -> int:
    """Return how many groups of rare questions are folded away."""
    return len(re.findall(r"<details>\s*<summary>", page))


def test_rare_questions_are_folded_until_they_need_another_look(
    cast: Cast, carla: FlaskClient
) -> None:
    assert folded(carla.get(PAGE).get_data(as_text=True)) == 2
    refused = carla.post(PAGE, data=typed(cast, language="", language_count="1", stay_minutes="5"))
    page = refused.get_data(as_text=True)
    assert (refused.status_code, folded(page)) == (422, 1)
    assert page.index("<details open") > page.index("Is it real?")
    alone = carla.post(PAGE, data=typed(cast, language="", count="1"))
    assert (alone.status_code, folded(alone.get_data(as_text=True))) == (422, 1)
