"""The outside world on this machine speaks as the real one does."""

import http.client
import json
import signal
import smtplib
import subprocess
import sys
import threading
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.demo.sinks import Fault, How, Sinks, SmtpSettings

ROOT = Path(__file__).parents[2]


def ask(
    port: int, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], Any]:
    """Ask the ntfy sink with Python's own client."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, path, body, named)
    answer = line.getresponse()
    status, said, content = answer.status, dict(answer.getheaders()), answer.read()
    line.close()
    return status, said, json.loads(content) if content.startswith((b"{", b"[")) else content


def written(subject: str = "Ciao è") -> EmailMessage:
    """A letter as Python's own library writes it."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "a@b.it", "lucia@example.org"
    message["Message-ID"] = "<7@b.it>"
    message.set_content("Ciao\n.punto\nhttps://nucleo.example/x\n")
    return message


def test_mail_sent_by_pythons_own_client_is_kept() -> None:
    with Sinks() as sinks:
        with smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=10) as client:
            client.send_message(written())
            client.send_message(written())
        first, _second = sinks.received("email", "lucia@*")
        assert first.words.subject == "Ciao è"
        assert ".punto" in first.words.body.splitlines()
        assert first.words.link == "https://nucleo.example/x"
        assert sinks.copies() == {"7@b.it": 2}


def test_the_mail_server_keeps_to_the_order_of_commands() -> None:
    with Sinks() as sinks, smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=10) as client:
        assert client.docmd("DATA")[0] == 554
        assert client.rcpt("lucia@example.org")[0] == 503
        assert client.mail("a@b.it")[0] == 250
        assert client.mail("a@b.it")[0] == 503
        assert client.docmd("RCPT", "TO:<>")[0] == 501
        assert client.docmd("MAKE", "tea")[0] == 502
        assert client.rset()[0] == client.noop()[0] == 250
        assert client.docmd("STARTTLS")[0] == 503
        assert client.docmd("AUTH", "PLAIN AAAA")[0] == 504
        client.mail("")
        assert client.docmd("x" * 3000)[0] == 500


def test_the_mail_server_wants_to_know_who_calls() -> None:
    with Sinks(smtp=SmtpSettings(login=("lucia", "key"))) as sinks:
        with smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=10) as client:
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.send_message(written())
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("lucia", "wrong")
        with smtplib.SMTP("127.0.0.1", sinks.smtp_port, timeout=10) as client:
            client.login("lucia", "key")
            client.send_message(written())
        assert len(sinks.received()) == 1


def test_ntfy_takes_a_plain_publication_with_headers() -> None:
    with Sinks() as sinks:
        status, _, push = ask(
            sinks.ntfy_port, "PUT", "/topic-of-lucia", "Ciao è".encode(),
            X_Title="=?UTF-8?B?w6g=?=", Priority="5", Tags="warning,house", Click="https://x.example/",
        )  # fmt: skip
        (arrived,) = sinks.received("ntfy")
    assert status == 200
    assert (push["topic"], push["message"], push["title"]) == ("topic-of-lucia", "Ciao è", "è")
    assert (push["priority"], push["tags"]) == (5, ["warning", "house"])
    assert (arrived.words.urgent, arrived.words.link) == (True, "https://x.example/")


def test_ntfy_takes_a_publication_in_json_and_shows_it_to_a_phone_that_slept() -> None:
    with Sinks() as sinks:
        content = json.dumps({"topic": "topic-of-lucia", "message": "Ciao", "title": "Titolo"})
        assert ask(sinks.ntfy_port, "POST", "/", content.encode())[0] == 200
        _, _, seen = ask(sinks.ntfy_port, "GET", "/topic-of-lucia/json?poll=1")
    assert (seen["message"], seen["title"]) == ("Ciao", "Titolo")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/", b"no json", 400),
        ("/", b'{"message": "to whom"}', 400),
        ("/no topic", b"Ciao", 400),
        ("/topic-of-lucia", b"x" * 5000, 413),
    ],
)
def test_ntfy_refuses_what_the_real_one_refuses(path: str, body: bytes, status: int) -> None:
    with Sinks() as sinks:
        found, _, error = ask(sinks.ntfy_port, "POST", path.replace(" ", "%20"), body)
        assert (found, error["http"]) == (status, status)
        assert not sinks.received()


def test_ntfy_with_a_token_keeps_strangers_out() -> None:
    with Sinks(ntfy_token="tk_1") as sinks:
        assert ask(sinks.ntfy_port, "POST", "/topic-of-lucia", b"x")[0] == 403
        right = ask(sinks.ntfy_port, "POST", "/topic-of-lucia", b"x", Authorization="Bearer tk_1")
        assert right[0] == 200


def test_another_process_reads_what_arrived_and_orders_misbehaviour() -> None:
    with Sinks() as sinks:
        order = {"where": "bad-*", "how": "status", "code": 429, "seconds": 3, "times": 1}
        ask(sinks.ntfy_port, "POST", "/misbehave", json.dumps(order).encode())
        status, headers, _ = ask(sinks.ntfy_port, "POST", "/bad-topic", b"x")
        assert (status, headers["Retry-After"]) == (429, "3")
        assert ask(sinks.ntfy_port, "POST", "/bad-topic", b"Ciao")[0] == 200
        _, _, kept = ask(sinks.ntfy_port, "GET", "/received?channel=ntfy&address=bad-*")
        assert [each["body"] for each in kept] == ["Ciao"]
        assert ask(sinks.ntfy_port, "GET", "/stats")[2]["ntfy requests"] == 2
        ask(sinks.ntfy_port, "DELETE", "/received")
        assert not sinks.received()
        assert ask(sinks.ntfy_port, "GET", "/v1/health")[2] == {"healthy": True}
        assert ask(sinks.ntfy_port, "GET", "/nothing")[0] == 404


def test_order_returns_when_told_to_behave() -> None:
    with Sinks() as sinks:
        sinks.misbehave("*", Fault(How.STATUS, code=500))
        assert ask(sinks.ntfy_port, "POST", "/topic-of-lucia", b"x")[0] == 500
        ask(sinks.ntfy_port, "POST", "/misbehave", b"{}")
        assert ask(sinks.ntfy_port, "POST", "/topic-of-lucia", b"x")[0] == 200


def test_waiting_ends_when_the_letter_arrives() -> None:
    with Sinks() as sinks:
        publish = (sinks.ntfy_port, "POST", "/topic-of-lucia", b"x")
        later = threading.Thread(target=ask, args=publish)
        later.start()
        assert sinks.wait_for(lambda: bool(sinks.copies()))
        later.join()


def test_a_taken_port_is_said_so_and_leaves_no_thread() -> None:
    with Sinks() as sinks:
        before = threading.active_count()
        with pytest.raises(OSError, match="in use"):
            Sinks(ports=(sinks.smtp_port, 0)).start()
        assert threading.active_count() == before


def test_the_sinks_run_in_a_process_of_their_own_and_stop_cleanly() -> None:
    command = [sys.executable, "-m", "tests.demo.sinks", "--smtp-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ports = json.loads(process.stdout.readline())
        with smtplib.SMTP("127.0.0.1", ports["smtp_port"], timeout=10) as client:
            client.send_message(written())
        _, _, kept = ask(ports["ntfy_port"], "GET", "/received")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert [each["subject"] for each in kept] == ["Ciao è"]
