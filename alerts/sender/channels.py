"""One letter through one channel: the door to apprise, to which nobody types an address as URL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from apprise import AppriseAsset, NotifyFormat
from apprise.plugins.base import NotifyBase
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.ntfy import NotifyNtfy

from alerts.sender import fitness, transport, wire
from alerts.sender.letters import (
    Action,
    EmailAccount,
    Letter,
    NtfyServer,
    Provider,
    Security,
    lane,
)
from alerts.sender.outcomes import Kind, Outcome, refused, sent, temporary, unsure

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

NTFY_LONGEST_BODY = 4000
"""Bytes; ntfy turns what is above 4,096 into an attachment, which a locked phone does not show."""

NTFY_LONGEST_TITLE = 200
NTFY_MOST_ACTIONS = 3

_ASSET = AppriseAsset(app_id="Nucleus", app_desc="Nucleus", http_redirects=False, service_timeout=0)
_SECURE_MODES = {Security.NONE: "insecure", Security.STARTTLS: "starttls", Security.SSL: "ssl"}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A plugin made for one delivery, and what it is to say."""

    plugin: NotifyBase
    title: str
    body: str
    message_id: str
    headers: Mapping[str, str]


def send(provider: Provider, address: str, letter: Letter, *, seconds: float = SECONDS) -> Outcome:
    """Carry one letter to one address and say what became of it; never raises.

    Args:
        provider: through whom.
        address: an e-mail address, or an ntfy topic.
        letter: what is said.
        seconds: everything together takes no longer.
    """
    transport.install()
    try:
        prepared = _prepare(provider, address, letter)
    except fitness.Unfit as fault:
        return refused(str(fault))
    except Exception as fault:  # a plugin's mistake must not stop everybody else's letters
        return refused(f"this letter could not be prepared ({type(fault).__name__})")
    return _carry(prepared, seconds)


def close() -> None:
    """Close all idle connections; sending again opens new ones."""
    transport.close()


def _prepare(provider: Provider, address: str, letter: Letter) -> _Prepared:
    if isinstance(provider, EmailAccount):
        return _prepare_email(provider, address, letter)
    return _prepare_ntfy(provider, address, letter)


def _carry(prepared: _Prepared, seconds: float) -> Outcome:
    exchange = wire.exchange(
        seconds=seconds, message_id=prepared.message_id, headers=prepared.headers
    )
    with exchange as under_way:
        try:
            content = prepared.plugin.notify(
                title=prepared.title, body=prepared.body, body_format=NotifyFormat.TEXT
            )
        except Exception as fault:
            return _stumbled(under_way, fault)
    return _conclude(under_way, content=bool(content))


def _stumbled(under_way: wire.Exchange, fault: Exception) -> Outcome:
    words = f"the sender stumbled ({type(fault).__name__})"
    return unsure(words) if under_way.handed_over else under_way.outcome or temporary(words)


def _conclude(under_way: wire.Exchange, *, content: bool) -> Outcome:
    """What the wire saw counts; a plugin has called a redirect a success."""
    outcome = under_way.outcome
    if outcome is None:
        return temporary("the delivery bypassed the pooled transport, or reached no provider")
    if outcome.kind is not Kind.SENT:
        return outcome
    if not content:
        return unsure("the provider said yes in a way that was not understood")
    return sent(outcome.words, outcome.provider_ref or _read_reference(under_way.body))


def _read_reference(answer: bytes) -> str | None:
    """The number an ntfy server gave the message."""
    try:
        found = json.loads(answer)["id"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, str) and found.isalnum() and len(found) <= 64 else None


def _gentle(plugin: Any) -> Any:
    """Our own pacing decides; apprise would sleep in the thread."""
    plugin.request_rate_per_sec = 0
    return plugin


