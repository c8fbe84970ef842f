"""Whether a call really comes from the provider it says; pure.

Each provider signs in its own way. What can't be checked is refused: a forged *yes* would keep
others at home, a forged *no* would lose somebody who is on the way.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FRESH = timedelta(minutes=5)
LONGEST_TOKEN = 4000


@dataclass(frozen=True, kw_only=True)
class Knock:
    """One call at an inbound door.

    Attributes:
        url: as the provider knows it, with its query.
        headers: by lower-case name.
        fields: the pairs of a form, in their order.
        query: the pairs behind the question mark.
        body: as it came.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[tuple[str, str]] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header, empty when it is not there."""
        return self.headers.get(name, "")


Check = Callable[[Knock, Mapping[str, str], datetime], bool]


def is_genuine(kind: str, knock: Knock, secrets: Mapping[str, str], *, at: datetime) -> bool:
    """Say whether a call carries the signature of this kind of provider.

    Args:
        kind: of the provider account, such as `twilio`.
        knock: the call.
        secrets: what `providers.secrets_of` returns for the account.
        at: now; an old signature is as good as none where the provider dates them.
    """
    check = CHECKS.get(kind)
    return check is not None and check(knock, secrets, at)


def _twilio(knock: Knock, secrets: Mapping[str, str], _at: datetime) -> bool:
    """Twilio signs the address and the sorted fields with HMAC-SHA1 of the auth token."""
    signed = knock.url + "".join(name + value for name, value in sorted(set(knock.fields)))
    key = secrets.get("auth_token", "")
    mac = hmac.digest(key.encode(), signed.encode(), "sha1")
    return _same(base64.b64encode(mac).decode(), knock.header("x-twilio-signature"), key)


def _vonage(knock: Knock, secrets: Mapping[str, str], at: datetime) -> bool:
    """Vonage signs the sorted fields with HMAC-SHA256, and dates them."""
    key = secrets.get("signature_secret", "")
    if knock.header("authorization"):
        return _bearer(knock, key, at)
    fields = {**dict(knock.fields), **_flat_json(knock)} or dict(knock.query)
    given = fields.pop("sig", "")
    signed = "".join(f"&{name}={_quiet(value)}" for name, value in sorted(fields.items()))
    mac = hmac.digest(key.encode(), signed.encode(), "sha256").hex()
    return _is_fresh(fields.get("timestamp", ""), at) and _same(mac, given.lower(), key)


def _httpsms(knock: Knock, secrets: Mapping[str, str], at: datetime) -> bool:
    """The httpSMS server sends a signed token; it names the time, and the body is not in it."""
    return _bearer(knock, secrets.get("signing_key", ""), at)


def _whatsapp(knock: Knock, secrets: Mapping[str, str], _at: datetime) -> bool:
    """Meta signs the body as it is with HMAC-SHA256 of the app secret."""
    key = secrets.get("app_secret", "")
    mac = "sha256=" + hmac.digest(key.encode(), knock.body, "sha256").hex()
    return _same(mac, knock.header("x-hub-signature-256"), key)


def _telegram(knock: Knock, secrets: Mapping[str, str], _at: datetime) -> bool:
    """Telegram repeats a secret that it was told when the bot's calls to us were set up."""
    key = secrets.get("inbound", "")
    return _same(key, knock.header("x-telegram-bot-api-secret-token"), key)


def _signal(knock: Knock, secrets: Mapping[str, str], _at: datetime) -> bool:
    """A signal-cli server signs nothing: the address it is given holds the secret."""
    key = secrets.get("inbound", "")
    return _same(key, knock.query.get("key", ""), key)


def _webhook(knock: Knock, secrets: Mapping[str, str], at: datetime) -> bool:
    """Any other system signs time and body with HMAC-SHA256 of the shared secret."""
    key, moment = secrets.get("secret", ""), knock.header("x-nucleus-timestamp")
    signed = moment.encode() + b"." + knock.body
    mac = "sha256=" + hmac.digest(key.encode(), signed, "sha256").hex()
    return _is_fresh(moment, at) and _same(mac, knock.header("x-nucleus-signature"), key)


CHECKS: dict[str, Check] = {
    "twilio": _twilio,
    "vonage": _vonage,
    "httpsms": _httpsms,
    "whatsapp": _whatsapp,
    "telegram": _telegram,
    "signal": _signal,
    "webhook": _webhook,
}


def _bearer(knock: Knock, key: str, at: datetime) -> bool:
    """Check a JSON web token signed with HS256: its time, and the body if it speaks of one."""
    token = knock.header("authorization").removeprefix("Bearer ").strip()[:LONGEST_TOKEN]
    head, _, given = token.rpartition(".")
    mac = hmac.digest(key.encode(), head.encode(), "sha256")
    if not _same(base64.urlsafe_b64encode(mac).decode().rstrip("="), given, key):
        return False
    facts, claims = (_part(part) for part in [*head.split("."), "", ""][:2])
    body = claims.get("payload_hash", hashlib.sha256(knock.body).hexdigest())
    whole = hmac.compare_digest(str(body), hashlib.sha256(knock.body).hexdigest())
    return facts.get("alg") == "HS256" and whole and _is_timely(claims, at)


def _is_timely(claims: Mapping[str, object], at: datetime) -> bool:
    """A token counts until its end, or for five minutes where it names only its beginning."""
    end, start = claims.get("exp"), claims.get("iat")
    if isinstance(end, int | float):
        return at.timestamp() <= float(end)
    return isinstance(start, int | float) and _is_fresh(str(int(start)), at)


def _part(text: str) -> dict[str, object]:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}


def _flat_json(knock: Knock) -> dict[str, str]:
    if not knock.body or knock.fields:
        return {}
    try:
        found = json.loads(knock.body)
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _is_fresh(moment: str, at: datetime) -> bool:
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 12):
        return False
    return abs(at.timestamp() - int(moment)) <= FRESH.total_seconds()


def _quiet(value: str) -> str:
    return value.replace("&", "_").replace("=", "_")


def _same(expected: str, given: str, key: str) -> bool:
    """Compare in constant time; an account without its secret opens to nobody."""
    return bool(key) and hmac.compare_digest(expected.encode(), given.encode())
