"""What is written to people around an answer: codes, receipts of words, replies by message.

All of it gives nothing away: whoever reads over a shoulder learns that a message came, not why.
"""

from collections.abc import Callable

from flask_babel import gettext

from alerts.models import Alert
from nucleus.ground import i18n
from nucleus.ground.tokens import CODE_MARK
from nucleus.ground.web import settings

Words = dict[str, str]
Texts = dict[str, Words]


def _(words: str, **facts: object) -> str:
    """Say words in the language in use."""
    return str(gettext(words, **facts))


def way(channel: str) -> str:
    """Name a way by which a code can come, without saying where to."""
    named = {
        "email": _("by e-mail"),
        "ntfy": _("as a notice on the phone"),
        "web_push": _("as a notice from this site"),
        "sms": _("by SMS"),
        "webhook": _("by the association’s own system"),
    }
    return str(named.get(channel, channel.capitalize()))


def code() -> Texts:
    """Send the six digits that show where and for whom."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("Your code: %(code)s", code=CODE_MARK),
            "body": _(
                "Type this code on the page you answered on: %(code)s. It works once, for 15 "
                "minutes. Give it to nobody. If you did not ask for it, call us.",
                code=CODE_MARK,
            ),
            "short": _("Your code: %(code)s", code=CODE_MARK),
        }
    )


def reached_here() -> str:
    """Say that a conversation with the bot has begun."""
    return _("Thank you: we can reach you here.")


def was_read(name: str) -> Texts:
    """Tell the person in need that somebody who comes has read where to find them."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("There is news"),
            "body": _("%(name)s is coming and has read where you meet.", name=name),
            "short": _("There is news."),
        }
    )


def asked_for_you(organisation: str) -> Texts:
    """Tell a person that a coordinator asks for help on their behalf."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("We are looking for somebody"),
            "body": _(
                "You spoke to %(name)s. We are asking for people to come to you now. "
                "If you did not speak to us, call us.",
                name=organisation,
            ),
            "short": _("We are looking for somebody."),
        }
    )


def wants_to_know(alert: Alert) -> Texts:
    """Tell the coordinator that somebody asked wants to know more before answering."""
    return _to_coordinators(
        alert, lambda: _("Somebody we asked wants to know more. Please call them.")
    )


def unclear(alert: Alert) -> Texts:
    """Tell the coordinator that an answer came that we can't read."""
    return _to_coordinators(
        alert, lambda: _("Somebody answered in words we could not read. Look at the board.")
    )


def gave_up() -> Texts:
    """Tell coordinators that a person no longer wants messages on one of their contacts."""
    return i18n.in_every_language(
        lambda: {
            "subject": _("Somebody stopped our messages"),
            "body": _(
                "Somebody wrote STOP: we no longer write to that contact. Look at who can still "
                "be reached, and call them if it matters."
            ),
            "short": _("Somebody stopped our messages."),
        }
    )


def reply(say: Callable[[], str]) -> Texts:
    """Return a reply: the same few words, however much the channel can show."""
    return i18n.in_every_language(
        lambda: {"subject": _("Your answer"), "body": str(say()), "short": str(say())}
    )


def coming() -> str:
    """Confirm a yes."""
    return _("Noted: you are coming. Thank you.")


def cant() -> str:
    """Confirm a no."""
    return _("Noted: you can’t come. Thank you for telling us.")


def full() -> str:
    """Thank somebody who is not needed any more."""
    return _("Enough people are coming already. Thank you.")


def noted() -> str:
    """Confirm anything else."""
    return _("Noted. Thank you.")


def will_call() -> str:
    """Promise a call."""
    return _("A coordinator will call you.")


def say_it_again() -> str:
    """Ask for an answer that can be read."""
    return _("We could not read this. Write 1 = I’m coming, 2 = I can’t.")


def which(numbers: str) -> str:
    """Ask which alert is meant."""
    return _("Which one do you mean? Write the number and 1 or 2: %(numbers)s", numbers=numbers)


def over() -> str:
    """Say that there is nothing to answer any more."""
    return _("This alert is over. Thank you.")


def nothing_open() -> str:
    """Say that nobody waits for an answer, and what to write in need."""
    return _(
        "No alert waits for your answer. In danger call %(number)s. If you need us, write HELP.",
        number=settings().emergency_number,
    )


def help_is_asked() -> str:
    """Confirm a cry for help, and say how to take it back."""
    return _(
        "We are asking for somebody. To take it back, write CANCEL. In danger call %(number)s.",
        number=settings().emergency_number,
    )


def taken_back() -> str:
    """Confirm that a cry for help was taken back."""
    return _("Taken back.")


def nothing_to_take_back() -> str:
    """Say that no call for help is open."""
    return _("There is nothing to take back.")


def stop_once_more() -> str:
    """Ask once before giving a contact up."""
    return _("Write STOP once more, and we will not write here again.")


def unknown() -> str:
    """Answer a number nobody here knows, without saying who is known."""
    number, phone = settings().emergency_number, settings().phone
    if phone:
        return _(
            "We can’t help by message here. In danger call %(number)s, or call us: %(phone)s",
            number=number,
            phone=phone,
        )
    return _("We can’t help by message here. In danger call %(number)s.", number=number)


def _to_coordinators(alert: Alert, say: Callable[[], str]) -> Texts:
    board = f"{settings().base_url}/alerts/alert/{alert.id}/board"
    return i18n.in_every_language(
        lambda: {
            "subject": _("Somebody waits for your call"),
            "body": f"{say()}\n{board}",
            "short": _("Please open your desk."),
        }
    )
