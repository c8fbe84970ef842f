"""Every state can be reached, none but the last ones is a trap, no other step is possible."""

import pytest
from sqlalchemy import CheckConstraint

import nucleus.messages.models
import nucleus.plans.models
import nucleus.resources.models  # noqa: F401
from nucleus.ground.database import Base
from nucleus.ground.lifecycle import GRAPHS, WrongMove, may_follow, move, states
from nucleus.people.models import Organisation


@pytest.mark.parametrize("name", GRAPHS)
def test_every_state_can_be_reached_from_the_first(name: str) -> None:
    reached, ahead = {states(name)[0]}, [states(name)[0]]
    while ahead:
        fresh = GRAPHS[name][ahead.pop()] - reached
        reached |= fresh
        ahead += fresh
    assert reached == set(GRAPHS[name])


@pytest.mark.parametrize("name", GRAPHS)
def test_no_step_leads_out_of_the_graph(name: str) -> None:
    assert all(steps <= set(GRAPHS[name]) for steps in GRAPHS[name].values())


@pytest.mark.parametrize("name", GRAPHS)
def test_the_table_refuses_a_state_the_graph_does_not_know(name: str) -> None:
    table, column = name.split(".")
    checks = {
        str(check.name): str(check.sqltext)
        for check in Base.metadata.tables[table].constraints
        if isinstance(check, CheckConstraint)
    }
    words = checks[f"ck_{table}_{column}"]
    assert all(f"'{state}'" in words for state in GRAPHS[name])


def test_a_step_the_graph_does_not_know_is_refused() -> None:
    class Closed:
        __tablename__ = "alert"
        state = "closed"

    assert not may_follow("alert.state", "closed", "open")
    with pytest.raises(WrongMove):
        move(Closed(), "open")


def test_the_first_state_is_what_a_new_row_has() -> None:
    assert Organisation.__table__.c.agreement.default.arg == states("organisation.agreement")[0]
