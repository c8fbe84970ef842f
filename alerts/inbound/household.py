"""A telephone that several people share: whose cry for help it is, and whom none of them wants.

We never ask back who it was before anybody sets out, and never name anyone in a reply: whoever
holds the telephone would learn who is known here. So help is called at once, cautiously: for who
has named themselves, else for who has said that there is somebody to keep away; nobody's own
circle is asked, nobody whom one of the household does not want, and none of the household. Who
comes reads that they must ask for whom.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from alerts.choosing import unwanted
from alerts.models import Alert, Inbound
from alerts.speech.understanding import Meaning
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.words import plain
from nucleus.people.models import ContactPoint, Person
from nucleus.plans.queries import plan_of

IN_THIS_MOMENT = timedelta(minutes=1)
"""The alert of a cry that has just come in is being opened."""


def who_cries(points: Sequence[ContactPoint], text: str) -> tuple[Person, list[int]]:
    """Return for whom help is called, and the ids of the others it may be as well.

    Args:
        points: the contacts the words came from, of one person or of several.
        text: what was written; a first name in it says who it is.
    """
    people = list({point.person_id: point.person for point in points}.values())
    said = set(plain(text).split())
    named = [each for each in people if said & set(plain(each.first_name).split())]
    if len(people) == 1 or len(named) == 1:
        return (named or people)[0], []
    chosen = min(named or people, key=_at_risk)
    return chosen, sorted(each.id for each in people if each is not chosen)


def told_with_care(text: str) -> str:
    """Return such a cry with what those who come must know, in the house's language."""
    with i18n.speaking(i18n.for_messages(None)):
        note = _("Several people use this telephone: ask who needs help.")
    return f"{note} {text}".strip()


def not_wanted_either(person_id: int) -> frozenset[int]:
    """Return whom the others of a household don't want while such a cry is open, and themselves."""
    being_opened = and_(Inbound.alert_id.is_(None), Inbound.at > now() - IN_THIS_MOMENT)
    cries = (
        select(Inbound.sharing)
        .outerjoin(Alert, Alert.id == Inbound.alert_id)
        .where(
            Inbound.person_id == person_id,
            Inbound.meaning == Meaning.HELP,
            or_(Alert.state == "open", being_opened),
        )
    )
    others = {other for sharing in db.session.scalars(cries) for other in sharing}
    return frozenset(others).union(*(unwanted.people_meant(other) for other in others))


def _at_risk(person: Person) -> tuple[bool, bool, int]:
    """Sort first who keeps somebody away, then who has a plan, then the first we knew."""
    return not unwanted.list_of(person.id), plan_of(person.id) is None, person.id
