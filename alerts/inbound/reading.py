"""What a provider's call says, in one shape for all of them; pure."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alerts.inbound.signatures import Knock

What = Literal["delivered", "seen", "failed"]
LONGEST_REF = 200
MOST_ITEMS = 100


class BadCall(ValueError):
    """A call that is signed rightly and can't be read."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody wrote; `whole` is false for one piece of a longer text."""

    ref: str
    sender: str
    text: str
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """A button somebody pressed under a message: what it says, and the token it carries."""

    ref: str
    sender: str
    deed: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of one of our own messages; `at` in seconds since 1970, 0 for now."""

    ref: str
    what: What
    at: float = 0.0


Item = Words | Pressed | Receipt
STATUSES: dict[str, What] = {
    "delivered": "delivered", "read": "seen", "seen": "seen", "failed": "failed",
    "undelivered": "failed", "expired": "failed", "rejected": "failed", "undeliverable": "failed",
}  # fmt: skip
EVENTS = {
    "message.phone.delivered": "delivered",
    "message.send.failed": "failed",
    "message.send.expired": "failed",
}


def read_call(kind: str, knock: Knock) -> list[Item]:
    """Return what a call says: perhaps nothing that concerns us.

    Raises:
        BadCall: it is no form or JSON of the shape this provider sends.
    """
    try:
        return list(READERS[kind](knock))[:MOST_ITEMS]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as cause:
        raise BadCall(kind) from cause


def _twilio(knock: Knock) -> Iterator[Item]:
    told = dict(knock.fields)
    ref, status = _ref(told["MessageSid"]), told.get("MessageStatus", "")
    if status:
        yield from _receipt(ref, status)
    else:
        sender = told["From"].removeprefix("whatsapp:")
        yield Words(ref=ref, sender=sender, text=told["Body"])


def _vonage(knock: Knock) -> Iterator[Item]:
    told = dict(knock.fields) or (_object(knock) if knock.body else dict(knock.query))
    ref = _ref(told.get("messageId") or told["message_uuid"])
    if told.get("status"):
        yield from _receipt(ref, str(told["status"]))
    else:
        sender = str(told.get("msisdn") or told["from"])
        pieces = str(told.get("concat-total", "1"))
        yield Words(ref=ref, sender=_plus(sender), text=str(told["text"]), whole=pieces == "1")


def _httpsms(knock: Knock) -> Iterator[Item]:
    call = _object(knock)
    event, told = knock.header("x-event-type") or call.get("type", ""), call.get("data", call)
    ref = _ref(told.get("message_id") or told["id"])
    if event in EVENTS:
        yield from _receipt(ref, EVENTS[event])
    elif event == "message.phone.received" and not told.get("encrypted"):
        yield Words(ref=ref, sender=str(told["contact"]), text=str(told["content"]))


def _whatsapp(knock: Knock) -> Iterator[Item]:
    for entry in _object(knock)["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            for status in value.get("statuses", ()):
                yield from _receipt(_ref(status["id"]), status["status"], at=status["timestamp"])
            for message in value.get("messages", ()):
                text = _said(message)
                sender = _plus(message["from"])
                yield Words(ref=_ref(message["id"]), sender=sender, text=text)


def _said(message: Mapping[str, Any]) -> str:
    """Return the words of a WhatsApp message; of a picture or a voice there are none."""
    kind = message.get("type")
    if kind == "text":
        return str(message["text"]["body"])
    if kind == "button":
        return str(message["button"]["text"])
    if kind == "interactive":
        return str(message["interactive"]["button_reply"]["title"])
    return ""


def _telegram(knock: Knock) -> Iterator[Item]:
    call = _object(knock)
    ref = _ref(call["update_id"])
    if "callback_query" in call:
        pressed = call["callback_query"]
        deed, _, token = str(pressed.get("data", "")).partition(":")
        yield Pressed(ref=ref, sender=str(int(pressed["from"]["id"])), deed=deed, token=token)
    elif "message" in call and call["message"]["chat"].get("type") == "private":
        message = call["message"]
        sender = str(int(message["chat"]["id"]))
        yield Words(ref=ref, sender=sender, text=str(message.get("text", "")))


def _signal(knock: Knock) -> Iterator[Item]:
    call = _object(knock)
    letter = call.get("envelope") or call["params"]["envelope"]
    sender = str(letter.get("sourceNumber") or letter["source"])
    data, receipt = letter.get("dataMessage"), letter.get("receiptMessage")
    if data and data.get("message") and not data.get("groupInfo"):
        yield Words(
            ref=_ref(f"{sender}:{letter['timestamp']}"), sender=sender, text=data["message"]
        )
    for moment in receipt["timestamps"] if receipt else ():
        status = "read" if receipt.get("isRead") else "delivered"
        yield from _receipt(_ref(moment), status)


def _webhook(knock: Knock) -> Iterator[Item]:
    told = _object(knock)
    if "status" in told:
        yield from _receipt(_ref(told["id"]), told["status"])
    else:
        yield Words(ref=_ref(told["id"]), sender=str(told["from"]), text=str(told["text"]))


READERS: dict[str, Callable[[Knock], Iterator[Item]]] = {
    "twilio": _twilio,
    "vonage": _vonage,
    "httpsms": _httpsms,
    "whatsapp": _whatsapp,
    "telegram": _telegram,
    "signal": _signal,
    "webhook": _webhook,
}


def _receipt(ref: str, status: str, *, at: object = 0) -> Iterator[Receipt]:
    """Return the receipt, if the status is news: that it was sent we know ourselves."""
    if status.lower() in STATUSES:
        yield Receipt(ref=ref, what=STATUSES[status.lower()], at=float(str(at)))


def _object(knock: Knock) -> dict[str, Any]:
    found = json.loads(knock.body)
    if not isinstance(found, dict):
        raise BadCall("no object")
    return found


def _ref(given: object) -> str:
    ref = str(given)
    if not 0 < len(ref) <= LONGEST_REF or not isinstance(given, str | int):
        raise BadCall("no number of its own")
    return ref


def _plus(number: str) -> str:
    return number if number.startswith("+") else f"+{number}"
