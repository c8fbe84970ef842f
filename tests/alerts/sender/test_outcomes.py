"""What a provider's answer means for the rules of repetition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.sender.outcomes import (
    LONGEST_WAIT,
    Kind,
    read_http,
    read_retry_after,
    read_smtp,
    sent,
    with_reference,
)

MONDAY = "Mon, 02 Feb 2026 10:00:00 GMT"
HALF_A_MINUTE_LATER = "Mon, 02 Feb 2026 10:00:30 GMT"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.SENT),
        (202, Kind.SENT),
        (302, Kind.REFUSED),
        (400, Kind.REFUSED),
        (401, Kind.REFUSED),
        (403, Kind.REFUSED),
        (404, Kind.REFUSED),
        (410, Kind.REFUSED),
        (408, Kind.TEMPORARY),
        (425, Kind.TEMPORARY),
        (429, Kind.THROTTLED),
        (500, Kind.TEMPORARY),
        (503, Kind.TEMPORARY),
        (599, Kind.TEMPORARY),
    ],
)
def test_an_http_status_has_one_meaning(status: int, kind: Kind) -> None:
    assert read_http(status).kind is kind


@given(st.integers(100, 999))
def test_every_http_status_means_something_and_only_2xx_means_sent(status: int) -> None:
    assert (read_http(status).kind is Kind.SENT) == (200 <= status < 300)


def test_the_wait_a_busy_provider_asks_for_travels_with_the_outcome() -> None:
    assert read_http(429, 7.0).retry_after == 7.0
    assert read_http(503, 9.0).retry_after == 9.0


@pytest.mark.parametrize(
    ("value", "answered_at", "seconds"),
    [
        (None, None, None),
        ("", None, None),
        ("7", None, 7.0),
        ("0", None, 0.0),
        ("999999", None, LONGEST_WAIT),
        (HALF_A_MINUTE_LATER, MONDAY, 30.0),
        (MONDAY, HALF_A_MINUTE_LATER, 0.0),
        (MONDAY, None, None),
        ("soon", MONDAY, None),
        ("-3", MONDAY, None),
        ("Mon, 02 Feb 2026 10:00:00", MONDAY, None),
    ],
)
def test_retry_after_is_understood_in_both_forms(
    value: str | None, answered_at: str | None, seconds: float | None
) -> None:
    assert read_retry_after(value, answered_at) == seconds


@given(st.text(), st.text())
def test_no_retry_after_however_strange_breaks_the_sender(value: str, answered_at: str) -> None:
    wait = read_retry_after(value, answered_at)
    assert wait is None or 0 <= wait <= LONGEST_WAIT


def test_a_mail_servers_enhanced_code_is_told_and_nothing_else_it_said() -> None:
    outcome = read_smtp(550, "5.1.1 <lucia@example.org> unknown here", "RCPT")
    assert outcome.kind is Kind.REFUSED
    assert outcome.words == "the mail server answered 550 5.1.1 at RCPT"


@given(st.integers(-1, 999), st.text())
def test_a_mail_reply_is_refused_only_when_it_begins_with_five(code: int, text: str) -> None:
    outcome = read_smtp(code, text, "RCPT")
    assert (outcome.kind is Kind.REFUSED) == (500 <= code < 600)
    assert (outcome.kind is Kind.SENT) == (200 <= code < 300)


def test_an_answer_nested_beyond_measure_changes_nothing() -> None:
    """The letter has left; a provider that is broken, or mean, must not have it sent again."""
    assert with_reference(sent("ok"), b"[" * 60_000, "id") == sent("ok")
