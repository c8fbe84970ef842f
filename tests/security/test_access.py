"""Nobody gets at what is somebody else's: other people's rows, other associations, other doors."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import session
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from alerts.cap.models import CapDocument
from alerts.choosing.unwanted import add_unwanted
from alerts.feeds.models import Feed
from alerts.listeners.models import Listener
from alerts.models import Alert, Recipient, Unwanted
from alerts.watching.models import WallLink
from maps.models import Area, AreaLink, ImportRow, ImportRun
from nucleus.accounts.models import Account, ApiToken
from nucleus.accounts.services.coming_in import enter
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.people.models import ContactPoint, Organisation, Person, RoleGrant
from nucleus.people.services import stop_person
from nucleus.plans.models import Plan, PlanItem
from nucleus.resources.holidays.models import LocalHoliday
from nucleus.resources.models import Resource, Revision
from nucleus.resources.photos.models import Photo
from nucleus.resources.suggesting.models import Suggestion
from nucleus.resources.twins.models import Merge, TwinPair
from nucleus.roster.models import Award, Responder, WeeklyHours
from tests.alerts.pages.conftest import Scene, scene
from tests.architecture.doors import doors
from tests.browser.pages import furnish
from tests.cast import Cast, invite
from tests.conftest import opened, settings_for

__all__ = ("scene",)
ROWS = {
    "alert_id": Alert.id,
    "area_id": Area.id,
    "award_id": Award.id,
    "contact_point_id": ContactPoint.id,
    "document_id": CapDocument.id,
    "feed_id": Feed.id,
    "holiday_id": LocalHoliday.id,
    "hours_id": WeeklyHours.id,
    "item_id": PlanItem.id,
    "link_id": AreaLink.id,
    "listener_id": Listener.id,
    "merge_id": Merge.id,
    "organisation_id": Organisation.id,
    "pair_id": TwinPair.id,
    "person_id": Responder.person_id,
    "photo_id": Photo.id,
    "point_id": ContactPoint.id,
    "recipient_id": Recipient.id,
    "resource_id": Resource.id,
    "revision_id": Revision.id,
    "row_id": ImportRow.id,
    "run_id": ImportRun.id,
    "suggestion_id": Suggestion.id,
    "token_id": ApiToken.id,
    "unwanted_id": Unwanted.id,
    "wall_id": WallLink.id,
}
ENOUGH = 2
"""Rows of one kind after which the next one tells nothing new."""
OPEN_TO_ALL = {
    "maps.area_shape",
    "maps.show_area",
    "resources.choose_suggestion",
    "resources.show_resource",
}
FOR_EVERY_COORDINATOR = {"areas", "imports", "rows", "shares"}
"""Pages of `maps` about an emergency or a list: all who coordinate work on them together."""

OF_ALL_COORDINATORS = OPEN_TO_ALL | {  # while no association looks after the place
    "maps.pin_place",
    "resources.remove_holiday",  # a town keeps it for everybody on the one map
    "resources.accept_suggestion",
    "resources.add_photo",
    "resources.answer_check",
    "resources.ask_owner",
    "resources.change_suggestion",
    "resources.claim_check",
    "resources.edit_keeper",
    "resources.edit_photo",
    "resources.join_twin",
    "resources.list_photos",
    "resources.show_check",
    "resources.list_revisions",
    "resources.merge_twin",
    "resources.move_photo",
    "resources.part_twin",
    "resources.refuse_suggestion",
    "resources.remove_photo",
    "resources.reopen_twin",
    "resources.show_suggestion",
    "resources.undo_check",
    "resources.undo_merge",
    "resources.undo_revision",
    "resources.edit_capacity",
    "resources.edit_resource",
    "resources.retire_resource",
    "resources.suspend_resource",
    "resources.verify_resource",
}


@pytest.fixture
def full(cast: Cast) -> Cast:
    """One of everything of Bea and her association; the intruders own nothing of it."""
    furnish(cast)
    with cast.stage():
        add_unwanted(cast.bea, "Otto Ospite")
    return cast


def ids(cast: Cast, name: str) -> list[int]:
    """Return the rows of Bea, Carla, Vito and their association that an address may name."""
    strangers = (cast.dario, cast.outsider)
    asked = select(ROWS[name]).limit(ENOUGH)
    if ROWS[name] is ContactPoint.id:
        asked = asked.where(ContactPoint.person_id.not_in(strangers))
    elif name == "organisation_id":
        asked = asked.where(Organisation.id != cast.other_organisation)
    with cast.stage():
        return [*db.session.scalars(asked), *([cast.bea] if name == "person_id" else [])]


def addresses(cast: Cast) -> Iterator[tuple[Rule, str, str]]:
    """Return every address of somebody's row, with each method it takes."""
    for rule in doors(cast.app):
        if (name := next(iter(rule.arguments), "")) in ROWS and len(rule.arguments) == 1:
            for number in ids(cast, name):
                built = rule.build({name: number})
                assert built is not None
                for method in sorted((rule.methods or set()) & {"GET", "HEAD", "POST"}):
                    yield rule, built[1], method


