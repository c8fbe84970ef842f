"""An outside system: a signed JSON notice to a public address, and never anywhere else."""

import hashlib
import hmac
import json
from typing import Any

from alerts.sender import fitness
from alerts.sender.channels.own import REQUESTS, OwnPlugin
from alerts.sender.channels.prepared import Prepared
from alerts.sender.kinds import WebhookSender
from alerts.sender.letters import Letter
from nucleus.ground.clock import now


class NotifySystem(OwnPlugin):
    """Posts one notice, signed."""

    def __init__(self, url: str, headers: dict[str, str], *, notice: bytes) -> None:
        """Hold what is to be posted where."""
        super().__init__()
        self.address, self.headers, self.notice = url, headers, notice

    def send(self, body: str, *_unused: Any, **_more: Any) -> bool:
        """Post it."""
        return REQUESTS.post(self.address, data=self.notice, headers=self.headers).ok


def prepare(sender: WebhookSender, address: str, letter: Letter) -> Prepared:
    """Make a signed notice."""
    identity = fitness.message_id(letter.message_id)
    facts = {
        "id": identity,
        "tag": letter.tag,
        "text": fitness.body(letter.body),
        "language": letter.language,
        "urgent": letter.urgent,
        "link": fitness.link(letter.link) if letter.link else None,
    }
    notice = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": identity,
        "Nucleus-Signature": signature(notice, sender.secret, at=int(now().timestamp())),
    }
    plugin = NotifySystem(fitness.link(address), headers, notice=notice)
    return Prepared(plugin=plugin, body="-")


def signature(notice: bytes, secret: str, *, at: int) -> str:
    """Return what proves that a notice is ours: the moment, and an HMAC over moment and body.

    The other side takes the `t` it is given, a full stop and the body as it came, and compares.
    """
    signed = hmac.new(secret.encode(), f"{at}.".encode() + notice, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
