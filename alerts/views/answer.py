"""The answer by link: without an account, without a script, without a cookie.

Opening the link changes nothing, since mail scanners and link previews open it too; only a
pressed button answers. The token is the right to answer, so no other key is asked for. It is
no right to learn anything private: links are forwarded, so that takes a code (`where`).
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from alerts import queries, services
from alerts.answering import confidences, revealing
from alerts.forms import Answer
from alerts.models import Recipient
from alerts.views.doors import bp, phone_of
from nucleus.accounts.models import Refusal
from nucleus.ground import i18n
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db, remember_refusal
from nucleus.ground.lifecycle import WrongMove
from nucleus.ground.web import anyone, csrf, may, never_paced

DOOR = "answer_link"
WINDOW = timedelta(minutes=10)
MOST_WRONG = 20
LONGEST_BUTTON = 500
Deed = Callable[[Recipient, Answer], object]


@bp.get("/a/<token>")
@may(anyone)
@never_paced
def show_answer(token: str) -> ResponseReturnValue:
    """Show what is needed and the buttons; once answered, what holds now."""
    recipient = queries.recipient_by_token(token)
    if recipient is None:
        return refuse()
    return shown(recipient, 410 if is_over(recipient) else 200)


@bp.post("/a/<token>")
@may(anyone)
def answer(token: str) -> ResponseReturnValue:
    """Take the answer, and show what holds now; of two answers the second sees the first."""
    recipient = queries.recipient_by_token(token)
    if recipient is None:
        return refuse()
    if is_over(recipient):
        return shown(recipient, 410)
    form = Answer(said_by_button())
    if not form.validate() or form.deed.data not in DEEDS:
        return shown(recipient, 422)
    do(recipient, form)
    return back_to_answer(token)


csrf.exempt(answer)  # the token in the address is the right, and no cookie is set to prove more


def said_by_button() -> MultiDict[str, str]:
    """Return what was sent; the button under a notice sends a form and does not call it one."""
    if request.form or not 0 < (request.content_length or 0) <= LONGEST_BUTTON:
        return MultiDict(request.form)
    return MultiDict(parse_qsl(request.get_data(as_text=True)))


def back_to_answer(token: str) -> Response:
    """Go back to the page that shows what holds now."""
    address = url_for("alerts.show_answer", token=token, lang=request.args.get("lang"))
    return apart(make_response(redirect(address, 303)))


def do(recipient: Recipient, form: Answer) -> None:
    """Do what was pressed; a button that no longer fits the state changes nothing."""
    try:
        DEEDS[form.deed.data](recipient, form)
    except WrongMove:
        db.session.rollback()


def come(recipient: Recipient, form: Answer) -> None:
    """Say *I'm coming*."""
    minutes, words, by = form.eta_minutes, form.own_words, recipient.person_id
    how = services.Answer.COMING
    services.answer(recipient, how, eta_minutes=minutes, words=words, by=by)


def cant(recipient: Recipient, form: Answer) -> None:
    """Say *I can't*; whoever had said yes takes it back."""
    words, by = form.own_words, recipient.person_id
    if recipient.state == "accepted":
        services.withdraw(recipient, by=by, words=words)
    else:
        services.answer(recipient, services.Answer.CANT, words=words, by=by)


def know_more(recipient: Recipient, form: Answer) -> None:
    """Say *I need to know more*; a coordinator rings."""
    words, by = form.own_words, recipient.person_id
    services.answer(recipient, services.Answer.KNOW_MORE, words=words, by=by)


DEEDS: dict[str, Deed] = {
    "coming": come,
    "cant": cant,
    "know_more": know_more,
    "arrived": lambda recipient, _form: services.mark_arrived(recipient, recipient.person_id),
    "done": lambda recipient, _form: services.mark_done(recipient, recipient.person_id),
}


def is_over(recipient: Recipient) -> bool:
    """Say whether there is nothing left to answer."""
    return recipient.alert.state == "closed"


def shown(recipient: Recipient, status: int, *, trouble: str | None = None) -> Response:
    """Draw the page in the language of the person asked.

    Args:
        recipient: the person asked.
        status: of the answer to the browser.
        trouble: what went wrong with a code: `wrong`, `resting` or `many`.
    """
    alert = recipient.alert
    coming = revealing.may_be_told(recipient)
    with i18n.speaking(i18n.behind_link(recipient.person.language)):
        page = render_template(
            "alerts/show_answer.html",
            recipient=recipient,
            alert=alert,
            needs=queries.needs_of(alert),
            phone=phone_of(alert.organisation_id),
            refused=status == 422 and not trouble,
            trouble=trouble,
            public_place=confidences.meets_in_public(alert),
            hidden=coming and confidences.has_something_to_tell(alert),
            ways=list(revealing.ways_to(recipient)) if coming else [],
            waiting=revealing.waiting_code(recipient) if coming else None,
        )
    return apart(make_response(page, status))


def refuse() -> Response:
    """Say that the link is not whole; whoever tries many has to wait."""
    whom = ring().fingerprint("visitor", request.remote_addr or "")
    tries = wrong_tries(whom)
    if tries < MOST_WRONG:
        remember_refusal(Refusal(at=now(), door=DOOR, whom=whom))
    with i18n.speaking(i18n.behind_link()):
        page = render_template("alerts/wrong_link.html")
    return apart(make_response(page, 404 if tries < MOST_WRONG else 429))


def wrong_tries(whom: str) -> int:
    """Return how often a wrong link came from there lately."""
    lately = select(func.count(Refusal.id)).where(
        Refusal.door == DOOR, Refusal.whom == whom, Refusal.at > now() - WINDOW
    )
    return db.session.scalar(lately) or 0


def apart(response: Response) -> Response:
    """Tell no other site where this link leads, and search engines nothing at all."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
