"""Calls as each provider makes them, signed as it signs; the signatures are worked out apart."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from alerts.sender.models import ProviderAccount
from alerts.sender.providers import inbound_token, seal_answers
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.people.models import new_uid

SECRETS = {
    "twilio": ("sms", {"auth_token": "a" * 32}),
    "vonage": ("sms", {"signature_secret": "b" * 32}),
    "httpsms": ("sms", {"signing_key": "c" * 32}),
    "whatsapp": ("whatsapp", {"app_secret": "d" * 32}),
    "telegram": ("telegram", {"token": "123456:" + "e" * 35}),
    "signal": ("signal", {"base_url": "https://signal.example.org"}),
    "webhook": ("webhook", {"secret": "f" * 32}),
}
KINDS = tuple(SECRETS)
BASE = "http://127.0.0.1:8000"


@dataclass
class Provider:
    """One provider account and how its calls are made."""

    kind: str
    uid: str
    inbound: str
    client: FlaskClient

    @property
    def path(self) -> str:
        """Where its calls go."""
        secret = f"?key={self.inbound}" if self.kind == "signal" else ""
        return f"/alerts/inbound/receive/{self.uid}{secret}"

    def says(self, sender: str, text: str, ref: str) -> TestResponse:
        """Bring words from a number."""
        return self.send(words_call(self.kind, sender, text, ref))

    def reports(self, ref: str, status: str = "delivered") -> TestResponse:
        """Bring a receipt."""
        return self.send(receipt_call(self.kind, ref, status))

    def send(self, told: dict[str, Any], *, forged: bool = False, age: int = 0) -> TestResponse:
        """Make a call with its signature, or with one that only looks like it."""
        headers, body, kind = signed(self.kind, told, self.uid, self.inbound, age=age)
        if forged:
            headers = {name: bent(value) for name, value in headers.items()}
            body = bent_sig(body)
        path = self.path + ("x" if forged and self.kind == "signal" else "")
        return self.client.post(path, data=body, headers=headers, content_type=kind)


def open_account(client: FlaskClient, kind: str) -> Provider:
    """Write an account down (inside a stage)."""
    channel, answers = SECRETS[kind]
    row = ProviderAccount(uid=new_uid(), channel=channel, kind=kind, name=kind)
    seal_answers(row, answers)
    db.session.add(row)
    db.session.flush()
    return Provider(kind, row.uid, inbound_token(row.uid), client)


def words_call(kind: str, sender: str, text: str, ref: str) -> dict[str, Any]:
    """Return what a provider tells of a message."""
    plain = sender.removeprefix("+")
    calls: dict[str, dict[str, Any]] = {
        "twilio": {"MessageSid": ref, "From": sender, "Body": text, "To": "+390000000000"},
        "vonage": {"messageId": ref, "msisdn": plain, "text": text, "to": "390000000000"},
        "httpsms": {
            "type": "message.phone.received",
            "data": {"message_id": ref, "contact": sender, "content": text},
        },
        "whatsapp": whatsapp(
            {"messages": [{"id": ref, "from": plain, "type": "text", "text": {"body": text}}]}
        ),
        "telegram": {
            "update_id": ref,
            "message": {"chat": {"id": int(plain), "type": "private"}, "text": text},
        },
        "signal": {
            "envelope": {"sourceNumber": sender, "timestamp": ref, "dataMessage": {"message": text}}
        },
        "webhook": {"id": ref, "from": sender, "text": text},
    }
    return calls[kind]


def receipt_call(kind: str, ref: str, status: str) -> dict[str, Any]:
    """Return what a provider tells of a message of ours."""
    calls: dict[str, dict[str, Any]] = {
        "twilio": {"MessageSid": ref, "MessageStatus": status},
        "vonage": {"messageId": ref, "status": status, "msisdn": "39333"},
        "httpsms": {"type": f"message.phone.{status}", "data": {"id": ref}},
        "whatsapp": whatsapp({"statuses": [{"id": ref, "status": status, "timestamp": "1"}]}),
        "signal": {
            "envelope": {
                "source": "+39333", "timestamp": 1,
                "receiptMessage": {"isRead": status == "read", "timestamps": [ref]},
            }
        },
        "webhook": {"id": ref, "status": status},
    }  # fmt: skip
    return calls[kind]


def whatsapp(value: dict[str, Any]) -> dict[str, Any]:
    """Wrap a value as Meta does."""
    return {"object": "whatsapp_business_account", "entry": [{"changes": [{"value": value}]}]}


def signed(
    kind: str, told: dict[str, Any], uid: str, inbound: str, *, age: int
) -> tuple[dict[str, str], bytes, str]:
    """Return headers, body and content type of a call that many seconds old."""
    key = next(iter(SECRETS[kind][1].values())).encode()
    moment = str(int(now().timestamp()) - age)
    url = f"{BASE}/alerts/inbound/receive/{uid}"
    if kind == "twilio":
        text = url + "".join(f"{name}{told[name]}" for name in sorted(told))
        mac = hmac.new(key, text.encode(), hashlib.sha1).digest()
        body = urlencode(told).encode()
        form = "application/x-www-form-urlencoded"
        return {"X-Twilio-Signature": base64.b64encode(mac).decode()}, body, form
    if kind == "vonage":
        told = {**told, "timestamp": moment}
        text = "".join(f"&{n}={str(told[n]).translate({38: 95, 61: 95})}" for n in sorted(told))
        mac_hex = hmac.new(key, text.encode(), hashlib.sha256).hexdigest().upper()
        return {}, json.dumps({**told, "sig": mac_hex}).encode(), "application/json"
    body = json.dumps(told).encode()
    make: dict[str, Callable[[], dict[str, str]]] = {
        "httpsms": lambda: {"Authorization": "Bearer " + token(key, int(moment) + 600)},
        "whatsapp": lambda: {"X-Hub-Signature-256": "sha256=" + hexmac(key, body)},
        "telegram": lambda: {"X-Telegram-Bot-Api-Secret-Token": inbound},
        "signal": dict,
        "webhook": lambda: {
            "X-Nucleus-Timestamp": moment,
            "X-Nucleus-Signature": "sha256=" + hexmac(key, moment.encode() + b"." + body),
        },
    }
    return make[kind](), body, "application/json"


def hexmac(key: bytes, body: bytes) -> str:
    """Return HMAC-SHA256 in hexadecimal."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


def token(key: bytes, ends: int, **claims: object) -> str:
    """Return a JSON web token signed with HS256."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"exp": ends, **claims}]
    head = ".".join(
        base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts
    )
    mac = hmac.new(key, head.encode(), hashlib.sha256).digest()
    return head + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")


def bent(value: str) -> str:
    """Change one sign near the end of a signature."""
    at = len(value) - 3
    return value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]


def bent_sig(body: bytes) -> bytes:
    """Change the signature inside a body, where one is there."""
    text = body.decode()
    start = text.find('"sig": "')
    return (
        body if start < 0 else (text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:]).encode()
    )
