"""The door for machines: what providers bring in, each call signed in its provider's own way.

One address for each provider account. A repeat answers like the first and changes nothing; what
can't be checked looks like no page at all.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta

from flask import Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from alerts.inbound import hearing, replying
from alerts.inbound.reading import BadCall, Item, Pressed, Receipt, Words, read_call
from alerts.inbound.replying import Said
from alerts.inbound.signatures import Knock, is_genuine
from alerts.sender.providers import account_at, secrets_of
from alerts.views.doors import bp
from nucleus.ground.clock import now
from nucleus.ground.web import anyone, csrf, may, settings
from nucleus.messages.receipts import note_receipt

LARGEST = 64 * 1024
UID = re.compile(r"[0-9a-f]{32}")
OLDEST = timedelta(days=7)


@bp.route("/alerts/inbound/receive/<uid>", methods=["GET", "POST"])
@may(anyone)
def receive_inbound(uid: str) -> ResponseReturnValue:
    """Take in what a provider brings: answers, buttons, receipts."""
    if not UID.fullmatch(uid):
        abort(404)
    if request.method == "GET":
        return challenge(uid)
    account, knock = account_at(uid), knock_of_request()
    if account is None or not is_genuine(account.kind, knock, secrets_of(uid), at=now()):
        abort(404)
    try:
        items = read_call(account.kind, knock)
    except BadCall:
        return jsonify(error="This call can't be read. Nothing was changed."), 422
    facts = {"uid": account.uid, "kind": account.kind, "label": account.label}
    door = hearing.Door(channel=account.channel, **facts)
    return spoken(door, items, [take(door, item) for item in items])


csrf.exempt(receive_inbound)  # machines have no form; the signature is the right to knock


def challenge(uid: str) -> Response:
    """Repeat what Meta asks when the callback is set up with our own token."""
    token, given = secrets_of(uid).get("inbound", ""), request.args.get("hub.verify_token", "")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        abort(404)
    return Response(request.args.get("hub.challenge", "")[:200], mimetype="text/plain")


def knock_of_request() -> Knock:
    """Return the call as its signature sees it: by the address that the provider was given."""
    if (request.content_length or 0) > LARGEST or len(body := request.get_data()) > LARGEST:
        abort(413)
    path = request.full_path if request.query_string else request.path
    return Knock(
        url=f"{settings().base_url}{path}",
        headers={name.lower(): value for name, value in request.headers.items()},
        fields=tuple(request.form.items(multi=True)),
        query=request.args.to_dict(),
        body=body,
    )


def take(door: hearing.Door, item: Item) -> Said | None:
    """Do what one item says."""
    if isinstance(item, Words):
        return hearing.hear(door, item)
    if isinstance(item, Pressed):
        return hearing.press(door, item)
    note_receipt(door.label, item.ref, what=item.what, at=moment_of(item))
    return None


def moment_of(receipt: Receipt) -> datetime:
    """Return when a provider says it was; what lies far from now counts as now."""
    moment = now()
    if not abs(moment.timestamp() - receipt.at) < OLDEST.total_seconds():
        return moment
    return datetime.fromtimestamp(receipt.at, UTC)


def spoken(door: hearing.Door, items: list[Item], said: list[Said | None]) -> ResponseReturnValue:
    """Answer the provider, with words for the sender where it passes them on; else write them."""
    for item, told in zip(items, said, strict=True):
        if told is None or isinstance(item, Receipt):
            continue
        if door.kind in PASSES_ON:
            return PASSES_ON[door.kind](item, told.words)
        replying.write_back(door.uid, door.channel, sender=item.sender, said=told)
    return Response(status=204)


def by_twilio(_item: Words | Pressed, words: str) -> Response:
    """Return words as Twilio sends them on."""
    page = render_template("alerts/_twilio_reply.xml", words=words)
    return Response(page, mimetype="text/xml")


def by_telegram(item: Words | Pressed, words: str) -> Response:
    """Return words as Telegram sends them on."""
    return jsonify(method="sendMessage", chat_id=int(item.sender), text=words)


def by_system(item: Words | Pressed, words: str) -> Response:
    """Return words for an outside system, which alone has a way to the sender's telephone."""
    return jsonify(to=item.sender, text=words)


PASSES_ON = {"twilio": by_twilio, "telegram": by_telegram, "webhook": by_system}
