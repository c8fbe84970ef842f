"""Every open alert has a named coordinator; while it has none it climbs the ladder for one."""

from datetime import timedelta

from sqlalchemy import select

from alerts.helping.help import press_help
from alerts.jobs import sweep
from alerts.models import Alert
from alerts.services import (
    Answer,
    NeedDraft,
    accept_handover,
    answer,
    ask_next_wave,
    decline_handover,
    give_sign,
    offer_handover,
    take_alert,
)
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.messages.models import Message
from nucleus.people.models import Channel, Person, Role
from nucleus.people.services import add_contact_point, add_person, grant_role
from nucleus.roster.models import Duty
from tests.alerts.stage import deliveries, opened, recipient
from tests.cast import Cast


def add_coordinator(cast: Cast, name: str) -> int:
    """Bring one more coordinator of Carla's association."""
    person = add_person(name, organisation=cast.organisation)
    address = f"{name.split()[0].lower()}@example.org"
    add_contact_point(person, Channel.EMAIL, address=address, verified=True)
    grant_role(person, Role.COORDINATOR, organisation=cast.organisation)
    return person.id


def pressed(cast: Cast) -> int:
    with cast.stage():
        bea = db.session.get_one(Person, cast.bea)
        return press_help(bea, what="alone", comune=None, circle=()).id


def told_in_order(alert_id: int) -> list[set[int]]:
    """Return whom each message about nobody following it was sent to, in their order."""
    kinds = ("coordinators", "coordinators_again")
    mine = select(Message).where(Message.origin_id == alert_id, Message.kind.in_(kinds))
    alert = db.session.get_one(Alert, alert_id)
    return [
        {row.person_id for row in deliveries(alert, message.kind) if row.message_id == message.id}
        for message in db.session.scalars(mine.order_by(Message.id))
    ]


def later(cast: Cast, minutes: float) -> None:
    clock.advance(timedelta(minutes=minutes))
    with cast.stage():
        sweep()


def test_the_ladder_goes_person_by_person_then_to_all_then_to_the_neighbours(
    cast_on_both: Cast,
) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            ada, zoe = add_coordinator(cast, "Ada Alba"), add_coordinator(cast, "Zoe Zanca")
        alert_id = pressed(cast)
        for _ in range(3):
            later(cast, 3)
        with cast.stage():
            all_of_ours = {cast.carla, ada, zoe}
            ladder = [{cast.carla}, {ada}, all_of_ours, {cast.dario}]
            assert told_in_order(alert_id) == ladder
        later(cast, 3)
        with cast.stage():
            assert told_in_order(alert_id)[-1] == {*all_of_ours, cast.dario}


def test_whoever_is_on_duty_stands_first(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            ada = add_coordinator(cast, "Ada Alba")
            grant_role(
                db.session.get_one(Person, cast.luca), Role.COORDINATOR,
                organisation=cast.organisation,
            )  # fmt: skip
            hour = timedelta(hours=1)
            db.session.add(
                Duty(
                    kind="on_call", person_id=cast.luca, organisation_id=cast.organisation,
                    starts_at=clock.now() - hour, ends_at=clock.now() + hour,
                )
            )  # fmt: skip
        alert_id = pressed(cast)
        with cast.stage():
            assert told_in_order(alert_id) == [{cast.luca}]
            assert ada not in told_in_order(alert_id)[0]


def test_when_a_life_is_at_risk_all_are_told_at_once(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            ada, zoe = add_coordinator(cast, "Ada Alba"), add_coordinator(cast, "Zoe Zanca")
        alert_id = pressed(cast)
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            alert.severity, alert.rung, alert.rung_at = "Extreme", 0, clock.now()
        later(cast, 0)
        with cast.stage():
            assert told_in_order(alert_id)[-1] == {cast.carla, ada, zoe}


def test_it_never_stays_unattended_the_ladder_begins_again_for_ever(cast_on_both: Cast) -> None:
    with clock.held_at(clock.now()):
        alert_id = pressed(cast_on_both)
        for _ in range(30):
            later(cast_on_both, 60)
        with cast_on_both.stage():
            assert len(told_in_order(alert_id)) >= 30
            assert db.session.get_one(Alert, alert_id).state == "open"


def test_a_silent_coordinator_is_asked_and_then_the_ladder_begins(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            alert_id = opened(cast).id
        later(cast, 14)  # nobody is left to ask: somebody has to phone
        with cast.stage():
            assert deliveries(db.session.get_one(Alert, alert_id), "still_there") == []
        later(cast, 1)
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert {row.person_id for row in deliveries(alert, "still_there")} == {cast.carla}
            assert alert.coordinator_id == cast.carla
        later(cast, 3)
        with cast.stage():
            assert db.session.get_one(Alert, alert_id).coordinator_id is None
            assert told_in_order(alert_id) == [{cast.carla}]


def test_a_coordinator_may_rest_while_nothing_needs_a_person(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            alert = opened(cast, needs=(NeedDraft(count=1),))
            vito = recipient(alert, cast.vito)
            answer(vito, Answer.COMING, eta_minutes=300, by=vito.person_id)
            alert_id = alert.id
        for _ in range(3):
            later(cast, 60)
        with cast.stage():
            assert db.session.get_one(Alert, alert_id).coordinator_id == cast.carla


def test_a_sign_keeps_the_coordinator(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            alert = opened(cast, person_id=cast.bea)
            alert.expires_at = clock.now()
            alert_id = alert.id
        later(cast, 15)
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert not give_sign(alert, cast.dario)
            assert give_sign(alert, cast.carla)
        later(cast, 14)
        with cast.stage():
            assert db.session.get_one(Alert, alert_id).coordinator_id == cast.carla
            ask_next_wave(db.session.get_one(Alert, alert_id), cast.carla)
        later(cast, 10)
        with cast.stage():
            assert db.session.get_one(Alert, alert_id).coordinator_id == cast.carla


def test_past_its_time_for_one_person_a_silent_coordinator_loses_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            alert = opened(cast, person_id=cast.bea)
            alert.expires_at = clock.now()
            alert_id = alert.id
        for minutes in (15, 3):
            later(cast, minutes)
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert (alert.state, alert.coordinator_id) == ("open", None)
            assert told_in_order(alert_id) == [{cast.carla}]
            assert len({row.message_id for row in deliveries(alert, "unattended")}) == 1
            assert take_alert(alert, cast.carla)


def test_handing_over_takes_two_who_agree(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        ada = add_coordinator(cast, "Ada Alba")
        alert = opened(cast)
        assert not offer_handover(alert, ada, cast.dario)
        assert not offer_handover(alert, cast.dario, cast.carla)
        assert offer_handover(alert, ada, cast.carla)
        assert alert.coordinator_id == cast.carla
        assert {row.person_id for row in deliveries(alert, "handover")} == {ada}
        assert not accept_handover(alert, cast.dario)
        assert decline_handover(alert, ada)
        assert not accept_handover(alert, ada)
        assert offer_handover(alert, ada, cast.carla)
        assert accept_handover(alert, ada)
        assert (alert.coordinator_id, alert.handover_id) == (ada, None)
