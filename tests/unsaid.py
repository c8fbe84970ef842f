"""Notes which words a language lacks while pages are drawn in it."""

from gettext import NullTranslations

from flask import Flask
from flask_babel import get_domain

from nucleus.ground import i18n


class Unsaid(NullTranslations):
    """Stands behind a catalogue and notes what was asked of it in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.words: set[str] = set()

    def gettext(self, message: str) -> str:
        self.words.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid2)


def unsaid_in(app: Flask, code: str) -> set[str]:
    """Begin to note which words a language lacks."""
    with app.app_context(), i18n.speaking(code):
        noted = Unsaid()
        get_domain().get_translations().add_fallback(noted)
        return noted.words
