"""One of every page of alerts, for the walk through all pages and for the pictures."""

from typing import Any

from alerts import services
from alerts.asking.drafting import AlertDraft, NeedDraft
from alerts.cap.reading import read
from alerts.cap.taking import Desk
from alerts.feeds.models import FeedEntry
from alerts.feeds.services import FeedDraft, add_feed
from alerts.helping.help import press_help
from alerts.listeners import services as services_of_listeners
from alerts.listeners.services import ListenerDraft
from alerts.models import Alert, Recipient
from nucleus.accounts.services.tokens import TokenDraft, add_api_token
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import Person
from tests.alerts.cap_documents import document
from tests.alerts.stage import add_responders
from tests.browser.deciding_pages import arrive, furnish_deciding, furnish_looking_back
from tests.cast import TEVEROLA, Cast


def furnish_alerts(cast: Cast) -> dict[str, dict[str, Any]]:
    """Open, answer and close a few alerts; return the arguments of their pages."""
    with cast.stage():
        over = drafted(cast, "Help to carry boxes")
        services.open_alert(over, cast.carla)
        arrive(over, cast.vito, cast.amina)
        services.close_alert(over, "resolved", cast.carla)
        afterwards = furnish_looking_back(cast, over)
        draft = drafted(cast, "Keep company and listen")
        awake, _another = add_responders(cast, 2)  # who went to the first one rests now
        going = drafted(cast, "Keep company and listen", others=3)
        services.open_alert(going, cast.carla)
        come(going, awake, eta=15, words="I bring tea")
        pressed = press_help(
            db.session.get_one(Person, cast.bea), what="I need to talk", comune=None, circle=()
        )
        token = answer_token(going)
        of_going = ("show_board", "show_calls", "close_alert", "send_update")
        by_alert = {page: {"alert_id": going.id} for page in of_going}
        sent, listener = furnish_doors(cast)
        by_alert["check_alert"] = {"alert_id": draft.id}
        by_alert["show_after"] = {"alert_id": over.id}
        by_alert["show_help"] = {"alert_id": pressed.id}
        pages: dict[str, dict[str, Any]] = {f"alerts.{page}": at for page, at in by_alert.items()}
        pages["alerts.show_cap"] = {"document_id": sent}
        pages["alerts.show_feed"] = {"feed_id": furnish_feed(cast)}
        pages["alerts.show_listener"] = {"listener_id": listener}
        pages["alerts.show_answer"] = {"token": token}
        return pages | afterwards | furnish_deciding(cast, going)


def furnish_doors(cast: Cast) -> tuple[int, int]:
    """Let a program have a token, an authority send something, one program listen; return both."""
    home = cast.organisation
    token = TokenDraft(name="Bridge", organisation_id=home, scopes=["alerts:read"])
    add_api_token(token, by=cast.carla)
    program = ListenerDraft(
        name="Wall", url="https://example.org/", organisation_id=home, events=["alert.raised"]
    )
    listener = services_of_listeners.add_listener(program, by=cast.carla)[0]
    services_of_listeners.test_listener(listener, by=cast.carla)
    reading = read(document())
    assert reading.document is not None
    desk = Desk(organisation=home, by=cast.carla)
    return services.take_cap(reading.document, desk)[0].id, listener.id


def furnish_feed(cast: Cast) -> int:
    """Listen to an authority whose machine does not answer, but did once; return its feed."""
    draft = FeedDraft(
        name="Protezione civile", url="https://feed.example.org/", organisation_id=cast.organisation
    )
    feed = add_feed(draft, by=cast.carla)
    feed.trouble, feed.well_at, feed.polled_at = "status 503", feed.made_at, feed.made_at
    fault = {"word": "missing", "element": "sender", "line": 4, "value": ""}
    more = {"taken": None, "elsewhere": None, "faulty": fault, "unreached": {"trouble": "moved"}}
    for outcome, wrong in more.items():
        entry = FeedEntry(
            feed_id=feed.id, mark=outcome, title="Allerta meteo", outcome=outcome, fault=wrong,
            at=feed.made_at,
        )  # fmt: skip
        db.session.add(entry)
    db.session.flush()
    return feed.id


def drafted(cast: Cast, what: str, *, others: int = 1) -> Alert:
    """Write an alert down that needs somebody who speaks Arabic, and others."""
    needs = (
        NeedDraft(count=1, competence_id=cast.listening, language="ar"),
        NeedDraft(count=others, competence_id=cast.listening),
    )
    draft = AlertDraft(
        what=what,
        organisation_id=cast.organisation,
        needs=needs,
        severity="Moderate",
        urgency="Immediate",
        comune="Teverola (CE)",
        lat=TEVEROLA[0],
        lon=TEVEROLA[1],
        meeting_words="In front of the town library",
        person_id=cast.bea,
    )
    return services.draft_alert(draft, cast.carla)


def come(alert: Alert, person: int, *, eta: int = 10, words: str | None = None) -> None:
    """Let somebody say that they are coming, when they were asked."""
    asked = db.session.query(Recipient).filter_by(alert_id=alert.id, person_id=person).first()
    if asked is not None:
        coming = services.Answer.COMING
        services.answer(asked, coming, eta_minutes=eta, words=words, by=person)


def answer_token(alert: Alert) -> str:
    """Return the token of somebody who has not answered yet."""
    waiting = db.session.query(Recipient).filter_by(alert_id=alert.id, state="alerted").first()
    assert waiting is not None, "nobody was asked"
    return derive_token("answer", waiting.id, alert.nonce)
