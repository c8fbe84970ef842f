"""How roles and channels are called on the pages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from nucleus.people.models import Channel, Role

ROLES = {
    Role.MEMBER: _("Member"),
    Role.RESPONDER: _("Responder, who may be called"),
    Role.FACILITATOR: _("Facilitator of a group"),
    Role.COORDINATOR: _("Coordinator"),
    Role.KEEPER: _("Keeper of the keys"),
    Role.ADMINISTRATOR: _("Administrator"),
}
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


def role_name(role: str) -> LazyString:
    """Return how a role is called."""
    return ROLES[Role(role)]


def channel_name(channel: str) -> LazyString:
    """Return how a channel is called."""
    return CHANNELS[Channel(channel)]
