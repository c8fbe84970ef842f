"""Whoever we do not know is answered by the provider they wrote through, and then forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from alerts.inbound.replying import MOST_STRANGERS_AN_HOUR
from alerts.sender import strangers
from alerts.sender.addressing import repeat_mark
from alerts.sender.letters import Letter, Provider
from alerts.sender.models import ProviderAccount, StrangerReply
from alerts.sender.outcomes import Outcome, refused, sent, temporary, unsure
from alerts.sender.providers import cap_left, seal_answers
from nucleus.ground import clock
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point
from tests.alerts.inbound.conftest import NOBODY, wire_of
from tests.alerts.inbound.providers import SECRETS
from tests.alerts.pages.conftest import Scene

REST = {
    "vonage": {"api_key": "a" * 8, "api_secret": "b" * 16, "source": "+390815550100"},
    "httpsms": {"api_key": "a" * 20, "source": "+390815550100"},
    "whatsapp": {"phone_id": "1" * 8, "token": "t" * 60, "template": "n", "languages": "it, en"},
    "signal": {"source": "+390815550100"},
}


class Wired:
    """An account of a kind, and what went out by it to people nobody knows."""

    def __init__(self, scene: Scene, kind: str) -> None:
        """Complete what the account needs for sending."""
        self.wire, self.scene = wire_of(scene, kind), scene
        self.told: list[tuple[str, Letter]] = []
        self.outcomes: list[Outcome] = []
        with scene.cast.stage():
            seal_answers(self.account, SECRETS[kind][1] | REST[kind])

    @property
    def account(self) -> ProviderAccount:
        """Return the account (inside a stage)."""
        return db.session.scalars(select(ProviderAccount)).one()

    def send(self, _provider: Provider, address: str, letter: Letter) -> Outcome:
        """Take a letter, answering as told, then yes."""
        self.told.append((address, letter))
        return self.outcomes.pop(0) if self.outcomes else sent("taken")

    def set_out(self, *outcomes: Outcome) -> int:
        """Send what is due."""
        self.outcomes += outcomes
        with self.scene.cast.app.app_context():
            return strangers.set_out(self.send)

    def rows(self) -> list[tuple[bool, bool, int, str | None]]:
        """Return of each answer: waits, still knows where to, copies, how it ended."""
        with self.scene.cast.stage():
            return [
                (row.due_at is not None, row.sealed_address is not None, row.copies, row.reason)
                for row in db.session.scalars(select(StrangerReply))
            ]


@pytest.fixture
def vonage(scene: Scene) -> Wired:
    """Text messages by Vonage."""
    return Wired(scene, "vonage")


@pytest.mark.parametrize("kind", list(REST))
def test_a_stranger_s_cry_is_answered_through_every_provider(scene: Scene, kind: str) -> None:
    wired = Wired(scene, kind)
    assert wired.wire.says(NOBODY, "AIUTO") == ""
    with scene.cast.stage():
        row = db.session.execute(text("SELECT * FROM stranger_reply")).mappings().one()
        assert NOBODY.removeprefix("+") not in str(dict(row))
        assert "112" not in str(dict(row) | {"uid": "", "created_at": "", "due_at": ""})
    assert wired.set_out() == 1
    ((address, letter),) = wired.told
    assert address == NOBODY
    assert "112" in letter.body
    assert wired.rows() == [(False, False, 1, "taken")]
    assert (wired.set_out(), wired.wire.says(NOBODY, "AIUTO"), wired.set_out()) == (0, "", 0)


def test_an_outside_system_is_given_the_words_to_pass_on(scene: Scene) -> None:
    wire = wire_of(scene, "webhook")
    assert '"to":"+393339998888"' in wire.says(NOBODY, "AIUTO").replace(" ", "")


def test_a_number_kept_for_phone_calls_is_answered_too(vonage: Wired) -> None:
    with vonage.scene.cast.stage():
        luca = db.session.get_one(Person, vonage.scene.cast.luca)
        add_contact_point(luca, Channel.PHONE, address="+393330001111", verified=True)
    vonage.wire.says("+393330001111", "non posso")
    assert vonage.set_out() == 1
    assert vonage.told[0][0] == "+393330001111"
    assert "you can’t come" in vonage.told[0][1].body


@pytest.mark.parametrize(
    ("outcome", "ends"), [(refused("no"), True), (unsure("?"), True), (temporary("away"), False)]
)
def test_only_what_surely_did_not_arrive_is_tried_again(
    vonage: Wired, outcome: Outcome, *, ends: bool
) -> None:
    with clock.held_at(now()):
        vonage.wire.says(NOBODY, "AIUTO")
        assert vonage.set_out(outcome) == 1
        clock.advance(strangers.BETWEEN_TRIES)
        assert vonage.set_out() == (0 if ends else 1)
    with vonage.scene.cast.app.app_context():
        assert not [letter for _, letter in vonage.told if repeat_mark("it") in letter.body]


def test_killed_on_the_way_it_is_repeated_once_its_lease_is_over_and_owns_up(
    vonage: Wired,
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def killed(*_letter: object) -> Outcome:
        raise Killed

    with clock.held_at(now()):
        vonage.wire.says(NOBODY, "AIUTO")
        for _ in range(strangers.MOST_TRIES - 1):
            with vonage.scene.cast.app.app_context(), pytest.raises(Killed):
                strangers.set_out(killed)
            assert vonage.set_out() == 0
            clock.advance(strangers.LEASE)
        assert vonage.set_out() == 1
    with vonage.scene.cast.app.app_context():
        assert vonage.told[0][1].body.startswith(repeat_mark("it"))
    assert vonage.rows() == [(False, False, strangers.MOST_TRIES, "taken")]


def test_what_nobody_could_send_for_an_hour_is_forgotten_unsent(vonage: Wired) -> None:
    with clock.held_at(now()):
        vonage.wire.says(NOBODY, "AIUTO")
        clock.advance(strangers.WORTH_SAYING)
        assert vonage.set_out() == 0
    assert vonage.rows() == [(False, False, 0, "expired")]


def many(vonage: Wired, number: int, said: str) -> int:
    """Let so many strangers write; return how many are answered."""
    before = len(vonage.rows())
    for each in range(number):
        vonage.wire.says(f"+39347{len(said)}{each:06}", said)
    return len(vonage.rows()) - before


def test_whoever_forges_senders_cannot_make_us_write_to_the_whole_town(vonage: Wired) -> None:
    with clock.held_at(now()):
        assert many(vonage, MOST_STRANGERS_AN_HOUR + 3, "ciao") == MOST_STRANGERS_AN_HOUR
        assert many(vonage, MOST_STRANGERS_AN_HOUR + 3, "AIUTO") == MOST_STRANGERS_AN_HOUR
        clock.advance(timedelta(hours=1, seconds=1))
        assert many(vonage, 2, "buonasera") == 2


def test_nobody_is_written_to_more_than_three_times_a_day_however_often_they_cry(
    vonage: Wired,
) -> None:
    with clock.held_at(now()):
        for _ in range(8):
            vonage.wire.says(NOBODY, "AIUTO")
            clock.advance(timedelta(hours=1, seconds=1))
    assert len(vonage.rows()) == 3


@pytest.mark.parametrize(("said", "answers"), [("ciao", 0), ("AIUTO", 1)])
def test_what_strangers_cost_counts_and_only_a_cry_is_answered_when_the_money_is_gone(
    vonage: Wired, said: str, answers: int
) -> None:
    with vonage.scene.cast.stage():
        vonage.account.price_cents, vonage.account.monthly_cap_cents = 8.0, 8
    vonage.wire.says("+393470000001", "ciao")
    vonage.set_out()
    with vonage.scene.cast.stage():
        assert cap_left(vonage.account) == 0
    vonage.wire.says(NOBODY, said)
    assert vonage.set_out() == answers