def _prepare_email(account: EmailAccount, address: str, letter: Letter) -> _Prepared:
    recipient, sender = fitness.email_address(address), fitness.email_address(account.sender)
    server = fitness.host(account.host)
    plugin = NotifyEmail(
        host=server,
        smtp_host=server,
        port=account.port,
        secure=account.security is not Security.NONE,
        secure_mode=_SECURE_MODES[account.security],
        user=_quoted(account.user),
        password=_quoted(account.password),
        from_addr=sender,
        format=NotifyFormat.TEXT,
        retry=0,
        asset=_ASSET,
    )
    # Set afterwards: given to the plugin as text they would be taken apart again by its guesses.
    plugin.from_addr = [fitness.one_line(account.sender_name) or False, sender]
    plugin.targets = [(False, recipient)]
    return _Prepared(
        _gentle(plugin),
        title=fitness.one_line(letter.subject),
        body=_with_link(letter),
        message_id=fitness.message_id(letter.message_id),
        headers=_email_headers(letter, domain=sender.partition("@")[2]),
    )


def _quoted(text: str | None) -> str | None:
    """Apprise unquotes what it is given, as if it came out of a URL: a % in a password would go."""
    return quote(text, safe="") if text else None


def _email_headers(letter: Letter, *, domain: str) -> dict[str, str]:
    """What makes mail programs thread, ring, read aloud in the right language, and not reply."""
    thread = f"<{fitness.word(letter.tag)}.thread@{domain}>"
    headers = {
        "References": thread,
        "In-Reply-To": thread,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": fitness.language(letter.language),
    }
    return headers | ({"Importance": "high", "X-Priority": "1"} if letter.urgent else {})


def _with_link(letter: Letter) -> str:
    text = fitness.body(letter.body)
    if letter.link is None or fitness.link(letter.link) in text:
        return text
    return f"{text.rstrip()}\n\n{letter.link}\n"


def _prepare_ntfy(server: NtfyServer, address: str, letter: Letter) -> _Prepared:
    topic, place = fitness.ntfy_topic(address), urlsplit(server.base_url)
    if place.scheme not in ("http", "https") or place.path.strip("/") or place.query:
        raise fitness.Unfit("the ntfy server's address must be https://host, without a path")
    plugin = NotifyNtfy(
        targets=[topic],
        mode="private",
        host=_in_url(fitness.host(place.hostname or "")),
        port=place.port,
        secure=place.scheme == "https",
        auth="token" if server.token else "basic",
        token=server.token,
        priority="max" if letter.urgent else "default",
        actions=_ntfy_actions(letter.actions),
        include_image=False,
        format=NotifyFormat.TEXT,
        retry=0,
        asset=_ASSET,
    )
    identity = fitness.message_id(letter.message_id)
    headers = {"X-Sequence-ID": fitness.word(letter.tag), "Idempotency-Key": identity}
    if letter.link:  # not left to the plugin: it quotes what is quoted already
        headers["X-Click"] = fitness.link(letter.link)
    return _Prepared(
        _gentle(plugin),
        title=fitness.shortened(fitness.one_line(letter.subject), size=NTFY_LONGEST_TITLE),
        body=fitness.shortened(fitness.body(letter.body), size=NTFY_LONGEST_BODY),
        message_id=identity,
        headers=headers,
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _ntfy_actions(actions: tuple[Action, ...]) -> str | None:
    """As JSON in plain letters: any language fits in the header, and nothing breaks out of it."""
    if len(actions) > NTFY_MOST_ACTIONS:
        raise fitness.Unfit(f"ntfy shows no more than {NTFY_MOST_ACTIONS} buttons")
    return json.dumps([_ntfy_action(each) for each in actions]) if actions else None


def _ntfy_action(action: Action) -> dict[str, object]:
    button = {"label": fitness.one_line(action.label), "url": fitness.link(action.url)}
    if not action.posts:
        return {"action": "view", **button, "clear": True}
    return {"action": "http", **button, "method": "POST", "body": action.body, "clear": True}