def deeds(cast: Cast) -> int:
    """Return how many lines the journal has."""
    with cast.stage():
        return db.session.query(LogEntry).count()


@pytest.mark.parametrize(
    ("who", "open_to"), [("outsider", OPEN_TO_ALL), ("dario", OF_ALL_COORDINATORS)]
)
def test_no_number_in_an_address_opens_what_is_somebody_elses(
    full: Cast, who: str, open_to: set[str]
) -> None:
    """Dario coordinates another association: he is no closer than a stranger."""
    client, before = full.signed_in(getattr(full, who)), deeds(full)
    tried = 0
    for rule, path, method in addresses(full):
        if rule.endpoint not in open_to and not shared(full, rule, who):
            status = client.open(path, method=method).status_code
            assert status == 404, (method, path, status)
            tried += 1
    assert tried > 80
    assert deeds(full) == before


def shared(cast: Cast, rule: Rule, who: str) -> bool:
    """Say whether a page is one that all who coordinate work on together."""
    room = cast.app.view_functions[rule.endpoint].__module__
    return who == "dario" and room in {f"maps.views.{name}" for name in FOR_EVERY_COORDINATOR}


def test_every_number_an_address_may_carry_is_tried(full: Cast) -> None:
    carried = {name for rule in doors(full.app) for name in rule.arguments if name.endswith("_id")}
    assert carried == ROWS.keys()
    assert [name for name in ROWS if not ids(full, name)] == []


def test_a_coordinator_is_offered_only_their_own_people(full: Cast) -> None:
    for path in ("/accounts/person/list", "/roster/responder/list", "/alerts/alert/draft"):
        page = full.signed_in(full.dario).get(path).text
        for name in ("Bea Bruno", "Vito Vitale", "Amina Haddad", "Nadia Nappi"):
            assert name not in page, (path, name)


def test_who_is_named_in_a_plan_is_offered_to_nobody(full: Cast) -> None:
    """Not even to who coordinates all: that somebody is named tells that there is a plan."""
    carla = full.signed_in(full.carla)
    assert "Nadia Nappi" not in carla.get("/alerts/alert/draft").text
    with full.stage():
        db.session.query(RoleGrant).filter_by(person_id=full.carla).update(
            {"organisation_id": None}
        )
    page = full.signed_in(full.carla).get("/alerts/alert/draft").text
    assert "Bea Bruno" in page
    assert "Nadia Nappi" not in page


