"""Addresses in their one written form, checked and shortened for showing; pure."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email

NTFY_TOPIC = re.compile(r"[A-Za-z0-9_-]{8,64}")


class BadAddress(ValueError):
    """What was typed is no address of that channel."""


def tidy(channel: str, typed: str) -> str:
    """Return an address in the form it is stored in; raise `BadAddress` otherwise.

    E-mail is lower-cased and normalised, a phone number becomes E.164 (Italian unless it
    begins with +), an ntfy topic is taken as it is.
    """
    return {"email": _email, "phone": _phone, "ntfy": _topic}[channel](typed.strip())


def masked(channel: str, address: str) -> str:
    """Return what its owner recognises and a stranger can't use."""
    if channel == "email":
        name, _, host = address.partition("@")
        return f"{name[:1]}…@{host}"
    return f"…{address[-3:]}"


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
