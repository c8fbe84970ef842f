"""Text messages: Twilio, Vonage, and an Android telephone of one's own."""

from typing import Any

from apprise.plugins.httpsms import NotifyHttpSMS
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle
from alerts.sender.kinds import HttpSms, Twilio, Vonage
from alerts.sender.letters import Letter
from alerts.sender.outcomes import Kind, Outcome, refused, temporary, throttled, with_reference
from alerts.sender.segments import is_gsm, simplified
from nucleus.ground.heard import read_json

VONAGE_SHORTEST_LIFE, VONAGE_LONGEST_LIFE = 20, 604_800
_VONAGE_REFUSES = frozenset({"2", "3", "4", "6", "7", "8", "12", "15", "22", "29", "33"})
"""Faults of the message, the number or the account: saying it again changes nothing."""


def by_twilio(account: Twilio, address: str, letter: Letter) -> Prepared:
    """Make a text message for Twilio."""
    plugin = NotifyTwilio(
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        source=account.source,
        targets=[fitness.number(address)],
        retry=0,
        asset=ASSET,
    )
    plugin.notify_sms_url = f"{account.base_url}/2010-04-01/Accounts/{{sid}}/Messages.json"
    fields = {"ValidityPeriod": str(min(max(letter.lasts, 1), 36_000))}
    if account.calls_back:
        fields["StatusCallback"] = account.calls_back
    return Prepared(plugin=gentle(plugin), body=_text(letter), fields=fields, read=_read_twilio)


def by_vonage(account: Vonage, address: str, letter: Letter) -> Prepared:
    """Make a text message for Vonage; it must be told when the letters are not the usual ones."""
    text = _text(letter)
    life = min(max(letter.lasts, VONAGE_SHORTEST_LIFE), VONAGE_LONGEST_LIFE) * 1000
    plugin = NotifyVonage(
        apikey=account.api_key,
        secret=account.api_secret,
        source=account.source,
        targets=[fitness.number(address)],
        ttl=life,
        retry=0,
        asset=ASSET,
    )
    plugin.notify_url = f"{account.base_url}/sms/json"
    fields = {"client-ref": fitness.message_id(letter.message_id)[:100]}
    if account.calls_back:
        fields["callback"] = account.calls_back
    if not is_gsm(text):
        fields["type"] = "unicode"
    return Prepared(plugin=gentle(plugin), body=text, fields=fields, read=_read_vonage)


def by_telephone(account: HttpSms, address: str, letter: Letter) -> Prepared:
    """Make a text message that our own telephone sends."""
    plugin = NotifyHttpSMS(
        apikey=account.api_key,
        source=account.source,
        targets=[fitness.number(address)],
        retry=0,
        asset=ASSET,
    )
    plugin.notify_url = f"{account.base_url}/v1/messages/send"
    known = {"request_id": fitness.message_id(letter.message_id)}
    return Prepared(plugin=gentle(plugin), body=_text(letter), fields=known, read=_read_httpsms)


def _text(letter: Letter) -> str:
    """One text; what would double its price and says no more is written plainly."""
    return simplified(fitness.one_line(fitness.body(letter.body)))


def _read_twilio(outcome: Outcome, answer: bytes) -> Outcome:
    return with_reference(outcome, answer, "sid")


def _read_httpsms(outcome: Outcome, answer: bytes) -> Outcome:
    return with_reference(outcome, answer, "data", "id")


def _read_vonage(outcome: Outcome, answer: bytes) -> Outcome:
    """Vonage answers 200 to everything; what it means stands in the body, for each part."""
    if outcome.kind is not Kind.SENT:
        return outcome
    try:
        parts: list[dict[str, Any]] = read_json(answer)["messages"]
        statuses = [str(part["status"]) for part in parts]
    except (ValueError, TypeError, KeyError):
        return temporary("the provider answered in a way that was not understood")
    wrong = next((status for status in statuses if status != "0"), None)
    if wrong is None and statuses:
        return with_reference(outcome, answer, "messages", 0, "message-id")
    words = f"the provider refused with its code {wrong}" if str(wrong).isdecimal() else "refused"
    if wrong == "1":
        return throttled(words)
    return refused(words) if wrong in _VONAGE_REFUSES else temporary(words)
