"""A drill stays at home: no partner and no other program ever takes it for earnest."""

import pytest

from nucleus.ground.database import db
from nucleus.messages.services import post_closing, post_message, post_to_contact
from nucleus.people.models import Channel, ContactPoint, Organisation, Person
from nucleus.people.services import add_contact_point
from tests.cast import Cast
from tests.messages.helpers import draft, point_of, rows, to


def give_hook(person: int) -> ContactPoint:
    """Let another program be told for this person, before all other contacts."""
    row = db.session.get_one(Person, person)
    address = "https://hooks.example.org/x"
    point = add_contact_point(row, Channel.WEBHOOK, address=address, verified=True)
    point.rank = 0
    db.session.flush()
    return point


def make_partner(cast: Cast, person: int) -> None:
    """Let somebody belong to an association that is not ours."""
    db.session.get_one(Organisation, cast.other_organisation).own = False
    db.session.get_one(Person, person).organisation_id = cast.other_organisation
    db.session.flush()


def test_a_drill_never_reaches_another_program_nor_a_partner_s_people(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        give_hook(cast.vito)
        make_partner(cast, cast.luca)
        everybody = to(cast.vito, cast.luca, cast.outsider)
        post_message(draft(drill=True), everybody)
        told = {(row.person_id, row.lane, row.step) for row in rows()}
        outsider = {(cast.outsider, "email", 1)}
        assert told == {(cast.vito, "email", 1), (cast.vito, "ntfy", 2)} | outsider


def test_what_is_no_drill_reaches_them_all(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        give_hook(cast.vito)
        make_partner(cast, cast.luca)
        post_message(draft(), to(cast.vito, cast.luca))
        told = {(row.person_id, row.lane) for row in rows()}
        ours = {(cast.vito, lane) for lane in ("webhook", "email", "ntfy")}
        assert told == ours | {(cast.luca, "email"), (cast.luca, "ntfy")}


def test_the_end_of_a_drill_does_not_reach_who_became_a_partner_s_meanwhile(
    cast_on_both: Cast,
) -> None:
    cast = cast_on_both
    with cast.stage():
        post_message(draft(drill=True), to(cast.vito, cast.luca))
        for row in rows():
            row.state, row.copies = "sent", 1
        make_partner(cast, cast.luca)
        end = draft("all_clear", drill=True)
        closing = post_closing(end, to(cast.vito, cast.luca), after_kinds=("call",))
        assert {row.person_id for row in rows(message_id=closing.id)} == {cast.vito}


def test_one_contact_can_not_be_drilled_when_it_is_not_ours(cast_on_both: Cast) -> None:
    cast = cast_on_both
    with cast.stage():
        hook = give_hook(cast.vito)
        make_partner(cast, cast.luca)
        for point in (hook, point_of(cast.luca, "email")):
            with pytest.raises(ValueError, match=f"contact point {point.id}"):
                post_to_contact(draft(drill=True), point.id)
        post_to_contact(draft(drill=True), point_of(cast.vito, "email").id)
        assert [row.person_id for row in rows()] == [cast.vito]
