"""The kinds of outside provider, as what each must be told: typed data, from which its form grows.

Nobody ever types an address of apprise's own making: such an address can read local files and
reach inside the network. Here every answer has a name, a shape, and words that explain it.
"""

import re
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from alerts.sender.letters import EmailAccount, NtfyServer, Provider, Security
from nucleus.people.models import Channel

HTTPS = r"https?://[A-Za-z0-9.:\[\]-]{1,253}"
NUMBER = r"\+[1-9][0-9]{6,14}"
VISIBLE = r"[!-~]{1,400}"


class Sort(Enum):
    """What kind of answer a question wants."""

    TEXT = "text"
    SECRET = "sealed"  # noqa: S105
    PHONE = "phone"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a provider's form.

    Attributes:
        like: the shape of the whole answer.
        default: the answer where none is typed; without one the question must be answered.
    """

    label: LazyString
    help: LazyString
    like: str
    sort: Sort = Sort.TEXT
    default: str | None = None

    def fits(self, typed: str) -> bool:
        """Say whether an answer has the right shape; an empty one only where it may be left out."""
        if not typed:
            return self.default is not None
        return re.fullmatch(self.like, typed) is not None


def ask(label: LazyString, help: LazyString, like: str = VISIBLE, **more: Any) -> Any:  # noqa: A002
    """Declare a field of a provider that an administrator fills in."""
    asked = Asked(label, help, like, **more)
    metadata = {"asked": asked}
    if asked.default is None:
        return field(metadata=metadata)
    return field(default=asked.default, metadata=metadata)


def secret(label: LazyString, help: LazyString, like: str = VISIBLE, **more: Any) -> Any:  # noqa: A002
    """Declare a field that is sealed and never shown again."""
    return ask(label, help, like, sort=Sort.SECRET, **more)


def place(help: LazyString, **more: Any) -> Any:  # noqa: A002
    """Declare the address of a server."""
    return ask(_("Address of the server"), help, HTTPS, sort=Sort.PLACE, **more)


def sender_number(help: LazyString) -> Any:  # noqa: A002
    """Declare the number that messages come from."""
    return ask(_("The number messages come from"), help, NUMBER, sort=Sort.PHONE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account(Provider):
    """A provider as an administrator has set it up.

    Attributes:
        inside: its server may stand in our own network, because the operator's settings name it.
        private: it may carry more than that there is a notice.
        calls_back: where its receipts come in; empty while our own pages are not on the web.
    """

    inside: bool = False
    private: bool = False
    calls_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Twilio(Account):
    """Text messages through Twilio."""

    channel: ClassVar[Channel] = Channel.SMS
    account_sid: str = ask(
        _("Account SID"),
        _("Begins with AC. You find it on the first page of the Twilio console."),
        r"AC[0-9a-f]{32}",
    )
    auth_token: str = secret(
        _("Auth token"),
        _("32 signs, beside the Account SID. It also proves that answers come from Twilio."),
        r"[0-9a-f]{32}",
    )
    source: str = sender_number(_("A number you rent at Twilio that can send text messages."))
    base_url: str = "https://api.twilio.com"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Vonage(Account):
    """Text messages through Vonage."""

    channel: ClassVar[Channel] = Channel.SMS
    api_key: str = ask(
        _("API key"),
        _("Eight signs, at the top of the Vonage dashboard."),
        r"[0-9a-zA-Z]{8}",
    )
    api_secret: str = secret(_("API secret"), _("Beside the API key."), r"[0-9A-Za-z]{16,40}")
    signature_secret: str = secret(
        _("Signature secret"),
        _("From the Vonage settings, method SHA-256 HMAC. Without it we can’t take in answers."),
        r"[0-9A-Za-z]{16,80}",
        default="",
    )
    source: str = sender_number(_("A number you rent at Vonage that can send text messages."))
    base_url: str = "https://rest.nexmo.com"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HttpSms(Account):
    """Text messages through an Android telephone of one's own, by httpSMS."""

    channel: ClassVar[Channel] = Channel.SMS
    api_key: str = secret(
        _("API key"), _("From the settings page of httpSMS."), r"[0-9A-Za-z_-]{20,100}"
    )
    signing_key: str = secret(
        _("Webhook signing key"),
        _("You choose it in httpSMS, at Webhooks. Without it we can’t take in answers."),
        r"[0-9A-Za-z_-]{16,100}",
        default="",
    )
    source: str = sender_number(_("The number of the telephone with the httpSMS app."))
    base_url: str = place(
        _("Leave it as it is, unless you run httpSMS yourself."), default="https://api.httpsms.com"
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TelegramBot(Account):
    """Messages from a Telegram bot, with buttons to answer."""

    channel: ClassVar[Channel] = Channel.TELEGRAM
    name: str = ask(
        _("Name of the bot"),
        _("The user name that ends in “bot”, without the @. BotFather told you both."),
        r"[A-Za-z][A-Za-z0-9_]{3,30}",
    )
    token: str = secret(
        _("Token of the bot"),
        _("In Telegram, write /newbot to @BotFather. The token looks like 123456:ABC-DEF…"),
        r"[0-9]{6,12}:[A-Za-z0-9_-]{30,60}",
    )
    base_url: str = "https://api.telegram.org"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SignalServer(Account):
    """Signal messages through one's own signal-cli REST server."""

    channel: ClassVar[Channel] = Channel.SIGNAL
    base_url: str = place(
        _(
            "Of your own signal-cli-rest-api. The setting NUCLEUS_OWN_HOSTS must name it if it "
            "stands in your own network."
        )
    )
    source: str = sender_number(_("The number that is registered with Signal on that server."))
    user: str = ask(_("User name"), _("Only if a name guards the server."), default="")
    password: str = secret(_("Password"), _("Only if a password guards the server."), default="")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WhatsApp(Account):
    """WhatsApp messages through Meta's cloud, from a template Meta has approved."""

    channel: ClassVar[Channel] = Channel.WHATSAPP
    phone_id: str = ask(
        _("Phone number ID"),
        _("Only digits, from the WhatsApp page of your Meta app. Not the number itself."),
        r"[0-9]{6,20}",
    )
    token: str = secret(
        _("Access token"), _("A permanent token of a system user."), r"[A-Za-z0-9]{50,400}"
    )
    app_secret: str = secret(
        _("App secret"),
        _("From the basic settings of your Meta app. Without it we can’t take in answers."),
        r"[0-9a-f]{32}",
        default="",
    )
    template: str = ask(
        _("Name of the template"),
        _("Meta approves it first. Its body holds one variable: our whole sentence."),
        r"[a-z0-9_]{1,200}",
    )
    languages: str = ask(
        _("Languages of the template"),
        _("Codes with commas, such as it, en. The first one serves all other readers."),
        r"[a-z]{2}(_[A-Z]{2})?(, ?[a-z]{2}(_[A-Z]{2})?){0,20}",
    )
    base_url: str = "https://graph.facebook.com"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MatrixAccount(Account):
    """Matrix messages from an account of one's own."""

    channel: ClassVar[Channel] = Channel.MATRIX
    base_url: str = place(_("Of the home server, such as https://matrix.org."))
    user_id: str = ask(
        _("The account’s Matrix name"),
        _("Such as @nucleo:example.org. Make an account of its own for this service."),
        r"@[a-z0-9._=/+-]{1,100}:[A-Za-z0-9.:-]{1,150}",
    )
    token: str = secret(
        _("Access token"), _("In Element: Settings, Help, Access token."), r"[!-~]{10,400}"
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WebhookSender(Account):
    """Signed JSON to an outside system."""

    channel: ClassVar[Channel] = Channel.WEBHOOK
    secret: str = secret(
        _("Signing secret"),
        _("At least 32 signs. The other system uses it to check that a notice is ours."),
        r"[!-~]{32,200}",
    )

    @property
    def place(self) -> tuple[str, int | None]:
        """Each contact names its own."""
        return "webhook", None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WebPush(Account):
    """Notices that a browser shows, encrypted on the way; each device names its own server.

    Attributes:
        contact: whom its operator may write to: our own address.
    """

    channel: ClassVar[Channel] = Channel.WEB_PUSH
    contact: str

    @property
    def place(self) -> tuple[str, int | None]:
        """Each device names its own."""
        return "push", None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MailServer(Account):
    """A mail server, as an administrator describes it."""

    channel: ClassVar[Channel] = Channel.EMAIL
    host: str = ask(
        _("Name of the mail server"), _("Such as smtp.example.org."), r"[A-Za-z0-9.-]{1,253}"
    )
    port: str = ask(
        _("Port"), _("465 encrypts from the start, 587 at once."), r"(465|587)", default="587"
    )
    user: str = ask(_("User name"), _("As your mail provider told you."), default="")
    password: str = secret(_("Password"), _("As your mail provider told you."), default="")
    sender: str = ask(
        _("Messages come from"), _("An e-mail address."), r"[^@\s]{1,64}@[A-Za-z0-9.-]{3,253}"
    )

    @property
    def place(self) -> tuple[str, int | None]:
        """The mail server."""
        return self.host, int(self.port)

    def account(self, name: str) -> EmailAccount:
        """Return the same as the sender takes it; always encrypted."""
        security = Security.SSL if self.port == "465" else Security.STARTTLS
        who = (self.user or None, self.password or None)
        return EmailAccount(
            self.host, int(self.port), security, *who, self.sender, name,
            inside=self.inside, private=self.private,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NtfyAccount(Account):
    """An ntfy server, as an administrator describes it."""

    channel: ClassVar[Channel] = Channel.NTFY
    base_url: str = place(_("Such as https://ntfy.example.org."))
    token: str = secret(
        _("Access token"), _("Begins with tk_. Only if the server asks for one."),
        r"tk_[A-Za-z0-9]{10,60}", default="",
    )  # fmt: skip

    def account(self, _name: str) -> NtfyServer:
        """Return the same as the sender takes it."""
        return NtfyServer(
            self.base_url, self.token or None, inside=self.inside, private=self.private
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of provider, as the pages show it.

    Attributes:
        private: what it carries may say more than that there is a notice, unless decided otherwise.
        cents: what one message usually costs; shown as a start, decided by the administrator.
        note: what an administrator must know before choosing it.
    """

    cls: type[Account]
    label: LazyString
    private: bool = False
    rate: float = 10.0
    cents: float = 0.0
    note: LazyString | None = None

    @property
    def channel(self) -> Channel:
        """What it carries."""
        return self.cls.channel

    @property
    def questions(self) -> dict[str, Asked]:
        """What an administrator is asked, by field."""
        found = ((each.name, each.metadata.get("asked")) for each in fields(self.cls))
        return {name: asked for name, asked in found if asked is not None}


NOT_ENCRYPTED = _(
    "We write into a room without end-to-end encryption: whoever runs one of the home servers "
    "can read along. So let it carry only that there is a notice."
)
KINDS = {
    "twilio": Kind(Twilio, _("Text messages by Twilio"), cents=8),
    "vonage": Kind(Vonage, _("Text messages by Vonage"), cents=8, rate=25),
    "httpsms": Kind(HttpSms, _("Text messages by your own Android telephone"), rate=0.5),
    "telegram": Kind(TelegramBot, _("Telegram bot"), rate=25),
    "signal": Kind(SignalServer, _("Signal, by your own signal-cli server"), private=True, rate=2),
    "whatsapp": Kind(WhatsApp, _("WhatsApp, by Meta’s cloud"), cents=5, rate=50),
    "matrix": Kind(MatrixAccount, _("Matrix"), rate=5, note=NOT_ENCRYPTED),
    "webhook": Kind(WebhookSender, _("Signed notices to an outside system")),
    "smtp": Kind(MailServer, _("Another mail server"), private=True),
    "ntfy": Kind(NtfyAccount, _("Another ntfy server"), rate=20),
}
SECRETS = {
    name: frozenset(q for q, asked in kind.questions.items() if asked.sort is Sort.SECRET)
    for name, kind in KINDS.items()
}
