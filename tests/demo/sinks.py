"""The outside world on this machine: servers for mail, ntfy and text messages that keep all.

In a test: ``with Sinks() as sinks: …``; beside a demonstration, in a process of its own:
``python -m tests.demo.sinks --smtp-port 2525 --ntfy-port 8090``.
"""

import argparse
import asyncio
import json
import signal
import ssl
import sys
import threading
from types import TracebackType
from typing import Self

from tests.demo.keeping import Fault, How, Keeping, Received
from tests.demo.ntfy_sink import NtfySession
from tests.demo.session import Session
from tests.demo.sms_sink import SmsSession
from tests.demo.smtp_sink import SmtpSession, SmtpSettings

__all__ = ["Fault", "How", "Received", "Sinks", "SmtpSettings"]

HERE = "127.0.0.1"
WAITING_CALLERS = 1024


class Sinks(Keeping):
    """All servers, in a thread of their own, on free ports unless told otherwise."""

    def __init__(
        self,
        *,
        smtp: SmtpSettings | None = None,
        smtp_tls: ssl.SSLContext | None = None,
        ntfy_tls: ssl.SSLContext | None = None,
        ntfy_token: str | None = None,
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        """Say how they present themselves.

        Args:
            smtp: how the mail server behaves.
            smtp_tls: encrypts mail from the first byte.
            ntfy_tls: encrypts HTTP.
            ntfy_token: without it the ntfy server answers 403.
            ports: of the mail and the ntfy server; 0 takes a free one.
        """
        super().__init__()
        self._smtp = smtp or SmtpSettings()
        self._tls = (smtp_tls, ntfy_tls)
        self._token = ntfy_token
        self._ports = ports
        self._sessions: set[Session] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sinks", daemon=True)
        self.smtp_port = self.ntfy_port = self.sms_port = 0

    @property
    def ntfy_url(self) -> str:
        """Where the ntfy server is."""
        return f"{'https' if self._tls[1] else 'http'}://{HERE}:{self.ntfy_port}"

    @property
    def sms_url(self) -> str:
        """Where the server of the telephone is."""
        return f"http://{HERE}:{self.sms_port}"

    def start(self) -> None:
        """Begin to listen; returns when all do.

        Raises:
            OSError: a port is taken.
        """
        self._thread.start()
        listening = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        try:
            self._servers = listening.result()
        except OSError:
            self._end()
            raise
        self.smtp_port, self.ntfy_port, self.sms_port = (
            server.sockets[0].getsockname()[1] for server in self._servers
        )

    def stop(self) -> None:
        """Listen no more, hang up on everybody and end the thread."""
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self.hang_up()
        self._end()

    def hang_up(self) -> None:
        """Cut all connections without a goodbye, as a firewall does; go on listening."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> list[asyncio.Server]:
        makers = (
            lambda: SmtpSession(self, self._sessions, self._smtp),
            lambda: NtfySession(self, self._sessions, self._token),
            lambda: SmsSession(self, self._sessions),
        )
        places = zip(makers, (*self._ports, 0), (*self._tls, None), strict=True)
        return [
            await self._loop.create_server(
                maker, HERE, port, ssl=tls, backlog=WAITING_CALLERS, reuse_address=True
            )
            for maker, port, tls in places
        ]

    async def _hang_up(self) -> None:
        for session in list(self._sessions):
            session.hang_up()
        await asyncio.sleep(0)


def main(arguments: list[str] | None = None) -> None:
    """Run them until told to stop; the first line printed is JSON with their ports."""
    reader = argparse.ArgumentParser(description="Servers that keep all letters.")
    reader.add_argument("--smtp-port", type=int, default=0)
    reader.add_argument("--ntfy-port", type=int, default=0)
    asked = reader.parse_args(arguments)
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: enough.set())
    with Sinks(ports=(asked.smtp_port, asked.ntfy_port)) as sinks:
        ports = ("smtp_port", "ntfy_port", "sms_port")
        print(json.dumps({name: getattr(sinks, name) for name in ports}))
        sys.stdout.flush()
        enough.wait()


if __name__ == "__main__":
    main()
