"""How somebody is who went: one tap while they are there, one the day after, three questions.

Like the answer page it needs no account, no script and no cookie; opening it changes nothing.
"""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alerts import queries, services
from alerts.asking.forms import SayWellbeing
from alerts.caring import after
from alerts.models import WELL, Recipient
from alerts.telling.posting import WELLBEING
from alerts.views.answer import apart, refuse
from alerts.views.doors import bp, phone_of
from nucleus.ground import i18n
from nucleus.ground.web import anyone, csrf, may, never_paced


@bp.get("/w/<token>")
@may(anyone)
@never_paced
def show_wellbeing(token: str) -> ResponseReturnValue:
    """Ask how somebody is."""
    recipient = queries.recipient_by_token(token, WELLBEING)
    return refuse() if recipient is None else drawn(recipient, 200)


@bp.post("/w/<token>")
@may(anyone)
def say_wellbeing(token: str) -> ResponseReturnValue:
    """Take the tap, or the three answers."""
    recipient = queries.recipient_by_token(token, WELLBEING)
    if recipient is None:
        return refuse()
    form = SayWellbeing()
    if not form.validate() or not take(recipient, form):
        return drawn(recipient, 422)
    lang = request.args.get("lang")
    return apart(
        make_response(redirect(url_for("alerts.show_wellbeing", token=token, lang=lang), 303))
    )


csrf.exempt(say_wellbeing)  # the token in the address is the right, as on the answer page


def take(recipient: Recipient, form: SayWellbeing) -> bool:
    """Do what was pressed; say whether it was one of our buttons."""
    deed, person = form.deed.data, recipient.person_id
    if deed == "alright":
        services.say_alright(recipient, person)
    elif deed == "done":
        services.mark_done(recipient, person)
    elif deed in WELL:
        after.say_well(recipient, deed)
    elif deed == "debrief" and form.is_answered:
        after.send_debrief(recipient, **form.answers)
    else:
        return False
    return True


def drawn(recipient: Recipient, status: int) -> ResponseReturnValue:
    """Draw the page in the language of who went."""
    alert = recipient.alert
    with i18n.speaking(i18n.behind_link(recipient.person.language)):
        page = render_template(
            "alerts/show_wellbeing.html",
            recipient=recipient,
            alert=alert,
            phone=phone_of(alert.organisation_id),
            debriefed=after.was_debriefed(recipient),
            refused=status == 422,
        )
    return apart(make_response(page, status))
