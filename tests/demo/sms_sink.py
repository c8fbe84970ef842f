"""An httpSMS server with one telephone: it keeps the text messages that telephone would send.

What is written back comes as the real server brings it: a call signed with a JSON web token
(docs.httpsms.com/webhooks).
"""

import base64
import hmac
import json
import re
import time
from typing import Any
from uuid import uuid4

import requests

from tests.demo.keeping import How, Words
from tests.demo.ntfy_sink import NtfySession, Reply, Request

NUMBER = "+393331112233"
API_KEY = "demo_own_telephone_key"
SIGNING_KEY = "demo_own_telephone_signs"
_LINK = re.compile(r"https?://\S+")


class SmsSession(NtfySession):
    """One kept connection to the httpSMS server."""

    channel = "sms"

    def _answer(self, request: Request) -> None:
        if (request.method, request.path) != ("POST", "/v1/messages/send"):
            self._say(Reply(404, {"status": "error", "message": "no such route"}))
            return
        self._keeping.count("sms requests")
        if request.headers.get("x-api-key") != API_KEY:
            self._say(Reply(401, {"status": "error", "message": "the API key is not valid"}))
            return
        self._take_text(json.loads(request.body))

    def _take_text(self, told: dict[str, Any]) -> None:
        fault = self._keeping.fault_for(told["to"])
        if fault is None or fault.how in (How.LATE, How.LOSE, How.DRIP):
            ref = told.get("request_id") or uuid4().hex
            self._keeping.keep("sms", told["to"], ref, lambda: _read(told["content"]))
        self._reply(Reply(200, {"status": "success", "data": {"id": str(uuid4())}}), fault)


def write_back(door: str, sender: str, text: str) -> None:
    """Bring what somebody wrote to our telephone to the site's inbound door.

    Raises:
        requests.HTTPError: the site did not take it.
    """
    told: dict[str, Any] = {
        "type": "message.phone.received",
        "data": {"message_id": str(uuid4()), "contact": sender, "content": text, "owner": NUMBER},
    }
    headers = {"Authorization": f"Bearer {_token()}", "X-Event-Type": "message.phone.received"}
    requests.post(door, json=told, headers=headers, timeout=30).raise_for_status()


def _read(content: str) -> Words:
    link = _LINK.search(content)
    return Words(
        subject="",
        body=content,
        link=link.group() if link else None,
        tag=None,
        urgent=False,
        actions=[],
        headers={},
    )


def _token() -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + 600})
    head = ".".join(_packed(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_packed(hmac.digest(SIGNING_KEY.encode(), head.encode(), 'sha256'))}"


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
