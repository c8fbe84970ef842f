"""How the pages about providers say what happened."""

from flask import Flask
from flask_babel import format_currency, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from alerts.providers import queries
from alerts.sender.models import ProviderAccount
from nucleus.messages.models import Delivery

SHAPES = {"sent": "coming", "failed": "unreached", "skipped": "over"}

TRIALS = {
    "sent": _l("The provider took the test message"),
    "skipped": _l("The test was not sent in time"),
    "queued": _l("The test message is on its way"),
}


def init_app(app: Flask) -> None:
    """Lend the templates these words."""
    app.jinja_env.globals.update(
        told_trial=told_trial, told_cents=told_cents, told_lately=told_lately
    )


def told_trial(trial: Delivery) -> Markup:
    """Return how a trial ended, as a state with its words."""
    shape = "unsure" if trial.unsure else SHAPES.get(trial.state, "waiting")
    return Markup('<span class="state {}"><span>{}</span></span>').format(shape, trial_words(trial))


def trial_words(trial: Delivery) -> str:
    """Return how a trial ended; a provider's own words stand in no page, only its number."""
    if trial.delivered_at:
        return str(_("The test message reached the telephone"))
    if trial.state == "sent" and trial.unsure:
        return str(_("Perhaps it arrived"))
    if trial.state == "failed":
        return str(_("It failed: %(reason)s", reason=trial.reason or ""))
    return str(TRIALS.get(trial.state, TRIALS["queued"]))


def told_cents(cents: float) -> str:
    """Return an amount of money."""
    return str(format_currency(cents / 100, "EUR"))


def told_lately(account: ProviderAccount) -> str:
    """Return how the last messages of an account ended."""
    well, badly, _when = queries.lately(account)
    if not well + badly:
        return str(_("Nothing sent yet"))
    if not badly:
        return str(ngettext("%(num)s message, well", "%(num)s messages, all well", well))
    total = well + badly
    return str(_("%(badly)s of the last %(total)s failed", badly=badly, total=total))
