"""The lifecycles of the house: which state may follow which.

The CHECK constraints of the tables, the moves of the services and the tests all come from
these graphs, so that code and schema can't drift apart. What depends on the time (expired,
due, full) is computed when it is read and is never a state.
"""

from typing import Protocol

from sqlalchemy import CheckConstraint

GRAPHS: dict[str, dict[str, frozenset[str]]] = {
    "organisation.agreement": {
        "none": frozenset({"contacted", "active"}),
        "contacted": frozenset({"active", "none"}),
        "active": frozenset({"lapsed", "ended"}),
        "lapsed": frozenset({"active", "ended"}),
        "ended": frozenset(),
    },
    "resource.state": {
        "proposed": frozenset({"verified", "suspended", "retired", "merged"}),
        "verified": frozenset({"proposed", "suspended", "retired", "merged"}),
        "suspended": frozenset({"proposed", "verified", "retired", "merged"}),
        "merged": frozenset({"proposed", "verified", "suspended"}),
        "retired": frozenset({"proposed", "verified", "suspended"}),
    },
    "twin_pair.state": {
        "open": frozenset({"different", "joined", "merged"}),
        "different": frozenset({"open"}),
        "joined": frozenset({"open"}),
        "merged": frozenset({"open"}),
    },
    "suggestion.state": {
        "waiting": frozenset({"accepted", "refused"}),
        "accepted": frozenset(),
        "refused": frozenset(),
    },
    "import_run.state": {
        "waiting": frozenset({"mapping", "refused"}),
        "mapping": frozenset({"checking", "running", "refused", "waiting"}),
        "checking": frozenset({"checked", "refused", "mapping"}),
        "checked": frozenset({"running", "mapping", "refused"}),
        "running": frozenset({"done", "stopped"}),
        "stopped": frozenset({"running", "refused"}),
        "done": frozenset(),
        "refused": frozenset(),
    },
    "import_row.state": {
        "waiting": frozenset({"taken", "skipped"}),
        "taken": frozenset(),
        "skipped": frozenset(),
    },
    "plan.state": {
        "draft": frozenset({"active", "archived"}),
        "active": frozenset({"archived"}),
        "archived": frozenset(),
    },
    "duty.state": {
        "open": frozenset({"taken", "cancelled"}),
        "taken": frozenset({"open", "done", "missed", "cancelled"}),
        "done": frozenset(),
        "missed": frozenset(),
        "cancelled": frozenset(),
    },
    "alert.state": {
        "draft": frozenset({"open", "closed"}),
        "open": frozenset({"closed"}),
        "closed": frozenset(),
    },
    "recipient.state": {
        "queued": frozenset({"alerted", "released"}),
        "alerted": frozenset({"accepted", "declined", "released"}),
        "accepted": frozenset({"declined"}),
        "declined": frozenset({"accepted"}),
        "released": frozenset({"queued", "accepted", "declined"}),
    },
    "approval.state": {
        "waiting": frozenset({"given", "refused", "broken", "moot"}),
        "given": frozenset(),
        "refused": frozenset(),
        "broken": frozenset(),
        "moot": frozenset(),
    },
    "telling.state": {
        "queued": frozenset({"leased"}),
        "leased": frozenset({"queued", "sent", "failed"}),
        "sent": frozenset(),
        "failed": frozenset(),
    },
    "delivery.state": {
        "queued": frozenset({"leased", "skipped"}),
        "leased": frozenset({"queued", "sent", "failed", "skipped"}),
        "sent": frozenset(),
        "failed": frozenset(),
        "skipped": frozenset(),
    },
}


class WrongMove(Exception):
    """A change of state that its lifecycle does not know."""


class HasState(Protocol):
    """A row with a lifecycle."""

    state: str
    __tablename__: str


def states(name: str) -> tuple[str, ...]:
    """Return the states of a lifecycle such as `alert.state`, the first one first."""
    return tuple(GRAPHS[name])


def may_follow(name: str, old: str, new: str) -> bool:
    """Say whether `new` may follow `old`."""
    return new in GRAPHS[name][old]


def move(row: HasState, new: str) -> None:
    """Change the state of a row; raise `WrongMove` when the graph does not know the step."""
    name = f"{row.__tablename__}.state"
    if not may_follow(name, row.state, new):
        raise WrongMove(f"{name} can't go from {row.state} to {new}")
    row.state = new


def checked(name: str) -> CheckConstraint:
    """Return the CHECK constraint that keeps a column inside its lifecycle."""
    column = name.split(".")[1]
    words = ", ".join(f"'{state}'" for state in states(name))
    return CheckConstraint(f"{column} IN ({words})", name=column)
