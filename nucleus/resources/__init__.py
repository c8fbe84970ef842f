"""Resources: the places and services that can help, and how true what we say of them is."""

from dataclasses import replace

from flask import Flask
from flask_babel import lazy_gettext

from nucleus.ground import signals
from nucleus.ground.backup import making
from nucleus.ground.boards import forgetting, jobs, menu, panels
from nucleus.ground.erasing import board
from nucleus.resources import accessibility, week, wording
from nucleus.resources.asking.services import remind_owners, settle_letters
from nucleus.resources.categories import ensure_categories
from nucleus.resources.checking.models import CheckAnswer, CheckClaim
from nucleus.resources.forms import CIRCLES
from nucleus.resources.photos.files import FOLDER, sweep_photos
from nucleus.resources.photos.models import Photo
from nucleus.resources.photos.services import remove_photo_again
from nucleus.resources.policy import may_list_resource
from nucleus.resources.suggesting.services import A_DAY, forget_suggestions
from nucleus.resources.twins import wording as twin_words
from nucleus.resources.twins.jobs import find_twins
from nucleus.resources.views import resources
from nucleus.resources.views.cards import draw_upkeep
from nucleus.resources.wordbook.jobs import forget_unsaid_words


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(resources)
    signals.tables_ready.connect(begin, app)
    label = lazy_gettext("Places to look after")
    menu.pin(app, menu.Pin("resources.list_resource", label, may_list_resource, menu.Shelf.MAP))
    making.pin_folder(app, FOLDER)
    photos = board.rows_of(Photo, "photo", "photos", by=Photo.token)
    board.pin(app, replace(photos, erase=remove_photo_again))
    jobs.pin(app, jobs.Job("sweep_photos", 3600, sweep_photos))
    jobs.pin(app, jobs.Job("find_twins", 60, find_twins, apart=True))
    app.jinja_env.filters["reason_words"] = twin_words.reason_words
    app.jinja_env.filters["strength_words"] = twin_words.strength_words
    app.jinja_env.globals["circle_words"] = CIRCLES
    panels.pin(app, panels.Panel("home", 40, may_list_resource, draw_upkeep))
    jobs.pin(app, jobs.Job("forget_suggestions", 3600, forget_suggestions))
    forgetting.pin(app, forgetting.Rule(CheckClaim, lambda old: CheckClaim.until < old, A_DAY))
    forgetting.pin(app, forgetting.Rule(CheckAnswer, lambda old: CheckAnswer.at < old, A_DAY))
    jobs.pin(app, jobs.Job("remind_owners", 3600, remind_owners))
    jobs.pin(app, jobs.Job("forget_unsaid_words", 86_400, forget_unsaid_words, apart=True))
    jobs.pin(app, jobs.Job("settle_letters", 300, settle_letters))
    app.jinja_env.filters["day_words"] = wording.day_words
    app.jinja_env.filters["aid_words"] = accessibility.aid_words
    app.jinja_env.filters["badge_words"] = wording.badge_words
    app.jinja_env.filters["span_words"] = wording.span_words
    app.jinja_env.filters["hours_words"] = week.hours_words
    app.jinja_env.filters["due_words"] = wording.due_words
    app.jinja_env.globals["standing_words"] = wording.STANDING
    app.jinja_env.globals["how_words"] = wording.HOWS
    app.jinja_env.globals["group_words"] = wording.GROUPS
    app.jinja_env.globals["open_words"] = wording.STATES
    app.jinja_env.globals["holiday_words"] = wording.HOLIDAYS
    app.jinja_env.globals["open_shapes"] = wording.SHAPES


def begin(_app: Flask) -> None:
    """Give a new house its first categories."""
    ensure_categories()
