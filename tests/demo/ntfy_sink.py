"""An ntfy server that answers like the real one and keeps what it gets (docs.ntfy.sh/publish)."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.demo.keeping import Fault, How, Keeping, read_push
from tests.demo.session import Session

_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_PRIORITIES = {"min": 1, "low": 2, "default": 3, "high": 4, "urgent": 5, "max": 5}
_LONGEST_MESSAGE = 4096
_LARGEST_REQUEST = 1024 * 1024
_PHRASES = {200: "OK", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
            413: "Request Entity Too Large", 429: "Too Many Requests"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in small letters."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    content: Any
    headers: tuple[tuple[str, str], ...] = ()

    def as_bytes(self) -> bytes:
        """The whole answer."""
        body = (
            self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()
        )
        lines = [f"HTTP/1.1 {self.status} {_PHRASES.get(self.status, 'Answer')}"]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode() + body


def _error(status: int, code: int, words: str) -> Reply:
    return Reply(status, {"code": code, "http": status, "error": words})


class NtfySession(Session):
    """One kept connection to the ntfy server."""

    channel = "ntfy"

    def __init__(
        self, keeping: Keeping, open_sessions: set[Session], token: str | None = None
    ) -> None:
        """Wait for a request; with a token, only for those that carry it."""
        super().__init__(keeping, open_sessions)
        self._token = token

    def take(self) -> bool:
        """Take in a request."""
        request = self._take_request()
        if request is not None:
            self._answer(request)
        return request is not None

    def _take_request(self) -> Request | None:
        head, end, _ = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        size = int(headers.get("content-length", "0"))
        if size > _LARGEST_REQUEST or len(self._buffer) < len(head) + 4 + size:
            return None
        body = bytes(self._buffer[len(head) + 4 : len(head) + 4 + size])
        del self._buffer[: len(head) + 4 + size]
        method, target, _ = first.split(" ", 2)
        place = urlsplit(target)
        return Request(method, unquote(place.path), parse_qs(place.query), headers, body)

    def _answer(self, request: Request) -> None:
        if request.method in ("POST", "PUT") and request.path != "/misbehave":
            self._keeping.count("ntfy requests")
            self._publish(request)
            return
        self._say(self._own_page(request))

    def _say(self, reply: Reply) -> None:
        self._write(reply.as_bytes())

    def _publish(self, request: Request) -> None:
        try:
            push = _read_push(request)
        except ValueError:
            self._say(_error(400, 40017, "invalid request: request body must be valid JSON"))
            return
        if refusal := self._refusal(request, push):
            self._say(refusal)
            return
        fault = self._keeping.fault_for(push["topic"])
        if fault is None or fault.how in (How.LATE, How.LOSE, How.DRIP):
            self._keep(request, push)
        self._reply(Reply(200, push), fault)

    def _refusal(self, request: Request, push: Mapping[str, Any]) -> Reply | None:
        if self._token and request.headers.get("authorization") != f"Bearer {self._token}":
            return _error(403, 40301, "forbidden")
        if not _TOPIC.fullmatch(push["topic"]):
            return _error(400, 40009, "invalid request: topic invalid")
        if len(push["message"].encode()) > _LONGEST_MESSAGE:
            return _error(413, 41301, "attachment too large, or bandwidth limit reached")
        return None

    def _keep(self, request: Request, push: Mapping[str, Any]) -> None:
        number = request.headers.get("idempotency-key", push["id"])
        headers = request.headers
        self._keeping.keep("ntfy", push["topic"], number, lambda: read_push(push, headers))

    def _reply(self, reply: Reply, fault: Fault | None) -> None:
        if fault is None:
            self._say(reply)
        elif fault.how is How.LATE:
            self._write_later(reply.as_bytes(), fault.seconds)
        elif fault.how is How.DRIP:
            self._drip(reply.as_bytes(), fault.seconds)
        elif fault.how is How.HANG:
            self._deaf = True
        elif fault.how in (How.RESET, How.LOSE):
            self.hang_up()
        else:
            self._say(_misbehaviour(fault))

    def _own_page(self, request: Request) -> Reply:
        """What is read rather than published: the server's health, a topic, the sink's memory."""
        if request.path == "/v1/health":
            return Reply(200, {"healthy": True})
        if request.path == "/stats":
            return Reply(200, dict(self._keeping.counts()))
        if request.path == "/received":
            return self._received(request)
        if request.path == "/misbehave" and request.method == "POST":
            return self._misbehave(request)
        if request.path.endswith("/json"):
            return self._topic(request.path.split("/")[1])
        return _error(404, 40401, "page not found")

    def _received(self, request: Request) -> Reply:
        if request.method == "DELETE":
            self._keeping.forget()
            return Reply(200, [])
        channel, address = (request.query.get(name, ["*"])[0] for name in ("channel", "address"))
        return Reply(200, [each.as_json() for each in self._keeping.received(channel, address)])

    def _misbehave(self, request: Request) -> Reply:
        """``{"where": "bad-*", "how": "late", "seconds": 2, "times": 1}``; ``{}`` ends it all."""
        asked = json.loads(request.body or b"{}")
        if not asked:
            self._keeping.behave()
            return Reply(200, {})
        where, times = asked.pop("where"), asked.pop("times", None)
        self._keeping.misbehave(where, Fault(How(asked.pop("how")), **asked), times)
        return Reply(200, {})

    def _topic(self, topic: str) -> Reply:
        """What a telephone that was asleep fetches afterwards."""
        lines = [
            json.dumps({"id": each.words.headers["x-ntfy-id"], "event": "message", "topic": topic,
                        "title": each.words.subject, "message": each.words.body,
                        "click": each.words.link})
            for each in self._keeping.received("ntfy", topic)
        ]  # fmt: skip
        return Reply(200, "".join(f"{line}\n" for line in lines).encode())


def _misbehaviour(fault: Fault) -> Reply:
    if fault.how is How.REDIRECT:
        return Reply(302, b"", (("Location", "/somewhere-else"),))
    if fault.how is How.FLOOD:
        return Reply(200, b"x" * 1_000_000)
    if fault.code == 429:
        wait = (("Retry-After", f"{fault.seconds:.0f}"),) if fault.seconds else ()
        words = {"code": 42901, "http": 429, "error": "limit reached: too many requests"}
        return Reply(429, words, wait)
    return _error(fault.code, fault.code * 100 + 1, "as I was told")


def _read_push(request: Request) -> dict[str, Any]:
    """The message out of a request, in either of ntfy's two ways, as its reply repeats it.

    Raises:
        ValueError: a body that should be JSON is none.
    """
    parts = request.path.strip("/").split("/")
    content = _read_json(request.body) if parts == [""] else {"message": request.body.decode()}
    push = {"id": secrets.token_hex(6), "time": int(time.time()), "event": "message"}
    push |= {"topic": parts[0]} | content
    push.setdefault("message", "triggered")
    for name in ("title", "click", "priority", "tags", "actions", "sequence_id"):
        if (said := _header(request, name)) is not None:
            push[name] = _READ.get(name, str)(said)
    return push


def _read_json(body: bytes) -> dict[str, Any]:
    content = json.loads(body)
    if not isinstance(content, dict) or not isinstance(content.get("topic"), str):
        raise ValueError("no topic")
    return content


def _header(request: Request, name: str) -> str | None:
    short = name.replace("_", "-")
    for each in (f"x-{short}", short):
        if each in request.headers:
            return str(make_header(decode_header(request.headers[each])))
    return None


def _read_priority(said: str) -> int:
    return int(said) if said.isdecimal() else _PRIORITIES.get(said.lower(), 3)


def _read_tags(said: str) -> list[str]:
    return [tag.strip() for tag in said.split(",")]


_READ: dict[str, Any] = {
    "priority": _read_priority,
    "tags": _read_tags,
    "actions": json.loads,
}
