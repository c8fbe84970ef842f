"""Addresses in their one written form, checked and shortened for showing; pure."""

import base64
import binascii
import json
import re
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from nucleus.ground.heard import read_json

LONGEST_SUBSCRIPTION = 2000
LONGEST_DEVICE = 40
PUBLIC_KEY_BYTES, AUTH_BYTES = 65, 16
MATRIX_NAME = re.compile(r"@[a-z0-9._=/+-]{1,100}:[A-Za-z0-9.-]{1,150}(:[0-9]{1,5})?")
CHAT = re.compile(r"[1-9][0-9]{3,18}")
KEY_NAME = re.compile(r"[A-Za-z0-9]{1,40}")
HTTPS = re.compile(r"https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!-~]{0,900})?")
NTFY_TOPIC = re.compile(r"[A-Za-z0-9_-]{8,64}")


class BadAddress(ValueError):
    """What was typed is no address of that channel."""


def tidy(channel: str, typed: str) -> str:
    """Return an address in the form it is stored in; raise `BadAddress` otherwise.

    E-mail is lower-cased and normalised, a phone number becomes E.164 (Italian unless it
    begins with +); all others are taken as they are, once they have the right shape.
    """
    return TIDY[channel](typed.strip())


def masked(channel: str, address: str) -> str:
    """Return what its owner recognises and a stranger can't use."""
    if channel == "email":
        name, _, host = address.partition("@")
        return f"{name[:1]}…@{host}"
    if channel == "web_push":
        return device_name(address)
    if channel == "matrix":
        name, _, host = address.partition(":")
        return f"{name[:2]}…:{host}"
    if channel == "webhook":
        return urlsplit(address).hostname or "…"
    return f"…{address[-3:]}"


def device_name(subscription: str) -> str:
    """Return what the owner called the device of a browser's subscription."""
    try:
        return str(json.loads(subscription)["device"])
    except (ValueError, TypeError, KeyError):
        return "…"


def phone_words(number: str) -> str:
    """Return a phone number in groups, as it is read aloud; Italian ones without +39."""
    try:
        parsed = phonenumbers.parse(number, "IT")
    except phonenumbers.NumberParseException:
        return number
    national = parsed.country_code == 39
    form = phonenumbers.PhoneNumberFormat
    return str(
        phonenumbers.format_number(parsed, form.NATIONAL if national else form.INTERNATIONAL)
    )


def _email(typed: str) -> str:
    try:
        return validate_email(typed, check_deliverability=False).normalized.lower()
    except EmailNotValidError as cause:
        raise BadAddress(typed) from cause


def _phone(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "IT")
    except phonenumbers.NumberParseException as cause:
        raise BadAddress(typed) from cause
    if not phonenumbers.is_possible_number(number):
        raise BadAddress(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _topic(typed: str) -> str:
    if not NTFY_TOPIC.fullmatch(typed):
        raise BadAddress(typed)
    return typed


def _matrix(typed: str) -> str:
    return _like(MATRIX_NAME, typed)


def _chat(typed: str) -> str:
    return _like(CHAT, typed)


def _https(typed: str) -> str:
    """Return the address of an outside system; whether it is public is seen when it is dialled."""
    place = urlsplit(_like(HTTPS, typed))
    try:
        fine = bool(place.hostname) and place.port != 0 and not place.fragment
    except ValueError:
        fine = False
    if not fine:
        raise BadAddress("a webhook")
    return typed


def _like(shape: re.Pattern[str], typed: str) -> str:
    if not shape.fullmatch(typed):
        raise BadAddress(typed)
    return typed


def _subscription(typed: str) -> str:
    """Return a browser's subscription as one line of JSON, in which only what we use is kept."""
    if len(typed) > LONGEST_SUBSCRIPTION:
        raise BadAddress("a subscription")
    try:
        given = read_json(typed)
        kept = {
            "auth": _bytes(given["auth"], AUTH_BYTES),
            "device": _device(given["device"]),
            "endpoint": _https(given["endpoint"]),
            "key": _like(KEY_NAME, given["key"]),
            "p256dh": _bytes(given["p256dh"], PUBLIC_KEY_BYTES),
        }
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise BadAddress("a subscription") from cause
    return json.dumps(kept, sort_keys=True)


def _bytes(given: str, size: int) -> str:
    """Return base64 without its padding when it holds that many bytes."""
    plain = given.rstrip("=")
    try:
        found = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError) as cause:
        raise BadAddress("a key") from cause
    if len(found) != size:
        raise BadAddress("a key")
    return plain


def _device(given: object) -> str:
    if not isinstance(given, str):
        raise BadAddress("a device")
    name = " ".join("".join(sign for sign in given if sign.isprintable()).split())
    if not name:
        raise BadAddress("a device")
    return name[:LONGEST_DEVICE]


TIDY = {
    "email": _email,
    "phone": _phone,
    "ntfy": _topic,
    "sms": _phone,
    "whatsapp": _phone,
    "signal": _phone,
    "matrix": _matrix,
    "telegram": _chat,
    "webhook": _https,
    "web_push": _subscription,
}
