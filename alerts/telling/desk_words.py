"""What coordinators are told of an alert, in every language of the house.

No name and no address stands in these messages: the board and the call list have them.
"""

from collections.abc import Callable

from flask_babel import gettext, ngettext

from alerts.models import Alert
from alerts.telling.words import Texts, told, where
from nucleus.ground.web import settings


def unclaimed(alert: Alert) -> Texts:
    """Tell coordinators that an alert is open and nobody follows it."""
    return _for_the_desk(
        alert,
        lambda: gettext("Who will follow this?"),
        lambda: [
            where(alert),
            gettext("No coordinator is following it yet. Open your desk and take it."),
            *_nobody_is_sent(alert),
        ],
    )


def unattended(alert: Alert) -> Texts:
    """Tell coordinators that the time of an alert has passed; it does not close by itself."""
    return _for_the_desk(
        alert,
        lambda: gettext("This is still open"),
        lambda: [
            gettext("The time we had given ourselves has passed. It stays open."),
            gettext("Phone the person, and phone those who have not answered."),
        ],
    )


def late(alert: Alert) -> Texts:
    """Ask the coordinator to phone somebody who said yes and has not arrived."""
    return _for_the_desk(
        alert,
        lambda: gettext("Someone has not arrived yet"),
        lambda: [
            gettext("A volunteer who is coming should be there by now. We have heard nothing."),
            gettext("Phone them: the call list says who. In ten minutes we ask someone else."),
        ],
    )


def overstayed(alert: Alert) -> Texts:
    """Ask the coordinator to phone somebody who is there and did not say that they are well."""
    return _for_the_desk(
        alert,
        lambda: gettext("Phone a volunteer who is there"),
        lambda: [
            gettext("A volunteer has been there for a long time and does not answer us."),
            gettext("Phone them now: the call list says who."),
        ],
    )


def urge(alert: Alert) -> Texts:
    """Tell the coordinator to call the emergency number when the volunteer can't be reached."""
    number = settings().emergency_number
    return _for_the_desk(
        alert,
        lambda: gettext("A volunteer does not answer"),
        lambda: [
            gettext("We still have no word from a volunteer who is there."),
            gettext(
                "If you can't reach them by phone, call %(number)s and say where they are.",
                number=number,
            ),
        ],
    )


def still_there(alert: Alert) -> Texts:
    """Ask the coordinator for a sign, before the others are told."""
    return _for_the_desk(
        alert,
        lambda: gettext("Are you still following this?"),
        lambda: [
            gettext("Something needs a person, and we have not heard from you for a while."),
            gettext("Open the board. In three minutes we ask the other coordinators."),
        ],
    )


def wants_to_talk(alert: Alert) -> Texts:
    """Ask a coordinator to phone somebody who went and would like to talk about it."""
    return _for_the_desk(
        alert,
        lambda: gettext("Someone would like to talk"),
        lambda: [
            gettext("A volunteer who went would like to talk to you about it."),
            gettext("Phone them today: the page of what happened says who."),
        ],
    )


def handover(alert: Alert) -> Texts:
    """Ask a coordinator to take an alert over from the one who follows it."""
    return _for_the_desk(
        alert,
        lambda: gettext("Can you take this over?"),
        lambda: [
            gettext("The coordinator who follows it asks you to take over."),
            gettext("Open the board and say yes or no. Until then they go on."),
        ],
    )


def surplus(alert: Alert, people: int) -> Texts:
    """Ask an approver for a second yes to asking more than fifty people."""
    return _for_the_desk(
        alert,
        lambda: gettext("We need your yes"),
        lambda: [
            where(alert),
            ngettext(
                "50 people have been asked and it was not enough. May we ask %(num)s more?",
                "50 people have been asked and it was not enough. May we ask %(num)s more?",
                people,
            ),
            gettext("It takes a second person, and that is you. Look at it and say yes or no."),
        ],
        page="alerts/surplus/{id}/approve",
    )


def refused(alert: Alert) -> Texts:
    """Tell who runs the alert that a second person said no to the surplus."""
    return _for_the_desk(
        alert,
        lambda: gettext("No more people are asked"),
        lambda: [
            gettext("A second coordinator said no to asking more people. The board says why."),
            gettext("Phone those who have not answered, or ask again."),
        ],
    )


def glass(alert: Alert) -> Texts:
    """Tell all coordinators that one of them went on without a second yes."""
    return _for_the_desk(
        alert,
        lambda: gettext("One coordinator went on alone"),
        lambda: [
            gettext("A coordinator asks more than 50 people without waiting for a second yes."),
            gettext("They had to write down why. You find it on the board."),
        ],
    )


def _for_the_desk(
    alert: Alert,
    subject: Callable[[], str],
    lines: Callable[[], list[str]],
    *,
    page: str = "alerts/alert/{id}/board",
) -> Texts:
    return told(
        alert,
        lambda: {
            "subject": subject(),
            "body": "\n".join([*lines(), _link(alert, page)]),
            "short": gettext("Please open your desk."),
        },
    )


def _nobody_is_sent(alert: Alert) -> list[str]:
    if not alert.not_for_peers:
        return []
    number = settings().emergency_number
    return [gettext("No volunteer was sent. Make sure that %(number)s was called.", number=number)]


def _link(alert: Alert, page: str) -> str:
    return f"{settings().base_url}/{page.format(id=alert.id)}"
