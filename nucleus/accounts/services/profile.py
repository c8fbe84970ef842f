"""What a person says about themselves and agrees to."""

from collections.abc import Iterable

from nucleus.accounts.consents import Purpose
from nucleus.accounts.queries import consents_of
from nucleus.ground import i18n, journal
from nucleus.people import services
from nucleus.people.models import Person
from nucleus.people.policy import present


def edit_profile(person: Person, *, name: str, language: str, spoken: Iterable[str]) -> None:
    """Change a person's name, the language we write to them in, and those they help in."""
    person.name, person.language = " ".join(name.split()), language
    services.set_languages(person, spoken)
    journal.write("accounts.edit_profile", f"person:{person.id}", actor=person.id)


def give_consent(person: Person, purpose: Purpose) -> None:
    """Note an agreement, once, to the wording of today."""
    if purpose.is_given(consents_of(person.id)):
        return
    services.withdraw_consent(person, purpose.code)
    services.give_consent(person, purpose.code, purpose.version)
    _note("accounts.give_consent", person, purpose)


def withdraw_consent(person: Person, purpose: Purpose) -> None:
    """Take an agreement back."""
    services.withdraw_consent(person, purpose.code)
    _note("accounts.withdraw_consent", person, purpose)


def remember_language(code: str) -> None:
    """Keep the language that whoever is here has just chosen; receives a signal."""
    person = present()
    if person and code in i18n.offered():
        person.language = code


def _note(word: str, person: Person, purpose: Purpose) -> None:
    facts = {"purpose": purpose.code, "version": purpose.version}
    journal.write(word, f"person:{person.id}", actor=person.id, **facts)
