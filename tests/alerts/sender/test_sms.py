"""Text messages leave by three kinds of provider, and each way of failing is understood."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from alerts.sender import channels
from alerts.sender.kinds import HttpSms, Twilio, Vonage
from alerts.sender.letters import Letter, Provider
from alerts.sender.outcomes import Kind
from alerts.sender.segments import is_gsm, segments, simplified
from tests.alerts.sender.web_sink import Asked, Says, WebSink, httpsms, twilio, vonage

ANNA, OURS = "+393331234567", "+390815550100"


@pytest.fixture
def sms(letter: Letter) -> Letter:
    """What a text message carries."""
    return replace(letter, subject="", body="[A-1027] Hai un avviso da Nucleo: https://n.it/a/1")


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    """Leave no connection behind."""
    yield
    channels.close()


def by_twilio(url: str) -> Twilio:
    """Return an account at a sink."""
    sid, token = "AC" + "0" * 32, "f" * 32
    return Twilio(account_sid=sid, auth_token=token, source=OURS, base_url=url, inside=True)


def by_vonage(url: str) -> Vonage:
    """Return an account at a sink."""
    key, word = "abcd1234", "s" * 16
    return Vonage(api_key=key, api_secret=word, source=OURS, base_url=url, inside=True)


def by_telephone(url: str) -> HttpSms:
    """Return an account at a sink."""
    return HttpSms(api_key="k" * 32, source=OURS, base_url=url, inside=True)


WAYS = [(by_twilio, twilio), (by_vonage, vonage), (by_telephone, httpsms)]
Make = Callable[[str], Provider]
Answer = Callable[[Asked], Says]


@pytest.mark.parametrize(("make", "answer"), WAYS)
def test_a_text_message_arrives_with_its_words_and_number(
    make: Make, answer: Answer, sms: Letter
) -> None:
    with WebSink(answer) as sink:
        outcome = channels.send(make(sink.url), ANNA, sms)
        assert outcome.kind is Kind.SENT
        assert len(outcome.provider_ref or "") > 10
        told = sink.last.form if b"=" in sink.last.raw[:40] else sink.last.json
        words = told.get("Body") or told.get("text") or told.get("content")
        assert words == sms.body
        assert {"+393331234567", "393331234567"} & {str(value) for value in told.values()}


@pytest.mark.parametrize(("make", "answer"), WAYS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Kind.REFUSED), (401, Kind.REFUSED), (404, Kind.REFUSED), (500, Kind.TEMPORARY),
     (503, Kind.TEMPORARY), (302, Kind.REFUSED)],
)  # fmt: skip
def test_a_status_is_understood(
    make: Make, answer: Answer, sms: Letter, status: int, kind: Kind
) -> None:
    away = {"Location": "http://127.0.0.1:1/"}
    with WebSink(lambda _asked: Says(status, {"code": 21211}, away)) as sink:
        assert channels.send(make(sink.url), ANNA, sms).kind is kind
        assert len(sink.asked) == 1


@pytest.mark.parametrize(("make", "answer"), WAYS)
def test_a_provider_that_is_busy_says_for_how_long(make: Make, answer: Answer, sms: Letter) -> None:
    with WebSink(lambda _asked: Says(429, {}, {"Retry-After": "7"})) as sink:
        outcome = channels.send(make(sink.url), ANNA, sms)
        assert (outcome.kind, outcome.retry_after) == (Kind.THROTTLED, 7.0)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("1", Kind.THROTTLED), ("5", Kind.TEMPORARY), ("6", Kind.REFUSED), ("9", Kind.TEMPORARY),
     ("29", Kind.REFUSED), ("what", Kind.TEMPORARY)],
)  # fmt: skip
def test_vonage_says_no_with_a_friendly_status(sms: Letter, code: str, kind: Kind) -> None:
    no = Says(200, {"messages": [{"status": code, "error-text": "secret words"}]})
    with WebSink(lambda _asked: no) as sink:
        outcome = channels.send(by_vonage(sink.url), ANNA, sms)
    assert outcome.kind is kind
    assert "secret words" not in outcome.words


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"messages": []}', b'{"messages": 7}'])
def test_vonage_saying_nothing_is_no_success(sms: Letter, body: bytes) -> None:
    with WebSink(lambda _asked: Says(200, body)) as sink:
        assert channels.send(by_vonage(sink.url), ANNA, sms).kind is Kind.TEMPORARY


def test_vonage_is_told_when_the_letters_are_arabic(sms: Letter) -> None:
    with WebSink(vonage) as sink:
        channels.send(by_vonage(sink.url), ANNA, replace(sms, body="لديك إشعار"))
        assert (sink.last.form["type"], sink.last.form["text"]) == ("unicode", "لديك إشعار")
        channels.send(by_vonage(sink.url), ANNA, sms)
        assert "type" not in sink.last.form


def test_a_text_message_is_of_no_use_after_its_time(sms: Letter) -> None:
    with WebSink(twilio) as sink:
        channels.send(by_twilio(sink.url), ANNA, replace(sms, lasts=600))
        assert sink.last.form["ValidityPeriod"] == "600"


@pytest.mark.parametrize(
    "address", ["", "333", "+39 333", "whatsapp:+393331234567", "+393331234567,+393331234568",
                "+393331234567\r\nX: y", "#group"],
)  # fmt: skip
def test_what_is_no_number_goes_nowhere(sms: Letter, address: str) -> None:
    with WebSink(twilio) as sink:
        assert channels.send(by_twilio(sink.url), address, sms).kind is Kind.REFUSED
        assert sink.asked == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1),
     ("€" * 81, 2), ("ش" * 70, 1), ("ش" * 71, 2), ("😀" * 35, 1), ("😀" * 36, 2)],
)  # fmt: skip
def test_parts_are_counted_as_they_are_charged(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_typographic_signs_do_not_double_the_price() -> None:
    assert simplified("C’è «già» un’allerta…") == "C'è \"già\" un'allerta..."
    assert is_gsm(simplified("È così – perché no?"))
    assert simplified("c’è ش") == "c’è ش"


def test_a_provider_is_told_where_its_receipts_come_in(sms: Letter) -> None:
    with WebSink(twilio) as sink:
        channels.send(by_twilio(sink.url), ANNA, sms)
        assert "StatusCallback" not in sink.last.form
        there = "https://nucleo.example/alerts/inbound/receive/0"
        channels.send(replace(by_twilio(sink.url), calls_back=there), ANNA, sms)
        assert sink.last.form["StatusCallback"] == there
