"""A provider is set up by typed answers, sealed, tried for real, ordered and given up."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from alerts.sender import channels, providers
from alerts.sender.engine import run_until_idle
from alerts.sender.models import ProviderAccount
from nucleus.accounts.letters import post_test
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery
from nucleus.people.models import Channel, ContactPoint
from nucleus.people.queries import contact_points_of
from tests.alerts.providers.conftest import TWILIO
from tests.alerts.sender.web_sink import Says, WebSink, twilio
from tests.cast import Cast

ADD, LIST = "/alerts/provider/twilio/add", "/alerts/provider/list"


def accounts() -> list[ProviderAccount]:
    """Return all accounts (inside a stage)."""
    return list(db.session.scalars(select(ProviderAccount).order_by(ProviderAccount.id)))


def uid_of_first(cast: Cast) -> str:
    """Return the name of the first account."""
    with cast.stage():
        return accounts()[0].uid


def points_of(person: int) -> ContactPoint:
    """Return somebody's number for text messages (inside a stage)."""
    return next(p for p in contact_points_of(person) if p.channel == Channel.SMS)


def test_a_provider_is_tried_with_a_real_message(
    cast: Cast, carla: FlaskClient, sink: WebSink
) -> None:
    assert carla.post(ADD, data=TWILIO).status_code == 303
    assert "Not tried yet" in carla.get(LIST).get_data(as_text=True)
    carla.post(f"/alerts/provider/{uid_of_first(cast)}/test")
    assert run_until_idle(cast.app, send=channels.send) == 1
    assert sink.last.form["To"] == "+393331234567"
    assert sink.last.form["From"] == "+390815550100"
    assert sink.last.form["Body"].startswith("A test message.")
    assert "The provider took the test message" in carla.get(LIST).get_data(as_text=True)


def test_a_failing_trial_is_shown_in_words_without_the_provider_s_own(
    cast: Cast, carla: FlaskClient, sink: WebSink
) -> None:
    sink.answers = lambda _asked: Says(401, {"message": "<b>token ffff is wrong</b>"})
    carla.post(ADD, data=TWILIO)
    carla.post(f"/alerts/provider/{uid_of_first(cast)}/test")
    run_until_idle(cast.app, send=channels.send)
    page = carla.get(LIST).get_data(as_text=True)
    assert "It failed: the provider answered 401 (Unauthorized)" in page
    assert "token ffff" not in page


def test_secrets_are_sealed_and_never_shown_again(cast: Cast, carla: FlaskClient) -> None:
    carla.post(ADD, data=TWILIO)
    uid = uid_of_first(cast)
    pages = [carla.get(LIST), carla.get(f"/alerts/provider/{uid}/edit")]
    assert all("f" * 32 not in page.get_data(as_text=True) for page in pages)
    assert "AC" + "0" * 32 in pages[1].get_data(as_text=True)
    with cast.stage():
        account = accounts()[0]
        assert b"f" * 32 not in account.sealed_settings
        assert providers.secrets_of(uid)["auth_token"] == "f" * 32
        notes = db.session.scalars(select(LogEntry).where(LogEntry.word.like("alerts.%_provider")))
        assert all("f" * 8 not in str(note.facts) for note in notes)


def test_a_secret_left_empty_stays_as_it_is(cast: Cast, carla: FlaskClient) -> None:
    carla.post(ADD, data=TWILIO)
    uid = uid_of_first(cast)
    edited = carla.post(
        f"/alerts/provider/{uid}/edit", data=TWILIO | {"auth_token": "", "label": "Second name"}
    )
    assert edited.status_code == 303
    with cast.stage():
        assert providers.secrets_of(uid)["auth_token"] == "f" * 32
        assert accounts()[0].name == "Second name"


def test_what_was_given_up_opens_no_door_and_forgets_its_secrets(
    cast: Cast, carla: FlaskClient
) -> None:
    carla.post(ADD, data=TWILIO)
    uid = uid_of_first(cast)
    carla.post(f"/alerts/provider/{uid}/retire")
    with cast.stage():
        assert providers.secrets_of(uid) == {}
        assert providers.answers_of(accounts()[0]) == {}
        assert [way for way in providers.gather() if way.lane == "sms"] == []
    assert carla.get(f"/alerts/provider/{uid}/edit").status_code == 404


