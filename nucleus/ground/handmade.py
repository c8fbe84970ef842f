"""What tables need that no model can say: triggers, functions, indexes of words; made by hand.

Whoever needs such a thing writes the statements of each database beside the model. They run when
its table is made, and the first migration runs all of them after its last table.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, FromClause, event

MAKE: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
UNMAKE: dict[str, list[str]] = {"sqlite": [], "postgresql": []}
NAMES: set[str] = set()
"""How indexes and tables made by hand begin: what compares tables with models leaves them out."""

MADE_AGAIN = {"info": {"made_again": True}}
"""Of a table whose rows triggers write from other rows: a backup leaves it out."""

Statements = Mapping[str, Sequence[str]]


def make_by_hand(
    table: FromClause, make: Statements, unmake: Statements, *, names: Sequence[str] = ()
) -> None:
    """Have statements run whenever a table is made, and others after it is dropped.

    Args:
        table: the table they belong to; its own triggers and indexes go with it.
        make: by the name of the database.
        unmake: what would stay behind, by the name of the database.
        names: how the indexes and tables begin that no model knows.
    """
    NAMES.update(names)
    for dialect in MAKE:
        MAKE[dialect] += make.get(dialect, ())
        UNMAKE[dialect] += unmake.get(dialect, ())
        for statement in make.get(dialect, ()):
            event.listen(table, "after_create", _only_on(dialect, statement))
        for statement in unmake.get(dialect, ()):
            event.listen(table, "after_drop", _only_on(dialect, statement))


def is_made_by_hand(name: str | None) -> bool:
    """Say whether an index or a table was made by hand."""
    return bool(name) and str(name).startswith(tuple(NAMES))


def _only_on(dialect: str, statement: str) -> DDL:
    return DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
