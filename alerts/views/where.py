"""Where and for whom: a code to the volunteer's own contact, typed on the answer page.

The link alone opens nothing private, even after a yes. What the code opens is drawn once, in
answer to the code itself; the page leaves the screen after ten minutes and leaves no cookie.
"""

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts import queries
from alerts.answering import revealing
from alerts.answering.confidences import may_write_to_person
from alerts.answering.spots import map_link
from alerts.forms import WhereCode
from alerts.models import Recipient
from alerts.views.answer import apart, back_to_answer, is_over, refuse, shown
from alerts.views.doors import bp, phone_of
from nucleus.accounts.guessing import Resting
from nucleus.ground import i18n
from nucleus.ground.database import discloses
from nucleus.ground.web import anyone, csrf, may


@bp.post("/a/<token>/code")
@may(anyone)
def send_code(token: str) -> ResponseReturnValue:
    """Send six digits to the contact of the person asked, never to whoever holds the link."""
    recipient = queries.recipient_by_token(token)
    if recipient is None:
        return refuse()
    if is_over(recipient) or not revealing.may_be_told(recipient):
        return shown(recipient, 410 if is_over(recipient) else 422)
    try:
        revealing.send_code(recipient, request.form.get("way", ""))
    except KeyError:
        return shown(recipient, 422)
    except revealing.TooManyCodes:
        return shown(recipient, 429, trouble="many")
    return back_to_answer(token)


@bp.post("/a/<token>/where")
@may(anyone)
@discloses
def show_where(token: str) -> ResponseReturnValue:
    """Show once what the code opens; that it was read is noted and told before."""
    recipient = queries.recipient_by_token(token)
    if recipient is None:
        return refuse()
    form = WhereCode()
    if is_over(recipient) or not revealing.may_be_told(recipient) or not form.validate():
        return shown(recipient, 410 if is_over(recipient) else 422)
    try:
        told = revealing.reveal(recipient, form.code.data)
    except Resting:
        return shown(recipient, 429, trouble="resting")
    return drawn(recipient, told, token) if told else shown(recipient, 422, trouble="wrong")


csrf.exempt(send_code)  # the token in the address is the right to ask for a code
csrf.exempt(show_where)  # the token and the code are the right to read


def drawn(recipient: Recipient, told: revealing.Told, token: str) -> ResponseReturnValue:
    """Draw what was said in confidence; after ten minutes the browser goes back by itself."""
    back = url_for("alerts.show_answer", token=token, lang=request.args.get("lang"))
    phone = phone_of(recipient.alert.organisation_id)
    with i18n.speaking(i18n.behind_link(recipient.person.language)):
        tells = may_write_to_person(recipient.alert)
        there = map_link(told.spot) if told.spot else None
        facts = {
            "alert": recipient.alert,
            "told": told,
            "there": there,
            "phone": phone,
            "back": back,
        }
        page = render_template("alerts/show_where.html", tells=tells, **facts)
    response = apart(make_response(page))
    seconds = int(revealing.SHOWN_FOR.total_seconds())
    response.headers["Refresh"] = f"{seconds}; url={back}"
    return response