def test_the_order_of_two_providers_is_the_order_of_their_ways(
    cast: Cast, carla: FlaskClient
) -> None:
    carla.post(ADD, data=TWILIO)
    carla.post(ADD, data=TWILIO | {"label": "The other"})
    with cast.stage():
        first, second = [account.uid for account in accounts()]
    carla.post(f"/alerts/provider/{second}/rank", data={"where": "up"})
    with cast.stage():
        ways = sorted((w for w in providers.gather() if w.lane == "sms"), key=lambda w: w.rank)
        assert [way.label for way in ways] == [f"twilio-{second[:12]}", f"twilio-{first[:12]}"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_sid": "AC0"}, {"account_sid": "AC" + "0" * 32 + "\r\nX-Evil: 1"},
        {"auth_token": ""}, {"auth_token": "f" * 31 + "\u200b"}, {"source": "hello"},
        {"label": ""}, {"private": "perhaps"}, {"price": "-1"},
        {"price": "free"}, {"rate": "0"}, {"in_flight": "0"}, {"cap": "-5"},
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_in_words(
    cast: Cast, carla: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = carla.post(ADD, data=TWILIO | wrong)
    assert answer.status_code == 422
    assert "f" * 32 not in answer.get_data(as_text=True)
    with cast.stage():
        assert accounts() == []


@pytest.mark.parametrize(
    "place",
    ["http://signal.example.org", "https://10.0.0.1", "https://127.0.0.2", "https://[::1]",
     "https://169.254.169.254", "https://localhost", "https://signal.example.org/path",
     "https://user:word@signal.example.org", "ftp://signal.example.org", "https://a.org:99999",
     "https://[::ffff:10.0.0.1]", "file:///etc/passwd", "https://192.168.1.5:8080"],
)  # fmt: skip
def test_nobody_points_a_provider_into_our_own_network(
    cast: Cast, carla: FlaskClient, place: str
) -> None:
    signal = {"base_url": place, "source": "+390815550100", "label": "S", "private": "yes"}
    answer = carla.post("/alerts/provider/signal/add", data=signal | {"price": "0"})
    assert answer.status_code == 422
    with cast.stage():
        assert accounts() == []


def test_only_an_administrator_finds_these_pages(cast: Cast) -> None:
    assert cast.signed_in(cast.dario).get(LIST).status_code == 404
    assert cast.signed_in(cast.dario).post(ADD, data=TWILIO).status_code == 404


def test_what_a_month_costs_is_counted_and_its_limit_closes_the_way(
    cast: Cast, carla: FlaskClient
) -> None:
    carla.post(ADD, data=TWILIO | {"cap": "0.16"})
    uid = uid_of_first(cast)
    for left in (2, 1, 0):
        with cast.stage():
            assert providers.cap_left(accounts()[0]) == left
        carla.post(f"/alerts/provider/{uid}/test")
        run_until_idle(cast.app, send=channels.send)
    page = carla.get(LIST).get_data(as_text=True)
    assert "limit is reached" in page


def test_the_second_provider_takes_over_when_the_first_is_closed(
    cast: Cast, carla: FlaskClient, sink: WebSink
) -> None:
    """Two accounts at one sink, told apart by the number they send from."""
    carla.post(ADD, data=TWILIO)
    carla.post(ADD, data=TWILIO | {"label": "The other", "source": "+39 081 555 0200"})
    first = "+390815550100"
    sink.answers = lambda asked: Says(500) if asked.form["From"] == first else twilio(asked)
    with cast.stage():
        point = points_of(cast.carla)
        for _ in range(60):
            post_test(point)
    run_until_idle(cast.app, send=channels.send)
    froms = [asked.form["From"] for asked in sink.asked]
    assert froms.count("+390815550200") > 0
    with cast.stage():
        assert {row.state for row in db.session.scalars(select(Delivery))} <= {"sent", "queued"}
        assert db.session.scalar(select(func.count()).where(Delivery.state == "sent"))
