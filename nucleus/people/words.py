"""How the ways to reach somebody are called, on every page."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from nucleus.people.models import Channel

CHANNELS = {
    Channel.EMAIL: _("E-mail"),
    Channel.NTFY: _("ntfy notice"),
    Channel.WEB_PUSH: _("Notice on this device"),
    Channel.TELEGRAM: _("Telegram"),
    Channel.SIGNAL: _("Signal"),
    Channel.SMS: _("Text message (SMS)"),
    Channel.WHATSAPP: _("WhatsApp"),
    Channel.MATRIX: _("Matrix"),
    Channel.WEBHOOK: _("Address of an outside system"),
    Channel.PHONE: _("Telephone"),
}


def channel_name(channel: str) -> LazyString:
    """Return how a channel is called."""
    return CHANNELS[Channel(channel)]
