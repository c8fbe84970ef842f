"""What an alert says to people, in every language of the house.

Before somebody has said yes they read the comune and the need, nothing of the person and
nothing of their health; subjects are neutral, since others see them on a locked screen.
"""

from collections.abc import Callable

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _

from alerts.models import Alert, Need
from nucleus.ground import i18n
from nucleus.ground.web import settings

Words = dict[str, str]
Texts = dict[str, Words]
URGENCIES = {
    "Immediate": _("Now"),
    "Expected": _("In the next hours"),
    "Future": _("In the next days"),
}


def call(alert: Alert) -> Texts:
    """Ask somebody whether they can come."""
    return told(
        alert,
        lambda: {
            "subject": gettext("Can you come?"),
            "body": "\n".join([where(alert), _needed(alert), *_how_to_answer()]),
            "short": gettext("Please open this link."),
        },
    )


def update(alert: Alert, words: str) -> Texts:
    """Pass on a coordinator's words."""
    return told(
        alert,
        lambda: {
            "subject": gettext("There is news"),
            "body": words,
            "short": gettext("There is news."),
        },
    )


def correction(alert: Alert, words: str) -> Texts:
    """Put right something that was said before."""
    return told(
        alert,
        lambda: {
            "subject": gettext("A correction"),
            "body": gettext("What we wrote before was not right.") + "\n" + words,
            "short": gettext("There is a correction."),
        },
    )


def stand_down(alert: Alert) -> Texts:
    """Tell somebody that enough people are coming."""
    return told(
        alert,
        lambda: {
            "subject": gettext("Enough people, thank you"),
            "body": gettext(
                "Enough people are coming now. You don't need to do anything.\n"
                "Thank you for being there. If we need you after all, we will ask again."
            ),
            "short": gettext("Enough people, thank you."),
        },
    )


def all_clear(alert: Alert) -> Texts:
    """Tell somebody that it is over, and why."""
    return told(
        alert,
        lambda: {
            "subject": gettext("It is over, thank you"),
            "body": _why_over(alert.reason) + "\n" + gettext("Nobody needs to set out any more."),
            "short": gettext("It is over, thank you."),
        },
    )


def asked_again(alert: Alert) -> Texts:
    """Tell those who are coming, and the coordinator, that the person has pressed again."""
    return told(
        alert,
        lambda: {
            "subject": gettext("Help was asked for again"),
            "body": gettext(
                "The person has asked for help again.\n"
                "If you are on your way, tell them when you will be there."
            ),
            "short": gettext("Help was asked for again."),
        },
    )


def alright(alert: Alert) -> Texts:
    """Ask somebody who went there, and has been there for long, whether they are all right."""
    return told(
        alert,
        lambda: {
            "subject": gettext("Are you all right?"),
            "body": gettext(
                "You have been there for a while. Are you all right?\n"
                "Open the link and tell us with one tap. If we hear nothing, we phone you."
            ),
            "short": gettext("Are you all right? Please open this link."),
        },
    )


def check_in(alert: Alert) -> Texts:
    """Ask somebody who went, the day after, how they are."""
    return told(
        alert,
        lambda: {
            "subject": gettext("How are you today?"),
            "body": gettext(
                "Yesterday you went to help. Were you all right, and are you now?\n"
                "One tap is enough. If you would like to talk, say so and we call you."
            ),
            "short": gettext("How are you today? Please open this link."),
        },
    )


def drill() -> Texts:
    """Try a way to reach somebody: one tap proves it."""
    return i18n.in_every_language(
        lambda: {
            "subject": gettext("A drill: did this reach you?"),
            "body": gettext(
                "This is the monthly drill. Nothing has happened.\n"
                "Open the link and tap once: then we know that we can reach you here."
            ),
            "short": gettext("Monthly drill. Please open this link and tap once."),
        }
    )


def need_words(need: Need) -> str:
    """Say one need in the language in use: how many, trained in what, speaking what."""
    facts = {
        "num": need.count,
        "language": i18n.language_name(need.language) if need.language else "",
        "competence": need.competence.label(i18n.language()) if need.competence else "",
    }
    if need.language and need.competence:
        return str(
            ngettext(
                "one person trained in %(competence)s who speaks %(language)s",
                "%(num)d people trained in %(competence)s who speak %(language)s",
                **facts,
            )
        )
    if need.language:
        return str(
            ngettext(
                "one person who speaks %(language)s",
                "%(num)d people who speak %(language)s",
                **facts,
            )
        )
    if need.competence:
        return str(ngettext(
            "one person trained in %(competence)s", "%(num)d people trained in %(competence)s",
            **facts,
        ))  # fmt: skip
    return str(ngettext("one person", "%(num)d people", **facts))


def told_urgency(urgency: str) -> str:
    """Return CAP's urgency as people say it."""
    return str(URGENCIES.get(urgency) or gettext("We don't know yet"))


def told(alert: Alert, write: Callable[[], Words]) -> Texts:
    """Write the same thing in every language, marked if it is a drill."""
    return i18n.in_every_language(lambda: _marked(alert, write()))


def where(alert: Alert) -> str:
    """Say that help is wanted, and in which town."""
    if alert.scale == "area":
        return str(
            gettext("People in %(comune)s need help.", comune=alert.comune)
            if alert.comune
            else gettext("People near you need help.")
        )
    if alert.comune:
        return str(gettext("Somebody in %(comune)s would like help.", comune=alert.comune))
    return str(gettext("Somebody near you would like help."))


def _marked(alert: Alert, words: Words) -> Words:
    """Say in the first line that it is a drill; number and mark are put on by the sender."""
    if not alert.drill:
        return words
    first = gettext("This is a drill. Answer as you would, but don't set out.")
    return {**words, "body": f"{first}\n{words['body']}"}


def _needed(alert: Alert) -> str:
    listed = format_list([need_words(need) for need in alert.needs], locale=get_locale())
    return str(gettext("We are looking for: %(needs)s.", needs=listed))


def _how_to_answer() -> list[str]:
    return [
        gettext("Open the link and say whether you can come. Saying no is fine too."),
        gettext("As soon as enough people are coming, we tell you."),
        gettext("In danger, call %(number)s first.", number=settings().emergency_number),
    ]


def _why_over(reason: str | None) -> str:
    if reason == "cancelled":
        return str(gettext("This call for help was withdrawn."))
    if reason == "expired":
        return str(gettext("The time of this call for help has passed."))
    return str(gettext("This call for help has been answered."))
