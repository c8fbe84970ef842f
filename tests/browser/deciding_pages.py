"""One of every page on which coordinators decide or look back, and of those behind links."""

from typing import Any

from sqlalchemy import select

from alerts import drills, services
from alerts.caring import after
from alerts.drills import DRILL
from alerts.models import Alert, Approval, Drill
from alerts.telling.posting import WELLBEING
from alerts.watching import wall
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import ContactPoint
from tests.alerts.stage import recipient
from tests.cast import Cast

Arguments = dict[str, dict[str, Any]]


def furnish_deciding(cast: Cast, going: Alert) -> Arguments:
    """Wait for a second yes, which somebody else than Carla may give; hang a screen up."""
    going.author_id = cast.dario
    db.session.add(Approval(alert_id=going.id, people=10, asked_at=now()))
    screen = wall.add_wall("Kitchen", cast.organisation, cast.carla)
    drills.edit_drill(cast.organisation, active=True, hour=18, by=cast.carla)
    db.session.flush()
    of_alert = {"alert_id": going.id}
    pages = ("approve_surplus", "break_glass", "offer_handover", "send_correction")
    return {
        **{f"alerts.{page}": of_alert for page in (*pages, "show_timeline")},
        "alerts.show_people": {**of_alert, "word": "coming"},
        "alerts.show_wall": {"token": wall.token_of(screen)},
        "alerts.edit_drill": {"organisation_id": cast.organisation},
        "alerts.show_drill": {"token": drill_token(cast)},
    }


def furnish_looking_back(cast: Cast, over: Alert) -> Arguments:
    """Let Vito have been there and Amina tell how it was; ask Vito how he is."""
    told = {"in_time": "yes", "enough_people": "no", "felt_safe": "unsure"}
    after.send_debrief(recipient(over, cast.amina), **told, words="The stairs were dark")
    went = recipient(over, cast.vito)
    token = derive_token(WELLBEING, went.id, over.nonce)
    return {"alerts.show_wellbeing": {"token": token}}


def arrive(alert: Alert, *people: int) -> None:
    """Let people say yes and be there."""
    for person in people:
        asked = recipient(alert, person)
        services.answer(asked, services.Answer.COMING, eta_minutes=10, by=person)
        services.mark_arrived(asked, person)


def drill_token(cast: Cast) -> str:
    """Return the link of a drill that waits for Vito's tap."""
    theirs = select(ContactPoint.id).where(ContactPoint.person_id == cast.vito)
    point = db.session.scalars(theirs.order_by(ContactPoint.id)).first()
    tried = Drill(
        person_id=cast.vito, contact_point_id=point, month=f"{now():%Y-%m}", posted_at=now()
    )
    db.session.add(tried)
    db.session.flush()
    return derive_token(DRILL, tried.id, tried.nonce)
