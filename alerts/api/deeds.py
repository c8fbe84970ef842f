"""Doors through which programs act: write a draft, raise it, ask on, tell, close."""

from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from alerts import services
from alerts.api import schemas
from alerts.api.doors import ONE, Shown, bp, caller, close, draft, found, found_in, raise_
from alerts.api.showing import whole
from alerts.asking.drafting import AlertDraft, NeedDraft
from alerts.models import Alert
from maps.locating.gazetteer import GazetteerPlace, stands_alone, the_gazetteer
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.problems import Problem
from nucleus.roster.models import Competence

MOST_RAISED = 10
RAISED_WITHIN = timedelta(hours=1)


@bp.door(
    "POST", "/alerts", policy=draft, takes=schemas.AlertSent, gives=schemas.AlertShown,
    status=201,
)  # fmt: skip
def draft_alert(sent: dict[str, Any]) -> tuple[Shown, int, dict[str, str]]:
    """Write a draft; nobody is asked."""
    alert = services.draft_alert(drafted(sent), caller().person)
    where = url_for("alerts_api.show_alert", number=alert.short_number)
    return whole(alert), 201, {"Location": where}


@bp.door(
    "POST", ONE + "/raise", policy=raise_, takes=schemas.Nothing, gives=schemas.AlertShown
)  # fmt: skip
def raise_alert(_sent: dict[str, Any], number: str) -> Shown:
    """Open a draft this token wrote: the first people are asked, the coordinators are told."""
    alert = found_in("draft", number)
    mind_the_hour()
    services.open_alert(alert, caller().person)
    return whole(alert)


@bp.door(
    "POST", ONE + "/waves", policy=raise_, takes=schemas.Nothing, gives=schemas.AskedShown
)  # fmt: skip
def ask_next_wave(_sent: dict[str, Any], number: str) -> Shown:
    """Ask more people now; beyond the first fifty a person has to agree."""
    return {"asked": services.ask_next_wave(found_in("open", number), caller().person)}


@bp.door(
    "POST", ONE + "/updates", policy=raise_, takes=schemas.UpdateSent, gives=schemas.AlertShown
)  # fmt: skip
def send_update(sent: dict[str, Any], number: str) -> Shown:
    """Tell a few words to everyone who was asked and has not said no."""
    alert = found_in("open", number)
    services.send_update(alert, sent["words"], caller().person)
    return whole(alert)


@bp.door(
    "POST", ONE + "/close", policy=close, takes=schemas.CloseSent, gives=schemas.AlertShown
)  # fmt: skip
def close_alert(sent: dict[str, Any], number: str) -> Shown:
    """End an alert; everyone who was asked is told once."""
    alert = found(number)
    if alert.state == "closed":
        raise Problem(409, "This alert has ended already.")
    services.close_alert(alert, sent["reason"], caller().person)
    return whole(alert)


def drafted(sent: dict[str, Any]) -> AlertDraft:
    """Return what was sent as a draft; raise `Problem` 422 for a town or competence unknown."""
    town = place_named(sent["comune"])
    plain = ("scale", "drill", "not_for_peers", "what", "severity", "urgency", "certainty")
    return AlertDraft(
        **{name: sent[name] for name in plain},
        organisation_id=caller().organisation,
        needs=tuple(needed(need, place) for place, need in enumerate(sent["needs"])),
        comune=town.label,
        lat=town.point.lat,
        lon=town.point.lon,
    )


def place_named(comune: str) -> GazetteerPlace:
    """Return the one town of this name."""
    matches = the_gazetteer().find(comune)
    if stands_alone(matches):
        return matches[0].place
    alike = ", ".join(match.place.label for match in matches[:4])
    what = f"Several towns are called so: {alike}." if alike else "No town is called so."
    raise Problem(422, errors=[("/comune", what)])


def needed(sent: dict[str, Any], place: int) -> NeedDraft:
    """Return one need; raise `Problem` 422 for a competence nobody knows."""
    code = sent.get("competence")
    row = code and db.session.scalar(select(Competence.id).where(Competence.code == code))
    if code and row is None:
        raise Problem(422, errors=[(f"/needs/{place}/competence", "No competence has this code.")])
    return NeedDraft(count=sent["count"], competence_id=row or None, language=sent.get("language"))


def mind_the_hour() -> None:
    """Let a program raise so many alerts an hour: one that runs wild must not wear people out."""
    lately = select(func.count()).where(
        Alert.author_id == caller().person, Alert.opened_at > now() - RAISED_WITHIN
    )
    if (db.session.scalar(lately) or 0) >= MOST_RAISED:
        raise Problem(
            429,
            f"A token may raise {MOST_RAISED} alerts an hour.",
            todo="If this is real, phone the coordinators; they can raise it at once.",
            headers={"Retry-After": "600"},
        )
