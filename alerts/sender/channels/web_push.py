"""Notices in a browser: encrypted for one device, worth keeping while the message is valid.

apprise's own web push lets a notice live a minute at most and knows neither urgency nor topic:
one to a sleeping telephone would be lost (measured). So this plugin uses pywebpush to encrypt
and sign, and our pool to send. See RFC 8030, RFC 8291 and RFC 8292.
"""

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from py_vapid import Vapid02
from pywebpush import WebPusher

from alerts.sender import fitness, vapid
from alerts.sender.channels.own import REQUESTS, OwnPlugin
from alerts.sender.channels.prepared import Prepared
from alerts.sender.kinds import WebPush
from alerts.sender.letters import Action, Letter
from alerts.sender.outcomes import Kind, Outcome, gone
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring

LONGEST_TEXT = 3000
"""Bytes of what is encrypted; with keys and tags it stays below the 4,096 every service takes."""

LONGEST_TITLE, LONGEST_BODY = 300, 1500
LONGEST_LIFE = 28 * 24 * 3600
LONGEST_TOPIC = 32
SIGNED_FOR = 12 * 3600
_NOT_IN_TOPIC = re.compile(r"[^A-Za-z0-9_-]")


class NotifyBrowser(OwnPlugin):
    """Sends one encrypted notice to the push service a browser has chosen."""

    def __init__(self, endpoint: str, headers: dict[str, str], *, sealed: bytes) -> None:
        """Hold what is to be posted where."""
        super().__init__()
        self.endpoint, self.headers, self.sealed = endpoint, headers, sealed

    def send(self, body: str, *_unused: Any, **_more: Any) -> bool:
        """Post it."""
        return REQUESTS.post(self.endpoint, data=self.sealed, headers=self.headers).ok


def prepare(provider: WebPush, address: str, letter: Letter) -> Prepared:
    """Encrypt a notice for one device."""
    device = json.loads(address)
    place = urlsplit(device["endpoint"])
    try:
        signed = _signed(device["key"], f"{place.scheme}://{place.netloc}", provider.contact)
    except KeyError as fault:
        raise fitness.Unfit("this device was added under a key that is gone") from fault
    sealed = WebPusher({"endpoint": device["endpoint"], "keys": device}).encode(told(letter))
    headers = signed | {
        "TTL": str(min(max(letter.lasts, 0), LONGEST_LIFE)),
        "Urgency": "high" if letter.urgent else "normal",
        "Topic": _NOT_IN_TOPIC.sub("-", letter.tag)[:LONGEST_TOPIC],
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }
    plugin = NotifyBrowser(device["endpoint"], headers, sealed=sealed["body"])
    return Prepared(plugin=plugin, body="-", read=read)


def told(letter: Letter) -> bytes:
    """Return what the service worker is told, as JSON that fits."""
    facts: dict[str, object] = {
        "title": fitness.shortened(fitness.one_line(letter.subject), size=LONGEST_TITLE),
        "body": fitness.shortened(fitness.body(letter.body), size=LONGEST_BODY),
        "lang": fitness.language(letter.language),
        "tag": fitness.word(letter.tag),
        "urgent": letter.urgent,
        "url": fitness.link(letter.link) if letter.link else None,
        "actions": [_button(each) for each in letter.actions[:2]],
    }
    made = json.dumps(facts, ensure_ascii=False).encode()
    if len(made) > LONGEST_TEXT:
        raise fitness.Unfit("this notice is too long for a browser")
    return made


def read(outcome: Outcome, _answer: bytes) -> Outcome:
    """A subscription that has ended is told by its status, and never comes back."""
    ended = outcome.kind is Kind.REFUSED and any(code in outcome.words for code in ("404", "410"))
    return gone("this device no longer takes notices") if ended else outcome


def _button(action: Action) -> dict[str, str]:
    return {"deed": action.deed, "title": fitness.one_line(action.label), "url": action.url}


def _signed(key_name: str, audience: str, contact: str) -> dict[str, str]:
    """Say who we are, signed; the same for half a day, since signing costs more than sending."""
    moment = int(now().timestamp())
    ends = (moment // SIGNED_FOR + 1) * SIGNED_FOR + SIGNED_FOR // 2
    return dict(_signature(vapid.private_key(ring(), key_name), audience, contact, ends=ends))


@lru_cache(maxsize=64)
def _signature(key: Any, audience: str, contact: str, *, ends: int) -> tuple[tuple[str, str], ...]:
    claims = {"aud": audience, "sub": contact, "exp": ends}
    return tuple(Vapid02(key).sign(claims).items())
