"""Pages about the feeds of authorities: set up by administrators, seen by coordinators."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from alerts import policy
from alerts.feeds import services, words
from alerts.feeds.forms import AddFeed
from alerts.feeds.models import Feed, FeedEntry
from alerts.feeds.services import FeedDraft
from alerts.views.doors import bp
from nucleus.ground.database import db
from nucleus.ground.web import may
from nucleus.people.models import Role
from nucleus.people.policy import my_organisations, stay_fresh, who

SHOWN = 50
SEES = (Role.ADMINISTRATOR, Role.COORDINATOR)


@bp.get("/alerts/feed/list")
@may(policy.may_list_feed)
def list_feed() -> str:
    """Show which authorities are listened to, and how that goes."""
    theirs = select(Feed).where(Feed.organisation_id.in_(mine(*SEES))).order_by(Feed.id)
    feeds = [(each, words.state_of(each)) for each in db.session.scalars(theirs)]
    facts = {"may_add": policy.may_see_provider(), "may_take": policy.may_take_cap()}
    return render_template("alerts/list_feed.html", feeds=feeds, **facts)


@bp.route("/alerts/feed/add", methods=["GET", "POST"])
@may(policy.may_change_feed)
def add_feed() -> ResponseReturnValue:
    """Add an authority's feed."""
    form = AddFeed()
    own = my_organisations(Role.ADMINISTRATOR)
    form.organisation.choices = [SelectChoice(each.id, each.name) for each in own]
    if not form.validate_on_submit():
        return render_template("alerts/add_feed.html", form=form), 422 if form.errors else 200
    feed = services.add_feed(drafted(form), by=who().id)
    flash(_("We look at it within half a minute. Its warnings become drafts."), "ok")
    return back_to(feed)


@bp.get("/alerts/feed/<int:feed_id>/show")
@may(policy.may_list_feed)
def show_feed(feed_id: int) -> str:
    """Show when a feed was last read, what is wrong, and what came of its entries."""
    feed = the_feed(feed_id, *SEES)
    found = select(FeedEntry).where(FeedEntry.feed_id == feed.id)
    rows = db.session.scalars(found.order_by(FeedEntry.at.desc(), FeedEntry.id.desc()).limit(SHOWN))
    entries = [(each, words.OUTCOMES[each.outcome], words.told_entry(each)) for each in rows]
    facts = {
        "feed": feed,
        "entries": entries,
        "state_of_feed": words.state_of(feed),
        "trouble": words.told_trouble(feed.trouble) if feed.trouble else "",
        "administers": feed.organisation_id in mine(Role.ADMINISTRATOR),
        "coordinates": feed.organisation_id in mine(Role.COORDINATOR),
    }
    return render_template("alerts/show_feed.html", **facts)


@bp.post("/alerts/feed/<int:feed_id>/poll")
@may(policy.may_change_feed)
def poll_feed(feed_id: int) -> ResponseReturnValue:
    """Look at a feed now."""
    feed = the_feed(feed_id, Role.ADMINISTRATOR)
    if feed.stopped_at is None:
        services.poll_feed(feed, by=who().id)
        flash(_("We look at it within half a minute. Open this page again then."), "ok")
    return back_to(feed)


@bp.post("/alerts/feed/<int:feed_id>/stop")
@may(policy.may_change_feed)
def stop_feed(feed_id: int) -> ResponseReturnValue:
    """Ask a feed no more."""
    feed = the_feed(feed_id, Role.ADMINISTRATOR)
    services.stop_feed(feed, by=who().id)
    flash(_("This feed is not read any more. What came from it stays."), "ok")
    return back_to(feed)


def mine(*roles: Role) -> list[int]:
    """Return the own associations (ids) in which whoever is here has one of these roles."""
    return [each.id for each in my_organisations(*roles)]


def the_feed(feed_id: int, *roles: Role) -> Feed:
    """Return a feed of an association of one's own; any other does not exist."""
    feed = db.session.get(Feed, feed_id)
    if feed is None or feed.organisation_id not in mine(*roles):
        abort(404)
    return feed


def back_to(feed: Feed) -> ResponseReturnValue:
    """Lead to the page of a feed; a step on these pages counts as presence."""
    stay_fresh()
    return redirect(url_for("alerts.show_feed", feed_id=feed.id), 303)


def drafted(form: AddFeed) -> FeedDraft:
    """Return what was typed."""
    return FeedDraft(
        name=" ".join(form.name.data.split()),
        url=form.url.data.strip(),
        organisation_id=form.organisation.data,
        place=form.place,
        km=form.km.data,
        least=form.least.data,
        drills=form.drills.data,
        count=form.count.data,
    )
