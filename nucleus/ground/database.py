"""One database, one Base and the one rule when a change is kept.

A changing request that succeeds is committed; anything else leaves no trace. The only other
doors that commit are `transaction()` (jobs, commands, the sender), `write_apart()` and
`commit_first()` (refusals and disclosures, remembered whatever becomes of the request).
"""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, g, has_request_context, request, session
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Update,
    event,
)
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import JSON, TypeDecorator

from nucleus.ground.turnstile import Turnstile, WritesInTurn

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
MIGRATIONS = Path(__file__).parents[1] / "migrations"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SQLITE_PATIENCE_MS = 5000
BREATH = 0.12
"""Seconds: whoever waits to write on SQLite looks whether it is free every tenth of a second."""

SIGNS_OF_LIFE: dict[str, Any] = {
    "connect_timeout": 10, "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5,
    "keepalives_count": 3, "tcp_user_timeout": 25_000,
}  # fmt: skip
"""How we find out that PostgreSQL's machine is gone; the system alone takes a quarter of an hour.

`prepare_postgres` asks the same of the server. Left to itself it keeps for two hours what a dead
machine had locked, so that nobody else could send the letters it held (measured).
"""
T = TypeVar("T")
BigId = BigInteger().with_variant(Integer, "sqlite")
_only_reading: ContextVar[bool] = ContextVar("only_reading", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, also on SQLite, which forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant and store the others in UTC, so that they compare as text."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant without a time zone can't be stored")
        return value.astimezone(UTC) if value else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """What every table shares."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            dict[str, Any]: JSON,
            dict[str, str]: JSON,
            list[str]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def init_app(app: Flask) -> None:
    """Open the database and keep or undo each request's changes."""
    options: dict[str, Any] = {"hide_parameters": True}
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        options |= {"connect_args": {"factory": WritesInTurn}}
    else:  # a file hangs up on nobody
        options |= {"pool_pre_ping": True, "connect_args": SIGNS_OF_LIFE}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    app.before_request(remember_session)
    app.after_request(keep_or_undo)
    with app.app_context():
        prepare = prepare_sqlite if db.engine.dialect.name == "sqlite" else prepare_postgres
        prepare(db.engine)


def remember_session() -> None:
    """Remember what the cookie said, in case the request's changes can't be kept."""
    g.session_before = dict(session)


def keep_or_undo(response: Response) -> Response:
    """Commit a changing request that succeeded; leave no trace of any other."""
    if request.method in READING or response.status_code >= 400:
        db.session.rollback()
    else:
        commit_or_restore()
    write_apart(g.pop("refusals", []))
    return response


def commit_or_restore() -> None:
    """Commit; when that fails the cookie must not say that it worked."""
    try:
        db.session.commit()
    except BaseException:
        db.session.rollback()
        session.clear()
        session.update(g.session_before)
        raise


def remember_refusal(row: Base) -> None:
    """Keep a wrong code or a denied door, although the request itself leaves no trace."""
    g.setdefault("refusals", []).append(row)


def write_apart(rows: Sequence[Base]) -> None:
    """Write rows in a short transaction of their own, after what was open is undone."""
    if not rows:
        return
    db.session.rollback()
    token = _only_reading.set(False)
    g.writing = True
    try:
        db.session.add_all(rows)
        db.session.commit()
    finally:
        g.pop("writing", None)
        _only_reading.reset(token)


def execute_apart(statement: Update) -> int:
    """Run one statement in a short transaction of its own, also inside a GET; return its rows.

    For counters of the house's own safety, which must stand whatever becomes of the request.
    """
    db.session.rollback()
    token = _only_reading.set(False)
    g.writing = True
    try:
        result: Any = db.session.execute(
            statement, execution_options={"synchronize_session": False}
        )
        db.session.commit()
        return int(result.rowcount)
    finally:
        g.pop("writing", None)
        _only_reading.reset(token)


def commit_first(do: Callable[[], T]) -> T:
    """Do something and keep it before anything sealed is opened: if that fails, nothing is."""
    done = do()
    db.session.commit()
    return done


def discloses(
    view: Callable[..., ResponseReturnValue],
) -> Callable[..., ResponseReturnValue]:
    """Mark a page that opens sealed words: it calls `write_apart` before it shows any."""

    @wraps(view)
    def door(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        return view(*args, **kwargs)

    door.discloses = True  # type: ignore[attr-defined]
    return door


@contextmanager
def transaction() -> Iterator[None]:
    """The door of a job, a command or the sender: all or nothing."""
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.remove()


@contextmanager
def reading() -> Iterator[None]:
    """Read outside a request without taking SQLite's write lock; nothing is kept."""
    token = _only_reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        db.session.remove()
        _only_reading.reset(token)


def breathe() -> None:
    """Leave a gap between two transactions of a long work, in which others write on SQLite.

    Without it the next one takes the lock back before anybody who waits has looked again.
    """
    if db.engine.dialect.name == "sqlite":
        time.sleep(BREATH)


def prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, patience, and the write lock taken in turn at the start of a change."""
    gate = Turnstile()

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.gate, connection.patience = gate, SQLITE_PATIENCE_MS / 1000
        for line in (
            f"busy_timeout={SQLITE_PATIENCE_MS}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {line}")
        _lend_square_root(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _is_reading():
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_in_turn(connection)


def _begin_in_turn(connection: Connection) -> None:
    """Begin a change when those of this process that came before have ended."""
    line: Any = connection.connection.driver_connection
    line.wait_for_turn()
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        line.pass_on()
        raise


def prepare_postgres(engine: Engine) -> None:
    """Have the server let go of a change whose machine died, or that nobody goes on with."""

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: object) -> None:
        connection.execute(
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
            "SET tcp_keepalives_count = 3; SET tcp_user_timeout = '25s';"
            "SET idle_in_transaction_session_timeout = '60s'"
        )
        connection.commit()


def _lend_square_root(connection: Any) -> None:
    """Distances need a square root, which some builds of SQLite were made without."""
    try:
        connection.execute("SELECT sqrt(1)")
    except sqlite3.OperationalError:
        connection.create_function("sqrt", 1, lambda x: x if x is None else math.sqrt(x))


def _is_reading() -> bool:
    if has_request_context():
        return request.method in READING and "writing" not in g
    return _only_reading.get()
