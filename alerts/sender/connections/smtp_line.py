"""One open connection to a mail server, and the handing over of a letter on it."""

import base64
import functools
import re
import smtplib
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from urllib3.util import wait_for_read

from alerts.sender.connections import wire
from alerts.sender.connections.traffic import Traffic
from alerts.sender.outcomes import Outcome, read_smtp, sent, temporary, unsure

LETTERS_PER_CONNECTION = 100
"""The limit of common mail servers (Postfix, Exchange Online) lies at this or above."""

IDLE_SECONDS = 50.0
GOODBYE_SECONDS = 1.0
"""How long a mail server may take to answer our QUIT."""

traffic = Traffic()

_SERVICE_CLOSING = 421
_DATA_ACCEPTED = 354
_SIGNED_IN = 235
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_QUEUE_NUMBER = re.compile(r"\b(?:queued as |id=)([A-Za-z0-9.-]{4,64})")

FAULTS = (OSError, smtplib.SMTPException)
"""What goes wrong on the wire."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a connection leads and as whom: only equal ones may be shared."""

    host: str
    port: int
    secure_mode: str
    user: str | None
    password: str | None


class _Client(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, _timeout: Any) -> socket.socket:
        return wire.dial(host, port)


class _TLSClient(smtplib.SMTP_SSL, _Client):
    pass


@functools.cache
def _own_name() -> str:
    """Asked once: smtplib would ask the resolver again with each connection."""
    return socket.getfqdn()


class Stale(Exception):
    """A kept connection had been closed by the server before the letter began."""


def _call(server: Server) -> smtplib.SMTP:
    if server.secure_mode == "ssl":
        return _TLSClient(server.host, server.port, _own_name(), context=wire.tls_context())
    return _Client(server.host, server.port, _own_name())


class Line:
    """One open connection to a mail server."""

    def __init__(self, server: Server) -> None:
        """Dial, secure, sign in.

        Raises:
            OSError: not reached.
            smtplib.SMTPException: reached, but the server would not have us.
        """
        self.letters = 0
        self.last_used = time.monotonic()
        self._client = _call(server)
        try:
            self._introduce(server)
        except BaseException:
            self._client.close()
            raise
        traffic.count_opened()

    def _introduce(self, server: Server) -> None:
        if server.secure_mode == "starttls":
            self._client.starttls(context=wire.tls_context())
        self._client.ehlo_or_helo_if_needed()
        if server.user and server.password:
            self._sign_in(server.user, server.password)

    def _sign_in(self, user: str, password: str) -> None:
        """As smtplib does, which knows no letter beyond ASCII; RFC 4616 wants UTF-8 for those."""
        if (user + password).isascii():
            self._client.login(user, password)
            return
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        code, words = self._client.docmd("AUTH", f"PLAIN {secret}")
        if code != _SIGNED_IN:
            raise smtplib.SMTPAuthenticationError(code, words)

    @property
    def is_open(self) -> bool:
        """False after a fault."""
        return self._client.sock is not None

    @property
    def is_fit(self) -> bool:
        """False when worn or too long idle, or when the server has spoken (it says goodbye)."""
        if self.letters >= LETTERS_PER_CONNECTION or self._client.sock is None:
            return False
        if time.monotonic() - self.last_used > IDLE_SECONDS:
            return False
        return not wait_for_read(self._client.sock, timeout=0)

    def deliver(self, sender: str, recipients: list[str], message: bytes) -> Outcome:
        """Hand over one letter.

        Raises:
            Stale: the kept connection was gone before the letter began.
        """
        kept, self.letters = self.letters > 0, self.letters + 1
        self.last_used = time.monotonic()
        traffic.count_carried()
        try:
            refusal = self._address(sender, recipients, kept=kept)
        except FAULTS as fault:
            self.close()
            if kept:
                raise Stale from None
            return temporary(wire.explain(fault))
        return refusal or self._hand_over(message)

    def _address(self, sender: str, recipients: list[str], *, kept: bool) -> Outcome | None:
        """Everything up to the letter itself; what the server does not want, in an Outcome."""
        commands = [("RSET", "RSET")] if kept else []
        commands += [("MAIL", f"MAIL FROM:{smtplib.quoteaddr(sender)}")]
        commands += [("RCPT", f"RCPT TO:{smtplib.quoteaddr(each)}") for each in recipients]
        commands += [("DATA", "DATA")]
        if self._client.has_extn("pipelining"):
            return self._all_at_once(commands, kept=kept)
        return self._one_by_one(commands, kept=kept)

    def _all_at_once(self, commands: list[tuple[str, str]], *, kept: bool) -> Outcome | None:
        """One round trip instead of four (RFC 2920)."""
        self._client.send("".join(f"{words}\r\n" for _, words in commands))
        replies = [self._client.getreply() for _ in commands]
        refusal = None
        for (stage, _), (code, text) in zip(commands, replies, strict=True):
            refusal = refusal or self._read(stage, code, text, kept=kept)
        if refusal and replies[-1][0] == _DATA_ACCEPTED:
            self._client.send(".\r\n")  # nobody accepted: the server waits for an empty letter
            self._client.getreply()
        return refusal

    def _one_by_one(self, commands: list[tuple[str, str]], *, kept: bool) -> Outcome | None:
        for stage, words in commands:
            code, text = self._client.docmd(words)
            if refusal := self._read(stage, code, text, kept=kept):
                return refusal
        return None

    def _read(self, stage: str, code: int, text: bytes, *, kept: bool) -> Outcome | None:
        if code == _SERVICE_CLOSING:
            self.close()
            if kept:
                raise Stale
        if code == _DATA_ACCEPTED or 200 <= code < 300:
            return None
        return read_smtp(code, text.decode("utf-8", "replace"), stage)

    def _hand_over(self, message: bytes) -> Outcome:
        """The letter itself; until its last dot has left, nobody can have accepted it."""
        try:
            self._client.send(_with_dots(message))
        except FAULTS as fault:
            self.close()
            return temporary(wire.explain(fault))
        try:
            code, text = self._client.getreply()
        except FAULTS as fault:
            self.close()
            return unsure(f"{wire.explain(fault)}, after the whole letter had left")
        outcome = read_smtp(code, text.decode("utf-8", "replace"), "the end of DATA")
        return sent(outcome.words, _queue_number(text)) if code // 100 == 2 else outcome

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def say_goodbye(self) -> None:
        """Hang up politely, without waiting long for an answer."""
        with suppress(*FAULTS), wire.exchange(seconds=GOODBYE_SECONDS):
            self._client.quit()
        self._client.close()


def _with_dots(message: bytes) -> bytes:
    """Line ends and leading dots as RFC 5321 (sections 2.3.8 and 4.5.2) wants them, and the end."""
    lines = _LINE_END.sub(b"\r\n", message)
    doubled = _LEADING_DOT.sub(b"..", lines)
    return doubled + (b".\r\n" if doubled.endswith(b"\r\n") else b"\r\n.\r\n")


def _queue_number(text: bytes) -> str | None:
    """The server's own number for the letter, by which its operator finds it in their log."""
    found = _QUEUE_NUMBER.search(text.decode("ascii", "replace"))
    return found.group(1) if found else None
