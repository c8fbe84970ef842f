"""A mail server that speaks real SMTP and keeps what it gets (RFC 5321, 2920, 3207, 4954)."""

import asyncio
import base64
import re
import ssl
from dataclasses import dataclass, field

from tests.demo.keeping import Fault, How, Keeping, read_email
from tests.demo.session import Session

_PATH = re.compile(rb"^(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)
LONGEST_LINE = 2048
LARGEST_LETTER = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How the mail server presents itself.

    Attributes:
        tls: offered by STARTTLS when given.
        login: user and password it asks for before any letter.
        pipelining: whether it takes several commands at once.
        letters: how many letters it takes on one connection before it says goodbye.
    """

    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    pipelining: bool = True
    letters: int | None = None


@dataclass(slots=True)
class _Envelope:
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class SmtpSession(Session):
    """One connection to the mail server."""

    channel = "smtp"

    def __init__(
        self, keeping: Keeping, open_sessions: set[Session], settings: SmtpSettings
    ) -> None:
        """Wait for a caller."""
        super().__init__(keeping, open_sessions)
        self._settings = settings
        self._envelope = _Envelope()
        self._in_letter = False
        self._encrypted = False
        self._known = settings.login is None
        self._letters = 0

    def greet(self) -> None:
        """Say who is here."""
        self._say("220 sink.example ESMTP")

    def take(self) -> bool:
        """Take in a command or a letter."""
        return self._take_letter() if self._in_letter else self._take_command()

    def _say(self, line: str) -> None:
        self._write(line.encode() + b"\r\n")

    def _take_command(self) -> bool:
        line, end, rest = self._buffer.partition(b"\r\n")
        if len(line) > LONGEST_LINE:
            self._say("500 5.5.2 line too long")
            self._transport.close()
            return False
        if not end:
            return False
        self._buffer = rest
        verb, _, words = bytes(line).partition(b" ")
        name = verb.decode("ascii", "replace").upper()
        answer = getattr(self, f"_on_{name.lower()}", None) if name.isalpha() else None
        if answer is None:
            self._say("502 5.5.1 no such command here")
        else:
            answer(words.strip())
        return True

    def _on_ehlo(self, _words: bytes) -> None:
        offers = ["sink.example", "8BITMIME", f"SIZE {LARGEST_LETTER}"]
        offers += ["PIPELINING"] * self._settings.pipelining
        offers += ["STARTTLS"] * bool(self._settings.tls and not self._encrypted)
        offers += ["AUTH PLAIN"] * (self._settings.login is not None)
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _on_helo(self, _words: bytes) -> None:
        self._say("250 sink.example")

    def _on_noop(self, _words: bytes) -> None:
        self._say("250 2.0.0 fine")

    def _on_rset(self, _words: bytes) -> None:
        self._envelope = _Envelope()
        self._say("250 2.0.0 forgotten")

    def _on_quit(self, _words: bytes) -> None:
        self._say("221 2.0.0 goodbye")
        self._transport.close()
        self._deaf = True

    def _on_starttls(self, _words: bytes) -> None:
        if self._settings.tls is None or self._encrypted:
            self._say("503 5.5.1 not now")
            return
        self._transport.pause_reading()  # the handshake belongs to the encrypted line
        self._deaf = True  # and what comes right behind it is answered there
        self._say("220 2.0.0 go ahead")
        self._buffer.clear()  # anything sent before the handshake may be somebody else's
        self._encrypted = True
        self._starting = asyncio.ensure_future(self._encrypt(self._settings.tls))

    async def _encrypt(self, tls: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            new = await loop.start_tls(self._transport, self, tls, server_side=True)
        except OSError:
            self._transport.abort()
            return
        if new is not None:
            self._transport, self._deaf = new, False
            self.data_received(b"")

    def _on_auth(self, words: bytes) -> None:
        kind, _, secret = words.partition(b" ")
        if kind.upper() != b"PLAIN" or self._settings.login is None:
            self._say("504 5.5.4 only PLAIN")
            return
        user, password = self._settings.login
        right = base64.b64encode(f"\0{user}\0{password}".encode())
        self._known = secret == right
        self._say("235 2.7.0 welcome" if self._known else "535 5.7.8 not known here")

    def _on_mail(self, words: bytes) -> None:
        found = _PATH.match(words)
        if not self._known:
            self._say("530 5.7.0 sign in first")
        elif self._envelope.sender is not None:
            self._say("503 5.5.1 one letter at a time")
        elif found is None:
            self._say("501 5.1.7 no such sender")
        elif self._settings.letters is not None and self._letters >= self._settings.letters:
            self._say("421 4.7.0 enough for one connection")
            self._transport.close()
            self._deaf = True
        else:
            self._envelope = _Envelope(found.group(1).decode())
            self._say("250 2.1.0 fine")

    def _on_rcpt(self, words: bytes) -> None:
        found = _PATH.match(words)
        if self._envelope.sender is None:
            self._say("503 5.5.1 from whom?")
        elif found is None or not found.group(1):
            self._say("501 5.1.3 no such recipient")
        else:
            recipient = found.group(1).decode()
            fault = self._keeping.fault_for(recipient, ["MAIL", "RCPT"])
            if not self._fails(fault):
                self._envelope.recipients.append(recipient)
                self._say("250 2.1.5 fine")

    def _on_data(self, _words: bytes) -> None:
        if not self._envelope.recipients:
            self._say("554 5.5.1 to whom?")
        elif not self._fails(self._keeping.fault_for(self._envelope.recipients[0], ["DATA"])):
            self._in_letter = True
            self._say("354 go ahead, end with a dot")

    def _fails(self, fault: Fault | None) -> bool:
        """Misbehave before the letter; True when that was all."""
        if fault is None:
            return False
        if fault.how is How.STATUS:
            self._say(f"{fault.code} {fault.code // 100}.9.9 as I was told")
            if fault.code == 421:
                self._transport.close()
        elif fault.how is How.RESET:
            self._transport.abort()
        self._deaf = self._deaf or fault.how is not How.STATUS or fault.code == 421
        return True

    def _take_letter(self) -> bool:
        end = 0 if self._buffer.startswith(b".\r\n") else self._buffer.find(b"\r\n.\r\n") + 2
        if end == 1:
            return False
        letter = bytes(self._buffer[:end]).replace(b"\r\n..", b"\r\n.").removeprefix(b".")
        del self._buffer[: end + 3]
        self._in_letter = False
        self._finish(letter)
        return True

    def _finish(self, letter: bytes) -> None:
        recipients, self._envelope = self._envelope.recipients, _Envelope()
        fault = self._keeping.fault_for(recipients[0], ["END"])
        if fault is not None and fault.how in (How.STATUS, How.RESET, How.HANG):
            self._fails(fault)
            return
        found = _MESSAGE_ID.search(letter)
        number = found.group(1).decode("ascii", "replace") if found else ""
        for recipient in recipients:
            self._keeping.keep("email", recipient, number, lambda: read_email(letter))
        self._letters += 1
        self._confirm(fault)

    def _confirm(self, fault: Fault | None) -> None:
        words = f"250 2.0.0 Ok: queued as S{self._keeping.counts()['letters']:06d}"
        self._keeping.count("letters")
        answer = f"{words}\r\n".encode()
        if fault is None:
            self._write(answer)
        elif fault.how is How.LOSE:
            self.hang_up()
        elif fault.how is How.LATE:
            self._write_later(answer, fault.seconds)
        else:
            self._drip(answer, fault.seconds)
