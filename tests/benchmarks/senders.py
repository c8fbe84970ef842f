"""One way of sending, in a process of its own: ours, plain apprise, or a raw client.

`python -m tests.benchmarks.senders '{"who": "ours", …}'` prints what it took as JSON. Plain apprise
is loaded without a line of ours, because our transport changes apprise.
"""

import base64
import http.client
import json
import logging
import resource
import smtplib
import ssl
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

HERE = "127.0.0.1"
WARM_UP = 10
TITLE = "A hand is needed [A-1027]"
BODY = "Somebody in Bagheria asks for help.\nCan you go?"
LINK = "https://nucleo.example/a/s3cret-t0ken"
Send = Callable[[int], bool]


@dataclass(frozen=True)
class Task:
    """What is to be sent: `channel` is http, https, smtp or smtps; `wire` is for the raw client."""

    who: str
    channel: str
    port: int
    count: int
    threads: int = 1
    wire: tuple[str, ...] = field(default=())

    @property
    def is_mail(self) -> bool:
        """Say whether letters go, not pushes."""
        return self.channel.startswith("smtp")

    @property
    def is_safe(self) -> bool:
        """Say whether it is encrypted from the first byte."""
        return self.channel.endswith("s")


@dataclass(frozen=True)
class Took:
    """What it took: CPU and wall seconds for `done` messages, of which so many went well."""

    cpu: float
    seconds: float
    done: int
    well: int


def ours(task: Task) -> Send:
    """Send as the sender does."""
    from alerts.sender import channels  # noqa: PLC0415 - plain must not see our transport

    if task.is_mail:
        security = channels.Security.SSL if task.is_safe else channels.Security.NONE
        provider: channels.Provider = channels.EmailAccount(
            HERE, task.port, security, None, None, "nucleo@example.org", "Rete Mano"
        )
    else:
        provider = channels.NtfyServer(f"{task.channel}://{HERE}:{task.port}")

    def send(number: int) -> bool:
        letter = channels.Letter(
            subject=TITLE, body=f"{BODY}\n\n{LINK}", language="en", tag="A-1027", urgent=True,
            message_id=f"7.{number}@example.org", link=LINK,
        )  # fmt: skip
        address = f"c{number}@example.org" if task.is_mail else f"crowd-topic-{number}"
        return channels.send(provider, address, letter).kind.value == "sent"

    return send


def plain(task: Task) -> Send:
    """Send as apprise's own page tells: an object, an address, notify."""
    from apprise import Apprise  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    mail, push = ("mailtos", "ntfys") if task.is_safe else ("mailto", "ntfy")
    mode = "ssl" if task.is_safe else "insecure"

    def send(number: int) -> bool:
        told = Apprise()
        told.add(
            f"{mail}://{HERE}:{task.port}?mode={mode}&from=nucleo@example.org"
            f"&to=c{number}@example.org"
            if task.is_mail
            else f"{push}://{HERE}:{task.port}/crowd-topic-{number}?priority=max"
        )
        return bool(told.notify(title=TITLE, body=f"{BODY}\n\n{LINK}"))

    return send


def raw(task: Task) -> Send:
    """Send the same bytes with the standard library's own client, one kept connection a thread."""
    parts, lines = [base64.b64decode(part) for part in task.wire], threading.local()
    context = ssl.create_default_context() if task.is_safe else None
    make, use = (_mail_line, _send_letter) if task.is_mail else (_push_line, _send_push)
    what = _split_letter(*parts) if task.is_mail else _split_push(*parts)

    def send(_number: int) -> bool:
        if not hasattr(lines, "open"):
            lines.open = make(task, context)
        return use(lines.open, *what)

    return send


def _push_line(task: Task, context: ssl.SSLContext | None) -> http.client.HTTPConnection:
    if context is None:
        return http.client.HTTPConnection(HERE, task.port)
    return http.client.HTTPSConnection(HERE, task.port, context=context)


def _split_push(packet: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = packet.partition(b"\r\n\r\n")
    lines = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    headers = {name: value for name, _, value in lines}
    for name in ("Host", "Accept-Encoding", "Content-Length"):  # the client writes them itself
        headers.pop(name)
    return headers, body


def _send_push(line: http.client.HTTPConnection, headers: dict[str, str], body: bytes) -> bool:
    line.request("POST", "/", body, headers)
    answer = line.getresponse()
    answer.read()
    return answer.status == http.client.OK


def _mail_line(task: Task, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if context is None:
        return smtplib.SMTP(HERE, task.port)
    return smtplib.SMTP_SSL(HERE, task.port, context=context)


def _split_letter(_envelope: bytes, letter: bytes) -> tuple[bytes]:
    return (letter.removesuffix(b".\r\n"),)


def _send_letter(line: smtplib.SMTP, letter: bytes) -> bool:
    return not line.sendmail("nucleo@example.org", ["c1@example.org"], letter)


WAYS = {"ours": ours, "plain": plain, "raw": raw}


def run(task: Task) -> Took:
    """Warm up, then send all with so many threads."""
    send = WAYS[task.who](task)
    with ThreadPoolExecutor(task.threads) as crew:
        warm = max(WARM_UP, 2 * task.threads if task.who != "plain" else WARM_UP)
        list(crew.map(send, range(warm)))
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        well = sum(crew.map(send, range(warm, warm + task.count)))
        seconds, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(cpu, seconds, task.count, well)


def main(asked: str) -> None:
    """Do a task given as JSON; print what it took."""
    print(json.dumps(asdict(run(Task(**json.loads(asked))))))


if __name__ == "__main__":
    main(sys.argv[1])
