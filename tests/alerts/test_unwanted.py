"""Not these people: they are not asked, not told, see nothing; and nothing betrays the list."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from alerts import queries
from alerts.choosing import desks, unwanted
from alerts.helping.help import press_help
from alerts.jobs import sweep
from alerts.models import Alert, Recipient, Unwanted
from alerts.services import draft_alert
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery
from nucleus.people.models import Person
from nucleus.roster.models import Responder
from tests.alerts.stage import add_responders, draft_of, opened, states
from tests.cast import Cast

PAGE = "/alerts/unwanted/"


def pressed(cast: Cast) -> Alert:
    bea = db.session.get_one(Person, cast.bea)
    return press_help(bea, what="alone", comune="Aversa", circle=())


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("vitale VITO", {"vito"}),
        ("vito@example.org", {"vito"}),
        ("Haddad Amina", {"amina"}),
        ("Vicini di Valle", {"dario"}),
        ("Nobody Weknow", set()),
    ],
)
def test_a_name_an_address_an_association(cast_on_both: Cast, typed: str, who: set[str]) -> None:
    with cast_on_both.stage():
        assert unwanted.add_unwanted(cast_on_both.bea, typed)
        meant = unwanted.people_meant(cast_on_both.bea)
        assert meant == {getattr(cast_on_both, name) for name in who}


def test_who_is_not_wanted_is_never_asked_nor_told(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        unwanted.add_unwanted(cast_on_both.bea, "Vito Vitale")
        alert = pressed(cast_on_both)
        assert cast_on_both.vito not in states(alert)
        assert cast_on_both.amina in states(alert)


def test_when_a_coordinator_is_not_wanted_the_neighbours_run_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with clock.held_at(clock.now()):
        with cast.stage():
            unwanted.add_unwanted(cast.bea, "Carla Coppola")
            alert_id = pressed(cast).id
        for _ in range(4):
            clock.advance(timedelta(minutes=3))
            with cast.stage():
                sweep()
        with cast.stage():
            alert = db.session.get_one(Alert, alert_id)
            assert desks.desks_of(alert)[0] == cast.other_organisation
            told = set(db.session.scalars(select(Delivery.person_id)))
            assert cast.dario in told
            assert cast.carla not in told
    assert cast.signed_in(cast.carla).get(f"/alerts/alert/{alert_id}/board").status_code == 404
    assert cast.signed_in(cast.dario).get(f"/alerts/alert/{alert_id}/board").status_code == 200
    desk = cast.signed_in(cast.carla).get("/alerts/alert/list").get_data(as_text=True)
    assert "A-1001" not in desk


def test_the_page_is_for_its_owner_and_says_the_same_of_a_stranger(cast: Cast) -> None:
    bea = cast.signed_in(cast.bea)
    known = bea.post(PAGE + "add?lang=en", data={"words": "Vito Vitale"}, follow_redirects=True)
    stranger = bea.post(PAGE + "add?lang=en", data={"words": "Gino Ignoto"}, follow_redirects=True)
    said = "From now on they are not asked"
    for page in (known, stranger):
        assert page.status_code == 200
        assert said in page.get_data(as_text=True)
    assert bea.post(PAGE + "add", data={"words": "Vito"}).status_code == 422
    with cast.stage():
        first = db.session.scalars(select(Unwanted.id).order_by(Unwanted.id)).first()
    for other in (cast.carla, cast.vito):
        browser = cast.signed_in(other)
        assert "<strong><bdi>" not in browser.get(PAGE + "list").get_data(as_text=True)
        assert browser.post(f"{PAGE}{first}/remove").status_code == 404
    assert bea.post(f"{PAGE}{first}/remove").status_code == 303
    assert "Vito Vitale" not in bea.get(PAGE + "list").get_data(as_text=True)


def test_no_row_and_no_entry_shows_a_name(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        unwanted.add_unwanted(cast_on_both.bea, "Vito Vitale")
        db.session.flush()
        rows = [*db.session.execute(select(Unwanted.__table__))]
        mine = LogEntry.word.startswith("alerts.")
        rows += [*db.session.execute(select(LogEntry.__table__).where(mine))]
        shown = repr([tuple(row) for row in rows])
        assert "Vitale" not in shown
        assert f"person:{cast_on_both.vito}" not in shown


def in_their_own_alert(cast: Cast, person: int) -> None:
    """Let somebody have an open alert of their own."""
    alert = draft_alert(draft_of(cast, person_id=person), author=cast.carla)
    alert.state, alert.opened_at = "open", clock.now()


def engaged_elsewhere(cast: Cast, person: int) -> None:
    """Let somebody be on their way to another alert."""
    other = draft_alert(draft_of(cast, person_id=cast.outsider), author=cast.carla)
    other.state, other.opened_at = "open", clock.now()
    db.session.add(Recipient(alert_id=other.id, person_id=person, state="accepted"))


def resting(cast: Cast, person: int) -> None:
    """Let somebody rest."""
    db.session.get_one(Responder, person).resting_until = clock.now() + timedelta(days=1)


def kept_out(cast: Cast, person: int) -> None:
    """Let Bea not want somebody."""
    name = db.session.get_one(Person, person).name
    unwanted.add_unwanted(cast.bea, name)


WAYS: tuple[Callable[[Cast, int], None], ...] = (in_their_own_alert, engaged_elsewhere, resting)


def test_a_block_looks_like_any_other_reason_why_somebody_is_not_there(
    cast_on_both: Cast,
) -> None:
    """The preview is the same, to the last number, whether blocked, busy, in need or at rest."""
    cast = cast_on_both
    with cast.stage():
        people = [cast.vito, cast.amina, cast.luca, *add_responders(cast, 6)]

    def seen(who: set[int], how: Callable[[Cast, int], None]) -> tuple[object, object]:
        with cast.app.app_context():
            for person in sorted(who):
                how(cast, person)
            db.session.flush()
            scene = draft_alert(draft_of(cast, person_id=cast.bea), author=cast.carla)
            preview = queries.audience_preview(scene)
            asked = sorted(states(opened(cast, person_id=cast.bea)))
            db.session.rollback()
        return preview, asked

    @settings(
        max_examples=15, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(who=st.sets(st.sampled_from(people), max_size=8), way=st.sampled_from(WAYS))
    def holds(who: set[int], way: Callable[[Cast, int], None]) -> None:
        assert seen(who, kept_out) == seen(who, way)

    holds()
