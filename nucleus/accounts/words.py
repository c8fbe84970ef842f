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
HOW = {
    Channel.EMAIL: _("Your e-mail address. Choose one that you read on your telephone."),
    Channel.NTFY: _("The topic that you subscribed to in the ntfy app."),
    Channel.SMS: _("Your mobile number. Works on every telephone, without internet."),
    Channel.WHATSAPP: _("Your mobile number, as you use it with WhatsApp."),
    Channel.SIGNAL: _("Your mobile number, as you use it with Signal."),
    Channel.MATRIX: _("Your Matrix name, such as @anna:example.org. Accept our invitation there."),
    Channel.WEBHOOK: _("An https address of another system. It gets a signed notice."),
    Channel.PHONE: _("A number for a call. If nothing else reaches you, a person phones you."),
}
TYPED = tuple(HOW)
"""The channels whose address somebody types; the others begin with a press of a button."""


def role_name(role: str) -> LazyString:
    """Return how a role is called."""
    return ROLES[Role(role)]
