"""One letter through one channel: the door to apprise, to which nobody types an address as URL."""

from collections.abc import Callable
from typing import Any

from apprise import NotifyFormat

from alerts.sender import fitness
from alerts.sender.channels import (
    mail,
    matrix,
    ntfy,
    signal,
    sms,
    telegram,
    web_push,
    webhook,
    whatsapp,
)
from alerts.sender.channels.prepared import Prepared
from alerts.sender.connections import transport, wire
from alerts.sender.kinds import (
    HttpSms,
    MatrixAccount,
    SignalServer,
    TelegramBot,
    Twilio,
    Vonage,
    WebhookSender,
    WebPush,
    WhatsApp,
)
from alerts.sender.letters import (
    Action,
    EmailAccount,
    Letter,
    NtfyServer,
    Provider,
    Security,
    lane,
)
from alerts.sender.outcomes import Kind, Outcome, refused, temporary, unsure

__all__ = [
    "Action",
    "EmailAccount",
    "Letter",
    "NtfyServer",
    "Provider",
    "Security",
    "close",
    "lane",
    "send",
]

SECONDS = 15.0
"""How long one delivery may take, from looking up the name to the last byte of the answer."""

PREPARE: dict[type[Provider], Callable[[Any, str, Letter], Prepared]] = {
    EmailAccount: mail.prepare,
    NtfyServer: ntfy.prepare,
    Twilio: sms.by_twilio,
    Vonage: sms.by_vonage,
    HttpSms: sms.by_telephone,
    TelegramBot: telegram.prepare,
    SignalServer: signal.prepare,
    WhatsApp: whatsapp.prepare,
    MatrixAccount: matrix.prepare,
    WebPush: web_push.prepare,
    WebhookSender: webhook.prepare,
}


def send(provider: Provider, address: str, letter: Letter, *, seconds: float = SECONDS) -> Outcome:
    """Carry one letter to one address and say what became of it; never raises.

    Args:
        provider: through whom.
        address: an address of the provider's channel, as it was tidied.
        letter: what is said.
        seconds: everything together takes no longer.
    """
    transport.install()
    try:
        prepared = PREPARE[type(provider)](provider, address, letter)
    except fitness.Unfit as fault:
        return refused(str(fault))
    except Exception as fault:  # a plugin's mistake must not stop everybody else's letters
        return refused(f"this letter could not be prepared ({type(fault).__name__})")
    return _carry(prepared, seconds, inside=provider.inside)


def close() -> None:
    """Close all idle connections; sending again opens new ones."""
    transport.close()


def _carry(prepared: Prepared, seconds: float, *, inside: bool) -> Outcome:
    exchange = wire.exchange(
        seconds=seconds,
        message_id=prepared.message_id,
        headers=prepared.headers,
        fields=prepared.fields,
        inside=inside,
    )
    with exchange as under_way:
        try:
            content = prepared.plugin.notify(
                title=prepared.title, body=prepared.body, body_format=NotifyFormat.TEXT
            )
        except Exception as fault:
            return _stumbled(under_way, fault)
    return _conclude(under_way, prepared, content=bool(content))


def _stumbled(under_way: wire.Exchange, fault: Exception) -> Outcome:
    words = f"the sender stumbled ({type(fault).__name__})"
    return unsure(words) if under_way.handed_over else under_way.outcome or temporary(words)


def _conclude(under_way: wire.Exchange, prepared: Prepared, *, content: bool) -> Outcome:
    """What the wire saw counts; a plugin has called a redirect a success."""
    if under_way.outcome is None:
        return temporary("the delivery bypassed the pooled transport, or reached no provider")
    outcome = prepared.read(under_way.outcome, under_way.body)
    if outcome.kind is not Kind.SENT:
        return outcome
    if not content:
        return unsure("the provider said yes in a way that was not understood")
    return outcome
