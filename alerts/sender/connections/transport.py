"""Puts our pooled connections under apprise's plugins, which would open one for each message.

Measured on apprise 2.2: 85 % of a message's processor time is reading the certificate store
anew. There is no hook, but each plugin module looks up `requests` and the mail controller as
names of its own, so these names are replaced, in apprise's plugin modules alone.
"""

import logging
import sys
import threading

from apprise.manager_plugins import NotificationManager

from alerts.sender.connections import http_pool, smtp_pool, wire
from alerts.sender.connections.stand_in import PooledRequests

ENABLED_SCHEMAS = (
    "mailto", "mailtos", "ntfy", "ntfys", "twilio", "vonage", "httpsms", "tgram",
    "signal", "signals", "whatsapp", "nexmo",
)  # fmt: skip
"""All that may ever leave: other schemas read local files or reach inside the network."""

_STAND_IN = PooledRequests()
_door = threading.Lock()
_installed = False


class NotUnderneath(RuntimeError):
    """The transport cannot be put under this version of apprise."""


def install() -> None:
    """Put the transport in place; doing it again changes nothing."""
    global _installed
    if _installed:
        return
    with _door:
        NotificationManager().enable_only(*ENABLED_SCHEMAS)
        _replace("requests", _STAND_IN)
        _replace("AppriseSMTPController", smtp_pool.PooledController)
        _replace("make_msgid", _own_message_id)
        logging.getLogger("apprise").addFilter(_nothing)
        _installed = True


def _replace(name: str, ours: object) -> None:
    """Replace a name in every plugin module that has it.

    Raises:
        NotUnderneath: none has it; an upgrade of apprise moved it.
    """
    found = [vars(module) for path, module in list(sys.modules.items()) if _is_plugin(path)]
    holders = [names for names in found if name in names]
    if not holders:
        raise NotUnderneath(f"apprise's plugins no longer know the name {name}")
    for names in holders:
        names[name] = ours


def _is_plugin(path: str) -> bool:
    return path.startswith("apprise.plugins.")


def _own_message_id(*_unused: object, **_more: object) -> str:
    """Apprise draws a new Message-ID each time; ours stays the same on each copy of a letter."""
    return f"<{wire.present().message_id}>"


def _nothing(_record: logging.LogRecord) -> bool:
    """Apprise logs addresses and topics; what we want to know is in the outcome."""
    return False


def close() -> None:
    """Close all idle connections; sending again opens new ones."""
    http_pool.close()
    smtp_pool.close()
