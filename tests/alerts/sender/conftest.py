"""The outside world for the sender's tests: real servers on this machine, and one letter."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.sender import channels
from alerts.sender.channels import EmailAccount, Letter, NtfyServer, Security
from tests.alerts.sender.certificates import Certificate, self_signed
from tests.demo.sinks import Sinks


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """A mail server and an ntfy server."""
    with Sinks() as running:
        yield running
        channels.close()


@pytest.fixture
def email(sinks: Sinks) -> EmailAccount:
    """The account that sends through the sink's mail server."""
    return email_account(sinks)


@pytest.fixture
def ntfy(sinks: Sinks) -> NtfyServer:
    """The sink's ntfy server."""
    return NtfyServer(sinks.ntfy_url)


@pytest.fixture
def letter() -> Letter:
    """A call for help, urgent, with a page to open."""
    return Letter(
        subject="Serve una mano (A-1027)",
        body="Una persona a Bagheria chiede aiuto.\nPuoi andare?",
        language="it",
        message_id="A-1027.7.1@example.org",
        tag="A-1027",
        urgent=True,
        link="https://nucleo.example/r/s3cret-t0ken",
    )


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine that nobody vouches for."""
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The house trusts that certificate, and no other."""
    channels.close()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.path))
    yield certificate.path
    channels.close()


@pytest.fixture
def server_tls(certificate: Certificate) -> ssl.SSLContext:
    """What an encrypted server shows."""
    return certificate.server_side()


@pytest.fixture
def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def email_account(
    sinks: Sinks,
    security: Security = Security.NONE,
    *,
    user: str | None = None,
    password: str | None = None,
) -> EmailAccount:
    """An account at the sink's mail server."""
    return EmailAccount(
        "127.0.0.1", sinks.smtp_port, security, user, password, "nucleo@example.org", "Rete Mano"
    )
