"""The pages of one place that helps: what is known of it, and its upkeep. Finding is in maps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from nucleus.ground import clock, i18n
from nucleus.ground.heard import page_asked
from nucleus.ground.web import anyone, may
from nucleus.people.policy import present, who
from nucleus.places.models import Place
from nucleus.places.queries import shown_point
from nucleus.places.services import add_place
from nucleus.resources import policy, queries, services
from nucleus.resources.doubting import settled
from nucleus.resources.forms import (
    AddResource,
    EditCapacity,
    EditResource,
    as_typed,
    read_hours,
)
from nucleus.resources.freshness import badge_of, confirmations
from nucleus.resources.holidays.queries import Calendar, local_holidays
from nucleus.resources.hours import ITALY, Span, hours_on
from nucleus.resources.models import FIELD_GROUPS, Freshness, Resource
from nucleus.resources.photos.policy import may_see_photo
from nucleus.resources.photos.queries import photos_of
from nucleus.resources.services import Occasion
from nucleus.resources.twins.finding import likely_twins
from nucleus.resources.twins.settling import say_different
from nucleus.resources.twins.wording import reason_words
from nucleus.resources.views.room import find_resource, find_resource_to_keep, page_of, resources
from nucleus.resources.wording import category_choices

PAGE = 50
DAYS = 7
TO_THE_STREET = frozenset({"pin", "street"})
HOWS = ("call", "visit", "web")


@resources.get("/resource/show/<int:resource_id>")
@may(anyone)
def show_resource(resource_id: int) -> str:
    """Show one place: state first, then how to reach it, then the rest."""
    resource = find_resource(resource_id)
    now = clock.now()
    today = now.astimezone(ITALY).date()
    exactly = policy.may_see_exact_place()
    place = resource.place
    holidays, at = local_holidays(), (today.month, today.day)
    return render_template(
        "resources/show_resource.html",
        resource=resource,
        opening=queries.opening_of(resource, now, holidays),
        today=hours_on(queries.hours_of(resource, today, holidays), today),
        week=week_of(resource, today, holidays),
        resting=[one for one in holidays.of(place) if (one.month, one.day) == at],
        in_emergency=queries.hours_of(resource, today) != resource.hours,
        badge=badge_of(confirmations(resource.freshness), now),
        address=place if place and (exactly or not place.hidden) else None,
        comune=place.comune if place else None,
        point=shown_point(place, exactly=exactly) if place else None,
        hidden=bool(place and place.hidden),
        way=way_to(place),
        photos=photos_of(resource.id) if may_see_photo(resource) else (),
        may_edit=policy.may_edit_resource(present(), resource),
        fresh=[(row, badge_of([row.confirmed_at], now)) for row in in_order(resource.freshness)],
    )


def week_of(resource: Resource, first: date, holidays: Calendar) -> list[tuple[date, list[Span]]]:
    """Return the hours of the next seven days; nothing when nobody knows any of them.

    Where the hours are known in words alone, they would be read as closed all week.
    """
    days = [first + timedelta(days=number) for number in range(DAYS)]
    week = [(day, hours_on(queries.hours_of(resource, day, holidays), day)) for day in days]
    return week if any(spans for _day, spans in week) else []


def way_to(place: Place | None) -> str:
    """Return the point a phone's own map can lead to (the numbers of RFC 5870), or nothing.

    A hidden place has none, whoever asks: the map of the phone would tell its maker.
    """
    if place is None or place.hidden or place.precision not in TO_THE_STREET:
        return ""
    return f"{place.lat:.5f},{place.lon:.5f}" if place.lat and place.lon else ""


def in_order(rows: Iterable[Freshness]) -> list[Freshness]:
    """Return how fresh the groups of facts are, as a page names them."""
    return sorted(rows, key=lambda row: FIELD_GROUPS.index(row.field_group))


@resources.get("/resource/list")
@may(policy.may_list_resource)
def list_resource() -> str:
    """Show what needs a look: hours nobody could read, then the longest unconfirmed."""
    page = page_asked()
    rows, total = queries.resources_to_keep(page, PAGE)
    now = clock.now()
    badges = {row.id: badge_of(confirmations(row.freshness), now) for row in rows}
    last = max(1, -(-total // PAGE))
    return render_template(
        "resources/list_resource.html",
        rows=rows,
        badges=badges,
        total=total,
        page=page,
        last=last,
    )


@resources.route("/resource/add", methods=["GET", "POST"])
@may(policy.may_add_resource)
def add_resource() -> ResponseReturnValue:
    """Add a place."""
    form = with_choices(AddResource())
    if wants_preview() or not form.validate_on_submit():
        return show_form("resources/add_resource.html", form)
    said = settled(form, request.form.get("settle", ""))
    if said is None:
        return show_form("resources/add_resource.html", form)
    twins = twins_of(form)
    if twins and "anyway" not in request.form:
        return show_form("resources/add_resource.html", form, twins=twins)
    place = add_place(said, by=who().id, insists=form.reason)
    facts = {**form.facts(), "category_id": category_id(form), "place_id": place.id}
    facts["organisation_id"] = policy.keeper_of_new(place.comune, place.province)
    resource = services.add_resource(facts, languages=form.languages.data, actor=who().id)
    say_different(resource, [twin.id for twin, _reasons in twins], actor=who().id)
    flash(_("The place is in the list."), "ok")
    return redirect(page_of(resource), 303)


@resources.route("/resource/edit/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def edit_resource(resource_id: int) -> ResponseReturnValue:
    """Change a place."""
    resource = find_resource_to_keep(resource_id)
    form = with_choices(EditResource(data=as_typed(resource)), resource)
    if wants_preview() or not form.validate_on_submit():
        return show_form("resources/edit_resource.html", form, resource=resource)
    said = settled(form, request.form.get("settle", ""), resource.place)
    if said is None:
        return show_form("resources/edit_resource.html", form, resource=resource)
    said = replace(said, label=resource.place.label if resource.place else None)
    was_at = services.move_resource(resource, said, by=who().id, insists=form.reason)
    facts = {**form.facts(), "category_id": category_id(form)}
    occasion = Occasion(who().id, why=form.why.data or form.reason)
    spoken = form.languages.data
    services.edit_resource(resource, facts, languages=spoken, was_at=was_at, occasion=occasion)
    flash(_("Your changes are kept."), "ok")
    return redirect(page_of(resource), 303)


@resources.post("/resource/verify/<int:resource_id>")
@may(policy.may_list_resource)
def verify_resource(resource_id: int) -> ResponseReturnValue:
    """Note that somebody checked the place today."""
    resource = find_resource_to_keep(resource_id)
    how = request.form.get("how", "")
    if how not in HOWS:
        abort(422)
    services.verify_resource(resource, actor=who().id, how=how)
    flash(_("Thank you: everybody now sees that it was checked today."), "ok")
    return redirect(page_of(resource), 303)


@resources.route("/capacity/edit/<int:resource_id>", methods=["GET", "POST"])
@may(policy.may_list_resource)
def edit_capacity(resource_id: int) -> ResponseReturnValue:
    """Say how many are free: the one question of every evening."""
    resource = find_resource_to_keep(resource_id)
    form = EditCapacity(obj=resource)
    if not form.validate_on_submit():
        page = render_template("resources/edit_capacity.html", form=form, resource=resource)
        return page, 422 if request.method == "POST" else 200
    services.edit_capacity(resource, form.facts(), actor=who().id)
    flash(_("Thank you: everybody now sees how many are free."), "ok")
    return redirect(page_of(resource), 303)


def wants_preview() -> bool:
    """Say whether the button "Show what you understood" was pressed; it saves nothing."""
    return "preview" in request.form


def twins_of(form: AddResource) -> list[tuple[Resource, list[str]]]:
    """Return the places that what was typed may be already, with the reasons in words."""
    said = form.where()
    lat, lon = said.point or (None, None)
    facts = {**form.facts(), "category_id": category_id(form)}
    where = {"lat": lat, "lon": lon, "precision": "pin" if said.point else "none"}
    found = dict(likely_twins({**facts, **where, "address": said.address, "comune": said.comune}))
    return [(row, reason_words(found[row.id].reasons)) for row in queries.resources_by_id([*found])]


def show_form(
    page: str,
    form: EditResource,
    resource: Resource | None = None,
    twins: Sequence[tuple[Resource, list[str]]] = (),
) -> ResponseReturnValue:
    """Show the form, with what was understood of the hours when that was asked."""
    preview = read_hours(form.hours.data or "") if wants_preview() else None
    faulty = request.method == "POST" and not wants_preview()
    drawn = render_template(page, form=form, resource=resource, preview=preview, twins=twins)
    return drawn, 422 if faulty else 200


def with_choices(form: EditResource, resource: Resource | None = None) -> EditResource:
    """Fill in what may be chosen: categories, and languages in the reader's own words."""
    language = i18n.language()
    form.category.choices = category_choices(queries.categories(), language)
    there = [row.language for row in resource.languages] if resource else []
    form.languages.choices = [SelectChoice(*one) for one in i18n.languages_to_choose(there)]
    return form


def category_id(form: EditResource) -> int:
    """Return the chosen category's row."""
    term = queries.category_by_code(form.category.data)
    if term is None:
        abort(422)
    return term.id
