"""What people write is done, answered in a few neutral words, or kept for a coordinator."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.models import Alert, Recipient
from alerts.services import NeedDraft, draft_alert, open_alert
from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Message
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.services import add_contact_point
from tests.alerts.inbound.conftest import AMINA, BEA, NOBODY, VITO, Wire, wire_of
from tests.alerts.pages.conftest import Scene
from tests.alerts.stage import draft_of, recipient


def second_alert(wire: Wire) -> str:
    """Open another alert under which the same people are asked; return its number."""
    with wire.scene.cast.stage():
        draft = draft_of(wire.scene.cast, needs=(NeedDraft(count=3),))
        alert = draft_alert(draft, author=wire.scene.cast.carla)
        open_alert(alert, by=wire.scene.cast.carla)
        return alert.short_number


def state_in(wire: Wire, number: str, person: int) -> str:
    """Return how somebody stands under the alert of that number."""
    with wire.scene.cast.stage():
        found = select(Alert).where(Alert.number == int(number[2:]))
        return recipient(db.session.scalars(found).one(), person).state


@pytest.mark.parametrize(
    ("said", "state", "reply"),
    [
        ("vengo", "accepted", "Noted: you are coming. Thank you."),
        ("non posso", "declined", "Noted: you can’t come. Thank you for telling us."),
        ("dove?", "alerted", "A coordinator will call you."),
        ("forse", "alerted", "We could not read this. Write 1 = I’m coming, 2 = I can’t."),
        ("1", "accepted", "Noted: you are coming. Thank you."),
        ("2", "declined", "Noted: you can’t come. Thank you for telling us."),
    ],
)
def test_an_answer_is_taken_and_confirmed(wire: Wire, said: str, state: str, reply: str) -> None:
    wire.says(VITO, said)
    assert wire.scene.state(wire.scene.cast.vito) == state
    assert wire.replies() == [reply]


def test_a_yes_is_taken_back_and_given_again(wire: Wire) -> None:
    for said, state in (("sì", "accepted"), ("no", "declined"), ("ok 10", "accepted")):
        wire.says(VITO, said)
        assert wire.scene.state(wire.scene.cast.vito) == state


def test_there_and_back_are_noted(wire: Wire) -> None:
    for said in ("sì", "sono arrivato", "finito"):
        wire.says(VITO, said)
    with wire.scene.cast.stage():
        vito = wire.scene.recipient(wire.scene.cast.vito)
        assert vito.arrived_at is not None
        assert vito.done_at is not None
    assert wire.replies()[1:] == ["Noted. Thank you."] * 2


def test_words_nobody_can_read_are_kept_and_a_coordinator_hears_of_them_once(wire: Wire) -> None:
    wire.says(VITO, "forse dopo la partita")
    wire.says(VITO, "boh")
    with wire.scene.cast.stage():
        assert wire.scene.recipient(wire.scene.cast.vito).words == "boh"
        noted = select(LogEntry).where(LogEntry.word == "alerts.tell_unclear")
        assert len(db.session.scalars(noted).all()) == 1
        assert "partita" not in str(db.session.scalars(noted).one().facts)
    assert wire.told("unclear") == {wire.scene.cast.carla}


def test_with_two_open_alerts_the_number_wins_and_without_it_we_ask_back(wire: Wire) -> None:
    number = second_alert(wire)
    cast = wire.scene.cast
    wire.says(VITO, "sì 20")
    assert wire.scene.state(cast.vito) == state_in(wire, number, cast.vito) == "alerted"
    assert wire.replies() == [
        f"Which one do you mean? Write the number and 1 or 2: {number}, A-1001"
    ]
    wire.says(VITO, f"{number.lower()} sì 20")
    assert state_in(wire, number, cast.vito) == "accepted"
    assert wire.scene.state(cast.vito) == "alerted"
    wire.says(VITO, "no")
    assert wire.scene.state(cast.vito) == "declined"
    assert state_in(wire, number, cast.vito) == "accepted"


def test_the_number_of_an_alert_they_were_not_asked_in_answers_nothing(wire: Wire) -> None:
    before = wire.scene.state(wire.scene.cast.vito)
    wire.says(VITO, "A-9999 sì")
    assert wire.scene.state(wire.scene.cast.vito) == before
    assert "A-9999" not in wire.replies()[0]


def test_with_nothing_open_a_yes_is_no_answer(wire: Wire) -> None:
    wire.scene.close()
    wire.says(VITO, "sì")
    assert wire.replies()[0].startswith("No alert waits for your answer.")


def test_a_stranger_gets_the_same_neutral_words_once_a_day(wire: Wire) -> None:
    before = wire.everything()
    with clock.held_at(now()):
        first = wire.says(NOBODY, "sì, chi ha chiamato?")
        assert "In danger call 112" in first or "112" in first
        assert "A-1001" not in first
        assert wire.says(NOBODY, "STOP") == ""
        clock.advance(timedelta(days=1, seconds=1))
        assert "112" in wire.says(NOBODY, "AIUTO")
    people, counts = wire.everything()
    assert people == before[0]
    assert counts[0] == before[1][0]  # type: ignore[index]
    assert wire.replies() == []


def test_a_stranger_who_cries_for_help_is_told_112_once_an_hour_in_their_language(
    wire: Wire,
) -> None:
    with clock.held_at(now()):
        wire.says(NOBODY, "sì")
        assert "112" in wire.says(NOBODY, "Hilfe!")
        assert wire.says(NOBODY, "Hilfe!") == ""
        clock.advance(timedelta(hours=1, seconds=1))
        assert "112" in wire.says(NOBODY, "Hilfe!")


def test_a_stranger_s_reply_does_not_say_whether_somebody_is_known(wire: Wire) -> None:
    words = {wire.says(f"+3933300000{n:02}", said) for n, said in enumerate(("sì", "STOP", "1"))}
    assert len(words) == 1


def test_a_cry_for_help_opens_an_alert_as_the_own_press_does(wire: Wire) -> None:
    with clock.held_at(now()):
        wire.says(BEA, "AIUTO")
        with wire.scene.cast.stage():
            mine = select(Alert).where(Alert.help.is_(True))
            alert = db.session.scalars(mine).one()
            assert (alert.person_id, alert.state) == (wire.scene.cast.bea, "open")
            number = alert.id
        assert "write CANCEL" in wire.replies()[0]
        clock.advance(timedelta(seconds=5))
        wire.says(BEA, "annulla")
        with wire.scene.cast.stage():
            assert db.session.get_one(Alert, number).state == "closed"
        assert wire.replies()[-1] == "Taken back."
        wire.says(BEA, "annulla")
        assert wire.replies()[-1] == "There is nothing to take back."


def test_a_second_cry_is_news_and_opens_no_second_alert(wire: Wire) -> None:
    wire.says(BEA, "AIUTO")
    wire.says(BEA, "aiuto vi prego")
    with wire.scene.cast.stage():
        assert len(db.session.scalars(select(Alert).where(Alert.help.is_(True))).all()) == 1


def test_the_words_of_a_cry_are_read_only_by_who_comes(wire: Wire) -> None:
    wire.says(BEA, "aiuto mio marito è tornato")
    with wire.scene.cast.stage():
        kept = str([message.texts for message in db.session.scalars(select(Message))])
        kept += str(db.session.execute(db.text("SELECT facts FROM log_entry")).all())
        kept += str(db.session.execute(db.text("SELECT * FROM alert")).all())
    assert "marito" not in kept


def test_stop_is_asked_twice_and_then_that_contact_is_given_up(wire: Wire) -> None:
    wire.says(VITO, "STOP")
    assert wire.replies() == ["Write STOP once more, and we will not write here again."]
    wire.says(VITO, "stop")
    with wire.scene.cast.stage():
        points = select(ContactPoint).where(ContactPoint.person_id == wire.scene.cast.vito)
        live = {p.channel for p in db.session.scalars(points) if p.retired_at is None}
    assert "sms" not in live
    assert "whatsapp" in live
    assert wire.told("gave_up") == {wire.scene.cast.carla}
    wire.says(VITO, "sì")
    assert wire.scene.state(wire.scene.cast.vito) == "alerted"


def test_who_writes_on_and_on_is_answered_only_so_often(wire: Wire) -> None:
    for n in range(12):
        wire.says(VITO, f"boh {n}")
    assert len(wire.replies()) == 6


def test_a_shared_telephone_answers_for_whoever_was_asked(wire: Wire) -> None:
    with wire.scene.cast.stage():
        outsider = db.session.get_one(Person, wire.scene.cast.outsider)
        add_contact_point(outsider, Channel.SMS, address=AMINA, verified=True)
    wire.says(AMINA, "sì")
    assert wire.scene.state(wire.scene.cast.amina) == "accepted"


def test_a_number_kept_for_phone_calls_is_answered_in_the_same_breath(scene: Scene) -> None:
    wire = wire_of(scene, "twilio")
    with scene.cast.stage():
        luca = db.session.get_one(Person, scene.cast.luca)
        add_contact_point(luca, Channel.PHONE, address="+393330001111", verified=True)
    said = wire.says("+393330001111", "non posso")
    assert scene.state(scene.cast.luca) == "declined"
    assert "<Message>Noted: you can’t come." in said
    assert wire.replies() == []


def test_who_has_left_is_a_stranger(wire: Wire) -> None:
    with wire.scene.cast.stage():
        db.session.get_one(Person, wire.scene.cast.vito).stopped_at = now()
    assert "112" in wire.says(VITO, "sì")
    assert wire.scene.state(wire.scene.cast.vito) == "alerted"


@pytest.mark.parametrize(
    "said", ["", "   ", "x" * 30_000, "\ud83d\ude00" * 50, "<b>sì</b>", "%(num)s"]
)
def test_whatever_is_written_nothing_breaks(wire: Wire, said: str) -> None:
    wire.says(VITO, said.encode("utf-16", "surrogatepass").decode("utf-16"))
    assert wire.scene.state(wire.scene.cast.vito) in {"alerted", "accepted"}
    with wire.scene.cast.stage():
        rows = db.session.scalars(select(Recipient)).all()
        assert all(len(row.words or "") <= 200 for row in rows)
