"""A quick sink in a process of its own, so that its work is never counted as ours.

`python -m tests.benchmarks.sink [--tls FILE] [--host ADDRESS]` prints its ports as JSON. It speaks
HTTP, HTTPS, SMTP and SMTP over TLS, keeps every letter, and answers after as long as it is told.
What it knows is asked over HTTP under `/sink/`.
"""

import argparse
import asyncio
import base64
import json
import re
import ssl
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

CALLERS = 4096
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HTTP_ID = re.compile(rb"\r\nidempotency-key: *([^\r\n]+)", re.IGNORECASE)
MAIL_ID = re.compile(rb"^message-id: *<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)
TAKEN = b'{"id":"abc1234"}'
GREETING = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n"


@dataclass(slots=True)
class Kept:
    """All that arrived (id, when, the letter's bytes), and how the sink behaves."""

    late: float = 0.0
    connections: int = 0
    wire: dict[str, list[bytes]] = field(default_factory=dict)
    copies: list[tuple[str, float, bytes]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def keep(self, channel: str, number: "re.Match[bytes] | None", letter: bytes) -> None:
        """Take a letter; of each channel the last one is also kept as it went over the wire."""
        name = number.group(1).decode() if number else f"nameless {channel}"
        self.copies.append((name, time.time(), letter))

    def forget(self) -> None:
        """Throw away what has arrived."""
        self.connections = 0
        self.copies.clear()


class Http(asyncio.Protocol):
    """One kept HTTP connection."""

    def __init__(self, kept: Kept) -> None:
        """Wait for a request."""
        self.kept, self.buffer = kept, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.kept.connections += 1

    def data_received(self, data: bytes) -> None:
        """Take in every request that is whole by now."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self.buffer, 0, end + 2)
            whole = end + 4 + (int(found.group(1)) if found else 0)
            if len(self.buffer) < whole:
                return
            request, self.buffer = self.buffer[:whole], self.buffer[whole:]
            self.take(request, end)

    def take(self, request: bytes, end: int) -> None:
        """Keep a letter, or answer a question about what is kept."""
        target = request.split(b" ", 2)[1].decode()
        if target.startswith("/sink/"):
            self.say(json.dumps(answer(self.kept, target)).encode())
            return
        if number := HTTP_ID.search(request, 0, end + 2):
            self.kept.wire["http"] = [request]
            self.kept.keep("http", number, request[end + 4 :])
        else:  # plain apprise gives its letters no number; anything else is no letter
            self.kept.others.append(request[: end + 2].decode("latin-1"))
        if self.kept.late:
            asyncio.get_running_loop().call_later(self.kept.late, self.say, TAKEN)
        else:
            self.say(TAKEN)

    def say(self, body: bytes) -> None:
        """Answer yes."""
        if not self.transport.is_closing():
            head = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            )
            self.transport.write(head % len(body) + body)


class Smtp(asyncio.Protocol):
    """One kept mail connection."""

    def __init__(self, kept: Kept) -> None:
        """Wait for a letter."""
        self.kept, self.buffer, self.in_letter, self.envelope = kept, b"", False, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.kept.connections += 1
        self.say(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Take in every command and letter that is whole by now."""
        self.buffer += data
        answers = b""
        while (end := self.buffer.find(b"\r\n.\r\n" if self.in_letter else b"\r\n")) >= 0:
            if self.in_letter:
                letter, self.buffer = self.buffer[: end + 5], self.buffer[end + 5 :]
                self.take(letter)
            else:
                line, self.buffer = self.buffer[: end + 2], self.buffer[end + 2 :]
                answers += self.obey(line)
        self.say(answers)

    def obey(self, line: bytes) -> bytes:
        """Return the answer to one command."""
        verb = line[:4].upper()
        if verb == b"EHLO":
            return GREETING
        self.envelope = line if verb in (b"MAIL", b"RSET") else self.envelope + line
        if verb == b"DATA":
            self.in_letter = True
            return b"354 go\r\n"
        if verb == b"QUIT":
            self.transport.close()
            return b"221 bye\r\n"
        return b"250 ok\r\n"

    def take(self, letter: bytes) -> None:
        """Keep a letter and say so, in time."""
        self.in_letter = False
        self.kept.wire["smtp"] = [self.envelope, letter]
        self.kept.keep("smtp", MAIL_ID.search(letter), letter)
        if self.kept.late:
            asyncio.get_running_loop().call_later(
                self.kept.late, self.say, b"250 2.0.0 Ok: queued as S000001\r\n"
            )
        else:
            self.say(b"250 2.0.0 Ok: queued as S000001\r\n")

    def say(self, words: bytes) -> None:
        """Answer."""
        if words and not self.transport.is_closing():
            self.transport.write(words)


def answer(kept: Kept, target: str) -> Any:
    """Answer a question: `count`, `copies`, `wire`, or obey `forget` and `late?ms=200`."""
    asked = urlsplit(target)
    match asked.path.removeprefix("/sink/"):
        case "count":
            names = {name for name, _, _ in kept.copies}
            last = kept.copies[-1][1] if kept.copies else 0.0
            return {"copies": len(kept.copies), "letters": len(names), "last": last,
                    "connections": kept.connections, "others": kept.others[-3:]}  # fmt: skip
        case "copies":
            since = int(parse_qs(asked.query).get("since", ["0"])[0])
            return [[n, at, base64.b64encode(raw).decode()] for n, at, raw in kept.copies[since:]]
        case "wire":
            return {
                channel: [base64.b64encode(part).decode() for part in parts]
                for channel, parts in kept.wire.items()
            }
        case "forget":
            kept.forget()
        case "late":
            kept.late = float(parse_qs(asked.query)["ms"][0]) / 1000
    return {}


@dataclass(frozen=True)
class Ports:
    """Where the sink listens; 0 where it was given no certificate."""

    http: int
    smtp: int
    https: int = 0
    smtps: int = 0


async def listen(host: str, tls: ssl.SSLContext | None) -> None:
    """Listen until told to stop."""
    loop, kept = asyncio.get_running_loop(), Kept()
    kinds = (Http, None), (Smtp, None), (Http, tls), (Smtp, tls)
    servers = [
        await loop.create_server(partial(kind, kept), host, ssl=context, backlog=CALLERS)
        for kind, context in kinds[: 4 if tls else 2]
    ]
    print(json.dumps(asdict(Ports(*(s.sockets[0].getsockname()[1] for s in servers)))), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read what is asked for and listen."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--host", default="127.0.0.1")
    reader.add_argument("--tls", type=Path)
    asked = reader.parse_args()
    tls = None
    if asked.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(asked.tls)
    asyncio.run(listen(asked.host, tls))


if __name__ == "__main__":
    main()
