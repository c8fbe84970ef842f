"""E-mail: a letter that threads, rings when it must, and asks for no automatic reply."""

from urllib.parse import quote

from apprise import NotifyFormat
from apprise.plugins.email.base import NotifyEmail

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle
from alerts.sender.letters import EmailAccount, Letter, Security

_SECURE_MODES = {Security.NONE: "insecure", Security.STARTTLS: "starttls", Security.SSL: "ssl"}


def prepare(account: EmailAccount, address: str, letter: Letter) -> Prepared:
    """Make a letter to one mailbox."""
    recipient, sender = fitness.email_address(address), fitness.email_address(account.sender)
    plugin = _plugin(account, sender)
    # Set afterwards: given to the plugin as text they would be taken apart again by its guesses.
    plugin.from_addr = [fitness.one_line(account.sender_name) or False, sender]
    plugin.targets = [(False, recipient)]
    return Prepared(
        plugin=gentle(plugin),
        title=fitness.one_line(letter.subject),
        body=with_link(letter),
        message_id=fitness.message_id(letter.message_id),
        headers=_headers(letter, domain=sender.partition("@")[2]),
    )


def with_link(letter: Letter) -> str:
    """The text with its link on a line of its own, unless it stands in it already."""
    text = fitness.body(letter.body)
    if letter.link is None or fitness.link(letter.link) in text:
        return text
    return f"{text.rstrip()}\n\n{letter.link}\n"


def _plugin(account: EmailAccount, sender: str) -> NotifyEmail:
    server = fitness.host(account.host)
    return NotifyEmail(
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
        asset=ASSET,
    )


def _quoted(text: str | None) -> str | None:
    """Apprise unquotes what it is given, as if it came out of a URL: a % in a password would go."""
    return quote(text, safe="") if text else None


def _headers(letter: Letter, *, domain: str) -> dict[str, str]:
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
