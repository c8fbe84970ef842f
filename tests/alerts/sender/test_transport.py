"""Every way in which a provider fails ends in the right outcome."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.sender import channels
from alerts.sender.channels import EmailAccount, Letter, NtfyServer, Security
from alerts.sender.outcomes import Kind
from tests.alerts.sender.conftest import email_account
from tests.demo.sinks import Fault, How, Sinks, SmtpSettings

SOON = 0.3
LUCIA, TOPIC = "lucia@example.org", "topic-of-lucia"
MARCO, OTHER_TOPIC = "marco@example.org", "topic-of-marco"

HTTP_FAULTS = [
    (Fault(How.STATUS, code=500), Kind.TEMPORARY),
    (Fault(How.STATUS, code=503), Kind.TEMPORARY),
    (Fault(How.STATUS, code=408), Kind.TEMPORARY),
    (Fault(How.STATUS, code=429, seconds=7), Kind.THROTTLED),
    (Fault(How.STATUS, code=401), Kind.REFUSED),
    (Fault(How.STATUS, code=404), Kind.REFUSED),
    (Fault(How.STATUS, code=410), Kind.REFUSED),
    (Fault(How.REDIRECT), Kind.REFUSED),
    (Fault(How.RESET), Kind.UNSURE),
    (Fault(How.LOSE), Kind.UNSURE),
    (Fault(How.HANG), Kind.UNSURE),
    (Fault(How.DRIP, seconds=0.05), Kind.UNSURE),
    (Fault(How.LATE, seconds=60), Kind.UNSURE),
    (Fault(How.FLOOD), Kind.SENT),
]
SMTP_FAULTS = [
    (Fault(How.STATUS, code=550), Kind.REFUSED),
    (Fault(How.STATUS, code=552, stage="DATA"), Kind.REFUSED),
    (Fault(How.STATUS, code=554, stage="END"), Kind.REFUSED),
    (Fault(How.STATUS, code=451), Kind.TEMPORARY),
    (Fault(How.STATUS, code=421), Kind.TEMPORARY),
    (Fault(How.STATUS, code=452, stage="END"), Kind.TEMPORARY),
    (Fault(How.RESET), Kind.TEMPORARY),
    (Fault(How.HANG), Kind.TEMPORARY),
    (Fault(How.HANG, stage="DATA"), Kind.TEMPORARY),
    (Fault(How.RESET, stage="END"), Kind.UNSURE),
    (Fault(How.HANG, stage="END"), Kind.UNSURE),
    (Fault(How.LOSE), Kind.UNSURE),
    (Fault(How.DRIP, seconds=0.05), Kind.UNSURE),
    (Fault(How.LATE, seconds=60), Kind.UNSURE),
]


@pytest.mark.parametrize(("fault", "kind"), HTTP_FAULTS)
def test_a_failing_push_server_is_understood_and_the_next_push_arrives(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter, fault: Fault, kind: Kind
) -> None:
    sinks.misbehave(TOPIC, fault)
    assert channels.send(ntfy, OTHER_TOPIC, letter).kind is Kind.SENT
    assert channels.send(ntfy, TOPIC, letter, seconds=SOON).kind is kind
    assert channels.send(ntfy, OTHER_TOPIC, letter).kind is Kind.SENT
    assert len(sinks.received("ntfy", OTHER_TOPIC)) == 2


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(("fault", "kind"), SMTP_FAULTS)
def test_a_failing_mail_server_is_understood_and_the_next_letter_arrives(
    letter: Letter, fault: Fault, kind: Kind, pipelining: bool
) -> None:
    with Sinks(smtp=SmtpSettings(pipelining=pipelining)) as sinks:
        account = email_account(sinks)
        sinks.misbehave(LUCIA, fault)
        assert channels.send(account, MARCO, letter).kind is Kind.SENT
        assert channels.send(account, LUCIA, letter, seconds=SOON).kind is kind
        assert channels.send(account, MARCO, letter).kind is Kind.SENT
        assert len(sinks.received("email", MARCO)) == 2
        channels.close()


def test_a_busy_push_server_says_how_long_to_wait(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter
) -> None:
    sinks.misbehave(TOPIC, Fault(How.STATUS, code=429, seconds=7))
    assert channels.send(ntfy, TOPIC, letter).retry_after == 7.0


def test_a_greylisted_letter_arrives_at_the_second_attempt_once(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    sinks.misbehave(LUCIA, Fault(How.STATUS, code=451), times=1)
    kinds = [channels.send(email, LUCIA, letter).kind for _ in range(2)]
    assert kinds == [Kind.TEMPORARY, Kind.SENT]
    assert sinks.copies()[letter.message_id] == 1


def test_a_letter_lost_after_its_end_may_have_arrived_and_is_not_repeated_unasked(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    sinks.misbehave(LUCIA, Fault(How.LOSE))
    channels.send(email, MARCO, letter)
    sinks.forget()
    assert channels.send(email, LUCIA, letter).kind is Kind.UNSURE
    assert sinks.copies()[letter.message_id] == 1


def test_an_unknown_name_is_a_passing_trouble(email: EmailAccount, letter: Letter) -> None:
    nowhere = "no-such-host.invalid"
    for provider in (NtfyServer(f"https://{nowhere}"), replace(email, host=nowhere)):
        address = TOPIC if isinstance(provider, NtfyServer) else LUCIA
        outcome = channels.send(provider, address, letter)
        assert outcome.kind is Kind.TEMPORARY
        assert outcome.words == "the provider's name was not found"


def test_a_closed_port_is_a_passing_trouble(
    closed_port: int, email: EmailAccount, letter: Letter
) -> None:
    push = channels.send(NtfyServer(f"http://127.0.0.1:{closed_port}"), TOPIC, letter)
    mail = channels.send(replace(email, port=closed_port), LUCIA, letter)
    assert {push.kind, mail.kind} == {Kind.TEMPORARY}
    assert {push.words, mail.words} == {"nobody answers at the provider's address"}


def test_a_certificate_nobody_vouches_for_is_not_accepted(server_tls: Any, letter: Letter) -> None:
    with Sinks(smtp_tls=server_tls, ntfy_tls=server_tls) as sinks:
        push = channels.send(NtfyServer(sinks.ntfy_url), TOPIC, letter)
        mail = channels.send(email_account(sinks, Security.SSL), LUCIA, letter)
        assert not sinks.received()
    assert {push.kind, mail.kind} == {Kind.TEMPORARY}
    assert {push.words, mail.words} == {"the provider's certificate is not trusted"}


def test_starttls_is_demanded_when_asked_for(sinks: Sinks, letter: Letter) -> None:
    outcome = channels.send(email_account(sinks, Security.STARTTLS), LUCIA, letter)
    assert outcome.kind is Kind.TEMPORARY
    assert not sinks.received()


def test_encrypted_pushes_and_letters_share_their_connections(
    trusted: Path, server_tls: Any, letter: Letter
) -> None:
    with Sinks(smtp_tls=server_tls, ntfy_tls=server_tls) as sinks:
        account, server = email_account(sinks, Security.SSL), NtfyServer(sinks.ntfy_url)
        for _ in range(20):
            assert channels.send(server, TOPIC, letter).kind is Kind.SENT
            assert channels.send(account, LUCIA, letter).kind is Kind.SENT
        counts = sinks.counts()
        channels.close()
    assert (counts["smtp connections"], counts["ntfy connections"]) == (1, 1)


def test_a_slow_encrypted_server_is_cut_off_too(
    trusted: Path, server_tls: Any, letter: Letter
) -> None:
    with Sinks(ntfy_tls=server_tls) as sinks:
        sinks.misbehave(TOPIC, Fault(How.DRIP, seconds=0.05))
        outcome = channels.send(NtfyServer(sinks.ntfy_url), TOPIC, letter, seconds=SOON)
        channels.close()
    assert outcome.kind is Kind.UNSURE


def test_a_mail_account_signs_in_over_starttls_with_any_password(
    trusted: Path, server_tls: Any, letter: Letter
) -> None:
    login = ("nucleo@example.org", "p%41ss:w/ord è+&")
    with Sinks(smtp=SmtpSettings(tls=server_tls, login=login)) as sinks:
        right = email_account(sinks, Security.STARTTLS, user=login[0], password=login[1])
        assert channels.send(right, LUCIA, letter).kind is Kind.SENT
        outcome = channels.send(replace(right, password="no"), LUCIA, letter)
        channels.close()
    assert outcome.kind is Kind.TEMPORARY
    assert outcome.words == "the mail server refused our sign-in (535)"
