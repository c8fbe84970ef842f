"""The board of channels that can send now: the sender pins it, the pages about contacts read it."""

from collections.abc import Callable, Mapping

from flask import Flask, current_app

from nucleus.people.models import Channel

Ask = Callable[[], Mapping[str, str]]
ALWAYS = {str(Channel.EMAIL): "", str(Channel.NTFY): ""}


def init_app(app: Flask) -> None:
    """Hang up the empty board."""
    app.extensions["nucleus.sending"] = None


def pin(app: Flask, ask: Ask) -> None:
    """Let the sender say what it can carry."""
    app.extensions["nucleus.sending"] = ask


def open_channels() -> Mapping[str, str]:
    """Return each channel that can send now, with what a page must know to use it.

    For Telegram that is the name of the bot, for notices on a device the name and the public
    half of our key, with a colon between. Without a sender there are e-mail and ntfy, as ever.
    """
    ask: Ask | None = current_app.extensions["nucleus.sending"]
    return ask() if ask else ALWAYS
