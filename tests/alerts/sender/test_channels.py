"""What arrives is what was written, for everyone, and nothing private is told on the way."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.sender import channels, fitness
from alerts.sender.channels import Action, EmailAccount, Letter, NtfyServer, Security, lane
from alerts.sender.channels import ntfy as ntfy_channel
from alerts.sender.outcomes import Kind
from tests.demo.sinks import Fault, How, Sinks

LUCIA, TOPIC = "lucia@example.org", "topic-of-lucia"
LONG_ITALIAN = "Perché è già notte: c’è bisogno di te, Niccolò, più vicino di tutti — «sùbito» " * 2


def test_a_letter_arrives_by_mail_as_it_was_written(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    written = replace(letter, subject=LONG_ITALIAN.strip(), body="Ciao\n.un punto\n..due\nè ora")
    outcome = channels.send(email, LUCIA, written)
    (arrived,) = sinks.received("email", LUCIA)
    assert outcome.kind is Kind.SENT
    assert arrived.words.subject == LONG_ITALIAN.strip()
    assert arrived.words.body.splitlines()[:4] == ["Ciao", ".un punto", "..due", "è ora"]
    assert arrived.words.link == letter.link
    assert arrived.words.headers["From"] == "Rete Mano <nucleo@example.org>"


def test_mail_carries_what_threads_it_and_keeps_robots_quiet(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    channels.send(email, LUCIA, letter)
    channels.send(email, LUCIA, letter)
    first, repeat = (each.words.headers for each in sinks.received())
    assert first["Message-ID"] == repeat["Message-ID"] == f"<{letter.message_id}>"
    assert first["References"] == first["In-Reply-To"] == "<A-1027.thread@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Content-Language"] == "it"
    assert first["Importance"] == "high"
    assert first["Content-Type"] == 'text/plain; charset="utf-8"'


def test_a_mail_server_tells_its_number_for_the_letter(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    assert (channels.send(email, LUCIA, letter).provider_ref or "").startswith("S0")


def test_a_link_already_in_the_text_is_not_written_twice(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    channels.send(email, LUCIA, replace(letter, body=f"Apri {letter.link} e rispondi"))
    (arrived,) = sinks.received()
    assert arrived.words.body.count("https://") == 1


def test_an_address_in_an_italian_domain_with_accents_is_reached(
    sinks: Sinks, email: EmailAccount, letter: Letter
) -> None:
    assert channels.send(email, "lucia@città.example", letter).kind is Kind.SENT
    assert sinks.received("email", "lucia@xn--citt-3na.example")


def test_a_letter_arrives_by_push_with_its_page_and_buttons(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter
) -> None:
    buttons = (
        Action("Sì, vengo «sùbito»", "https://nucleo.example/r/t?si=1", posts=True, body="eta=15"),
        Action("Leggi", "https://nucleo.example/r/t"),
    )
    written = replace(letter, subject=LONG_ITALIAN.strip(), actions=buttons)
    outcome = channels.send(ntfy, TOPIC, written)
    (arrived,) = sinks.received("ntfy", TOPIC)
    assert outcome.kind is Kind.SENT
    assert outcome.provider_ref
    assert arrived.words.subject == LONG_ITALIAN.strip()
    assert arrived.words.body == letter.body
    assert (arrived.words.link, arrived.words.urgent) == (letter.link, True)
    yes, read = arrived.words.actions
    assert (yes["action"], yes["method"], yes["body"]) == ("http", "POST", "eta=15")
    assert (yes["label"], read["action"]) == ("Sì, vengo «sùbito»", "view")


def test_a_repeated_push_replaces_the_first_on_the_phone(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter
) -> None:
    channels.send(ntfy, TOPIC, letter)
    channels.send(ntfy, TOPIC, letter)
    assert {each.words.tag for each in sinks.received()} == {"A-1027"}
    assert sinks.copies()[letter.message_id] == 2


def test_a_quiet_push_makes_no_alarm(sinks: Sinks, ntfy: NtfyServer, letter: Letter) -> None:
    channels.send(ntfy, TOPIC, replace(letter, urgent=False))
    (arrived,) = sinks.received()
    assert not arrived.words.urgent


def test_a_link_reaches_the_phone_letter_by_letter(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter
) -> None:
    link = "https://nucleo.example/r/a%20b?x=1%2C2&y=è".replace("è", "%C3%A8")
    channels.send(ntfy, TOPIC, replace(letter, link=link))
    assert sinks.received()[0].words.link == link


def test_a_text_too_long_for_a_push_is_cut_and_says_so(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter
) -> None:
    assert channels.send(ntfy, TOPIC, replace(letter, body="è vero " * 2000)).kind is Kind.SENT
    body = sinks.received()[0].words.body
    assert len(body.encode()) <= ntfy_channel.LONGEST_BODY
    assert body.endswith((" vero…", " è…"))


def test_a_push_server_with_a_token_is_given_it(letter: Letter) -> None:
    with Sinks(ntfy_token="tk_sink") as sinks:
        server = NtfyServer(sinks.ntfy_url, "tk_sink")
        assert channels.send(server, TOPIC, letter).kind is Kind.SENT
        assert channels.send(replace(server, token="tk_no"), TOPIC, letter).kind is Kind.REFUSED
        channels.close()


@pytest.mark.parametrize(
    "address",
    [
        "lucia@example.org\r\nBcc: spy@example.org",
        "lucia@example.org\nRCPT TO:<spy@example.org>",
        "lucia@example.org, spy@example.org",
        "Lucia <lucia@example.org>",
        "lucia@example.org>",
        "lucia @example.org",
        "lucia@" + "a" * 70 + ".example",
        "lucia@-",
        "lucia",
        "",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(
    sinks: Sinks, email: EmailAccount, letter: Letter, address: str
) -> None:
    assert channels.send(email, address, letter).kind is Kind.REFUSED
    assert not sinks.counts()


@pytest.mark.parametrize(
    "topic", ["short", "a" * 65, "topic/of/lucia", "topic-of-lucia\r\nX: y", ""]
)
def test_what_is_not_a_topic_gets_no_push(
    sinks: Sinks, ntfy: NtfyServer, letter: Letter, topic: str
) -> None:
    assert channels.send(ntfy, topic, letter).kind is Kind.REFUSED
    assert not sinks.counts()


@pytest.mark.parametrize(
    "change",
    [
        {"message_id": "a@b>\r\nBcc: spy@example.org"},
        {"language": "it\r\nBcc: spy@example.org"},
        {"link": "https://nucleo.example/\r\nX-Bad: 1"},
        {"link": "javascript:alert(1)"},
        {"tag": "\r\n"},
        {"body": "\x00 \n"},
        {"message_id": ""},
    ],
)
def test_a_letter_that_would_break_out_of_its_headers_is_refused(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter, change: dict[str, Any]
) -> None:
    for provider, address in ((email, LUCIA), (ntfy, TOPIC)):
        outcome = channels.send(provider, address, replace(letter, **change))
        if "language" not in change or provider is email:
            assert outcome.kind is Kind.REFUSED
    assert not sinks.received("email")


def test_a_line_break_in_a_title_or_name_becomes_a_space(
    sinks: Sinks, email: EmailAccount, ntfy: NtfyServer, letter: Letter
) -> None:
    title = "Aiuto\r\nBcc: spy@example.org\x00\u2028ora"
    account = replace(email, sender_name="Rete\r\nBcc: spy@example.org")
    channels.send(account, LUCIA, replace(letter, subject=title))
    channels.send(ntfy, TOPIC, replace(letter, subject=title))
    mail, push = (each.words for each in sinks.received())
    assert mail.subject == push.subject == "Aiuto Bcc: spy@example.org ora"
    assert not {"Bcc", "bcc"} & mail.headers.keys()


def test_a_fourth_button_and_a_server_with_a_path_are_refused(
    ntfy: NtfyServer, letter: Letter
) -> None:
    four = (Action("Sì", "https://nucleo.example/"),) * 4
    assert channels.send(ntfy, TOPIC, replace(letter, actions=four)).kind is Kind.REFUSED
    below = NtfyServer(f"{ntfy.base_url}/ntfy")
    assert channels.send(below, TOPIC, letter).kind is Kind.REFUSED
    assert channels.send(NtfyServer("file:///etc/passwd"), TOPIC, letter).kind is Kind.REFUSED


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=st.text(max_size=120), text=st.text(max_size=300))
def test_any_title_and_text_arrive_or_are_refused_but_never_harm(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter, title: str, text: str
) -> None:
    sinks.forget()
    written = replace(letter, subject=title, body=text)
    kinds = {channels.send(email, LUCIA, written).kind, channels.send(ntfy, TOPIC, written).kind}
    assert len(kinds) == 1
    short = fitness.shortened(fitness.one_line(title), size=ntfy_channel.LONGEST_TITLE)
    for each in sinks.received():
        assert each.words.subject in (fitness.one_line(title), short)
        assert "".join(fitness.body(text).split()) in "".join(each.words.body.split())


def test_neither_outcomes_nor_logs_tell_address_token_or_text(
    sinks: Sinks, ntfy: NtfyServer, email: EmailAccount, letter: Letter,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for name in ("", "apprise", "urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    server = replace(ntfy, token="tk_secret")
    account = replace(email, user="account-user", password="account-secret")
    told = [f"{account} {server} {letter}"]
    for fault in (None, Fault(How.RESET), Fault(How.LOSE), Fault(How.STATUS, 550)):
        sinks.behave()
        if fault:
            sinks.misbehave("*", fault)
        for provider, address in ((server, TOPIC), (email, LUCIA), (account, LUCIA)):
            told += [repr(channels.send(provider, each, letter)) for each in (address, "no")]
    everything = "\n".join([*told, caplog.text])
    private = ("lucia", "tk_secret", "account-", "s3cret", "Bagheria", "Serve una mano")
    assert [word for word in private if word in everything] == []


@pytest.mark.parametrize(
    ("provider", "label"),
    [
        (EmailAccount("SMTP.example.org", 587, Security.STARTTLS, None, None, "a@b.it", ""),
         "email:smtp.example.org"),
        (EmailAccount("smtp.example.org", 2525, Security.NONE, None, None, "a@b.it", ""),
         "email:smtp.example.org:2525"),
        (NtfyServer("https://ntfy.example.org"), "ntfy:ntfy.example.org"),
        (NtfyServer("http://127.0.0.1:8090/"), "ntfy:127.0.0.1:8090"),
    ],
)  # fmt: skip
def test_a_lane_is_named_after_channel_and_server(
    provider: EmailAccount | NtfyServer, label: str
) -> None:
    assert lane(provider) == label
