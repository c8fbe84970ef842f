"""Mail connections kept open between letters, behind the face of apprise's own controller."""

import smtplib
import threading
from collections import defaultdict
from types import TracebackType
from typing import Self

from alerts.sender.connections import wire
from alerts.sender.connections.smtp_line import FAULTS, Line, Server, Stale, traffic
from alerts.sender.outcomes import Kind, Outcome, temporary

IDLE_LINES_PER_SERVER = 64

__all__ = ["PooledController", "close", "traffic"]

_door = threading.Lock()
_idle: defaultdict[Server, list[Line]] = defaultdict(list)


def _take(server: Server) -> Line | None:
    """The connection used last, since it is the likeliest to be alive; None when there is none."""
    while True:
        with _door:
            if not _idle[server]:
                return None
            line = _idle[server].pop()
        if line.is_fit:
            return line
        line.close()


def _keep(server: Server, line: Line) -> None:
    with _door:
        full = len(_idle[server]) >= IDLE_LINES_PER_SERVER
        if line.is_open and not full:
            _idle[server].append(line)
            return
    line.close()


def close() -> None:
    """Say goodbye on every idle connection."""
    with _door:
        lines = [line for waiting in _idle.values() for line in waiting]
        _idle.clear()
    for line in lines:
        line.say_goodbye()


class PooledController:
    """Takes the place of apprise's `AppriseSMTPController`: the same three methods, pooled."""

    def __init__(
        self,
        host: str,
        port: int,
        secure_mode: str,
        user: str | None = None,
        password: str | None = None,
        **_unused: object,
    ) -> None:
        """Remember where to; certificates are always checked and the exchange sets the time."""
        self._server = Server(host, port, secure_mode, user, password)
        self._line: Line | None = None

    def __enter__(self) -> Self:
        """Take a kept connection or open one.

        Raises:
            OSError: not reached.
            smtplib.SMTPException: the server would not have us.
        """
        self._line = _take(self._server) or self._dial()
        return self

    def _dial(self) -> Line:
        try:
            return Line(self._server)
        except FAULTS as fault:
            wire.present().outcome = _not_received(fault)
            raise

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        """Hand over one prepared letter; the exchange's outcome says what came of it."""
        if self._line is None:
            return False
        own = "".join(f"{name}: {value}\n" for name, value in wire.present().headers.items())
        content = (own + message).encode()
        try:
            outcome = self._line.deliver(from_addr, to_addrs, content)
        except Stale:
            self._line = self._dial()
            outcome = self._line.deliver(from_addr, to_addrs, content)
        wire.present().outcome = outcome
        return outcome.kind is Kind.SENT

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Keep the connection for the next letter."""
        if self._line is not None:
            _keep(self._server, self._line)


def _not_received(fault: Exception) -> Outcome:
    """Never a refusal of the person's address: the fault lies between the server and us."""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return temporary(f"the mail server refused our sign-in ({fault.smtp_code})")
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return temporary("the mail server does not offer what the settings ask for")
    if isinstance(fault, smtplib.SMTPResponseException):
        return temporary(f"the mail server answered {fault.smtp_code} before any letter")
    return temporary(wire.explain(fault))