def test_no_field_that_is_not_asked_for_is_kept(full: Cast) -> None:
    """A form takes what it shows and nothing else, whatever is sent along."""
    bea = full.signed_in(full.bea)
    extra = {"id": "1", "organisation_id": "2", "stopped_at": "", "uid": "x", "under_age": "y"}
    sent = {"name": "Bea Bruno", "language": "it", "spoken": ["it"], "role": "administrator"}
    assert bea.post("/accounts/profile/edit", data={**sent, **extra}).status_code == 303
    with full.stage():
        person = db.session.get_one(Person, full.bea)
        assert (person.organisation_id, person.under_age) == (full.organisation, False)
        assert len(person.uid) == 32
        assert db.session.scalar(select(Plan.id).where(Plan.person_id == full.bea))


def test_the_answer_link_of_somebody_who_left_is_no_link(scene: Scene) -> None:
    path, client = scene.link(scene.cast.vito), scene.cast.app.test_client()
    assert client.get(path).status_code == 200
    with scene.cast.stage():
        stop_person(db.session.get_one(Person, scene.cast.vito))
    assert client.get(path).status_code == 404
    assert client.post(path, data={"deed": "coming"}).status_code == 404
    assert scene.state(scene.cast.vito) != "accepted"


def test_a_foreign_host_name_stands_in_no_link(scene: Scene) -> None:
    """Links lead where the operator said, whatever the browser calls us."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client = scene.cast.signed_in(scene.cast.carla)
    for path in ("/", "/accounts/me", f"/alerts/alert/{scene.alert}/board", "/accounts/link/ask"):
        answer = client.get(path, headers=headers)
        assert "evil.example" not in answer.text
        assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("name", ["evil.example", "a..b", "x" * 64, "è", '"><script>', ""])
def test_a_name_a_browser_makes_up_leads_nowhere_and_is_no_fault(cast: Cast, name: str) -> None:
    """An address that is mended on the way is mended on the operator's own site."""
    client = cast.app.test_client()
    for path in ("/", "/hsds", "/maps//resources/show"):
        answer = client.get(path, headers={"Host": name})
        assert answer.status_code == (200 if path == "/" else 308), path
        assert answer.location is None or answer.location.startswith("http://127.0.0.1:8000/")


def wrong_answers(client: FlaskClient, number: int) -> list[int]:
    """Knock with wrong links, each time saying to come from somewhere else."""
    return [
        client.get("/a/1-" + "A" * 22, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(number)
    ]


def test_saying_to_come_from_elsewhere_does_not_make_guessing_free(cast: Cast) -> None:
    assert wrong_answers(cast.app.test_client(), 22)[-1] == 429


def test_behind_a_named_proxy_only_its_own_word_counts(tmp_path: Path) -> None:
    """One proxy is trusted: what the visitor wrote before it counts for nothing."""
    for app in opened(create_app(replace(settings_for(tmp_path), trusted_proxies=1))):
        client = invite(app).app.test_client()
        forged = [
            client.get(
                "/a/1-" + "A" * 22, headers={"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.7"}
            ).status_code
            for n in range(22)
        ]
        assert forged[-1] == 429


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path), base_url="https://nucleo.example.org")
    for app in opened(create_app(settings)):
        answer = app.test_client().post("/language", data={"language": "en"})
        cookie = answer.headers["Set-Cookie"]
        assert "Strict-Transport-Security" in answer.headers, "also when no proxy is named"
        for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie


def test_a_session_somebody_else_began_is_not_carried_into_ones_own(cast: Cast) -> None:
    """What stood in the browser before signing in is gone after it."""
    with cast.app.test_request_context():
        session["planted"] = session["second_factor_at"] = "yes"
        enter(db.session.scalars(select(Account).where(Account.person_id == cast.bea)).one())
        assert "planted" not in session
        assert "second_factor_at" not in session
        db.session.rollback()


def test_what_only_members_may_know_is_kept_in_no_browser(full: Cast) -> None:
    visitor = full.app.test_client().get("/maps/resources.geojson")
    assert visitor.headers["Cache-Control"] == "private, no-cache"
    for who in (full.bea, full.carla):
        answer = full.signed_in(who).get("/maps/resources.geojson")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
