"""A role counts where it was given, until the day it ends, and the strong ones with two keys."""

from datetime import UTC, date, datetime, timedelta

from flask import session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from nucleus.accounts.queries import account_of
from nucleus.ground import clock
from nucleus.ground.database import db
from nucleus.people.models import Person, Role, RoleGrant
from nucleus.people.policy import GUARDED, grants_of, has_role
from nucleus.people.services import grant_role
from tests.cast import Cast

TODAY = date(2026, 3, 4)
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
ROLES = st.sampled_from(list(Role))
UNTIL = st.none() | st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def grants(draw: st.DrawFn) -> list[tuple[Role, int | None, date | None]]:
    """Some grants, at most one a role and organisation, as the table demands."""
    scopes = st.sampled_from([None, 1, 2])
    pairs = draw(st.lists(st.tuples(ROLES, scopes), unique=True, max_size=5))
    return [(role, scope, draw(UNTIL)) for role, scope in pairs]


@given(
    given_grants=grants(),
    asked=ROLES,
    where=st.sampled_from([None, 1, 2, 3]),
    two_keys=st.booleans(),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_role_counts_exactly_where_and_as_long_as_it_was_given(
    cast: Cast,
    given_grants: list[tuple[Role, int | None, date | None]],
    asked: Role,
    where: int | None,
    *,
    two_keys: bool,
) -> None:
    app = cast.app
    with clock.held_at(NOON), cast.stage():
        db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == cast.bea))
        for role, scope, until in given_grants:
            person = db.session.get_one(Person, cast.bea)
            grant_role(person, role, organisation=scope, until=until)
    expected = (two_keys or asked not in GUARDED) and any(
        role == asked
        and (until is None or until >= TODAY)
        and (where is None or scope in {None, where})
        for role, scope, until in given_grants
    )
    with clock.held_at(NOON), app.test_request_context():
        sit_down(cast.bea, two_keys=two_keys)
        assert has_role(asked, organisation=where) is expected
        db.session.rollback()


def sit_down(person: int, *, two_keys: bool) -> None:
    """Make the open request a signed-in one."""
    account = account_of(person)
    assert account is not None
    moment = clock.now().timestamp()
    session.update(_user_id=account.fs_uniquifier, signed_in_at=moment, seen_at=moment)
    if two_keys:
        session["second_factor_at"] = moment


def test_a_role_lasts_to_the_end_of_its_last_day_where_we_live(cast: Cast) -> None:
    with cast.stage():
        person = db.session.get_one(Person, cast.outsider)
        grant_role(person, Role.MEMBER, organisation=cast.organisation, until=TODAY)
    last_minute = datetime(2026, 3, 4, 22, 59, tzinfo=UTC)
    with clock.held_at(last_minute), cast.stage():
        assert grants_of(cast.outsider)
        clock.advance(timedelta(minutes=1))
        assert not grants_of(cast.outsider)


def test_a_visitor_holds_no_role(cast: Cast) -> None:
    with cast.app.test_request_context():
        assert not has_role(*Role)


def test_a_role_given_or_taken_counts_at_the_next_line_of_the_same_request(cast: Cast) -> None:
    """A page asks fifty times who is here, and is told from memory; what changes is asked anew."""
    mine = delete(RoleGrant).where(RoleGrant.person_id == cast.bea)
    with cast.app.test_request_context(method="POST"):
        sit_down(cast.bea, two_keys=True)
        assert not has_role(Role.KEEPER)
        given = grant_role(db.session.get_one(Person, cast.bea), Role.KEEPER, organisation=None)
        db.session.flush()
        assert has_role(Role.KEEPER)
        given.until = clock.now().date() - timedelta(days=2)
        db.session.flush()
        assert not has_role(Role.KEEPER)
        given.until = None
        db.session.flush()
        assert has_role(Role.KEEPER)
        db.session.execute(mine)
        assert not has_role(*Role)
        db.session.rollback()
        assert has_role(Role.MEMBER)
        assert not has_role(Role.KEEPER)
