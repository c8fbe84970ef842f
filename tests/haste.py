"""Makes houses quickly: what is the same for every promise is worked out once in each process.

Tables are copied instead of made, and so is the cast; templates, addresses and statements are
compiled once; and no write waits for the disk, which only a power cut could tell.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from apispec import APISpec
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import URL, Engine, event, make_url
from werkzeug.routing import Rule

from nucleus.ground import clock
from nucleus.ground.api import HouseApi, RoomApi
from nucleus.ground.database import db
from tests.cast import Cast, invite
from tests.postgres import Server, copy_database, empty_database

STATEMENTS = 5000
FRESH_SECONDS = 30  # an unchained line of the journal is late after a minute
_engines: dict[str, Engine] = {}
_blank: dict[tuple[str, ...], bytes] = {}
_templates_on_server: dict[tuple[str, ...], str] = {}  # there is one for all promises
_lent: dict[URL, object] = {}
EMPTY, COPY = object(), object()
OF_COMPILING = "_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown"
_with_cast: dict[tuple[object, ...], tuple[bytes, dict[str, Any]]] = {}


class KeptTemplates(BytecodeCache):
    """Keeps compiled templates for the next house of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled before from the same text."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


_templates = KeptTemplates()


def hurry(app: Flask) -> None:
    """Let a house that has just been built use what others of this process have compiled."""
    app.jinja_env.bytecode_cache = _templates
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def settle(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")


def share_statements(engine: Engine) -> None:
    """Lend an engine the statements compiled by the first of its kind, and its dialect with them.

    A third of the time of a page was SQLAlchemy's compiler, since each house has its own engine.
    """
    first = _engines.setdefault(engine.dialect.name, engine)
    first._compiled_cache.capacity = STATEMENTS  # type: ignore[union-attr]
    engine._compiled_cache = first._compiled_cache
    engine.dialect = engine.pool._dialect = first.dialect


def lay_tables(app: Flask) -> None:
    """Make all tables, or copy them where this process has made them before."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            lay_in_file()
        elif _lent.get(db.engine.url) is not COPY:
            db.create_all()
            if _lent.get(db.engine.url) is EMPTY:
                keep_template(db.engine.url)
        share_statements(db.engine)


def lay_in_file() -> None:
    """Write the file of an empty house, or make it."""
    tables = known_tables()
    if tables in _blank:
        write_whole(_blank[tables])
    else:
        db.create_all()
        _blank[tables] = read_whole()


def known_tables() -> tuple[str, ...]:
    """Return the tables that the modules imported so far have told of."""
    return tuple(sorted(db.metadata.tables))


@contextmanager
def copied_database(server: Server) -> Iterator[str]:
    """Lend a database of an empty house, copied from the first of this process; at first empty."""
    found = _templates_on_server.get(known_tables())
    with empty_database(server, template=found or "template1") as url:
        _lent[make_url(url)] = COPY if found else EMPTY
        yield url
        del _lent[make_url(url)]


def keep_template(url: URL) -> None:
    """Keep a database with nothing but tables in it, to be copied."""
    db.session.remove()
    db.engine.dispose()
    name = f"tables_{len(_templates_on_server)}"
    at = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    copy_database(at, str(url.database), name)
    _templates_on_server[known_tables()] = name


def bring_cast(app: Flask) -> Cast:
    """Bring the cast into a house, by a copy where this process has just brought them before."""
    tables, moment = known_tables(), int(clock.now().timestamp()) // FRESH_SECONDS
    with app.app_context():
        if not _is_untouched() or _is_held():
            return invite(app)
        found = _with_cast.get((tables, moment))
        if found is None:
            cast = invite(app)
            ids = {key: value for key, value in vars(cast).items() if key != "app"}
            _with_cast.clear()
            _with_cast[tables, moment] = read_whole(), ids
            return cast
        write_whole(found[0])
        return Cast(app, **found[1])


def _is_untouched() -> bool:
    if db.engine.dialect.name != "sqlite":
        return False
    file = Path(str(db.engine.url.database))
    waiting = file.with_name(f"{file.name}-wal")
    is_whole = not waiting.exists() or not waiting.stat().st_size
    return is_whole and file.read_bytes() == _blank.get(known_tables())


def _is_held() -> bool:
    return clock.now() == clock.now()


def read_whole() -> bytes:
    """Return the SQLite database as it stands."""
    with closing(sqlite3.connect(str(db.engine.url.database))) as source:
        return source.serialize()


def write_whole(image: bytes) -> None:
    """Put another SQLite database in the place of this one, which nobody may be using."""
    db.session.remove()
    db.engine.dispose()  # the last to leave takes the write-ahead log along
    Path(str(db.engine.url.database)).write_bytes(image)


def keep_compiled_rules() -> None:
    """Let the routing library compile the same address once, not for each house anew."""
    compiled: dict[tuple[object, ...], dict[str, Any]] = {}
    compile_anew = Rule.compile

    def compile_once(self: Rule) -> None:
        if self.defaults or self.host:
            return compile_anew(self)
        key = self.rule, self.subdomain, self.merge_slashes
        if key not in compiled:
            compile_anew(self)
            compiled[key] = {name: vars(self)[name] for name in OF_COMPILING}
        found = compiled[key]
        vars(self).update(found, arguments=set(found["arguments"]))
        self._build = found["_build"].__func__.__get__(self)
        self._build_unknown = found["_build_unknown"].__func__.__get__(self)
        return None

    Rule.compile = compile_once  # type: ignore[method-assign]


def describe_when_asked() -> None:
    """Let a house work out the specification of its API when somebody wants to read it.

    Half of the time of `create_app` went there, and few promises are about the specification.
    """
    describe, tell = RoomApi.register_views_in_doc, APISpec.to_dict
    list_problems = HouseApi._register_responses

    def note_doors(self: RoomApi, api: HouseApi, *args: Any, **facts: Any) -> None:
        put_off(api, partial(describe, self, api, *args, **facts))

    def note_problems(self: HouseApi) -> None:
        put_off(self, partial(list_problems, self))

    def put_off(api: HouseApi, work: Callable[[], None]) -> None:
        api.spec.__dict__.setdefault("put_off", []).append(work)

    def catch_up_and_tell(self: APISpec) -> dict[str, Any]:
        for work in self.__dict__.pop("put_off", ()):
            work()
        return dict(tell(self))

    RoomApi.register_views_in_doc = note_doors
    HouseApi._register_responses = note_problems  # type: ignore[method-assign]
    APISpec.to_dict = catch_up_and_tell  # type: ignore[method-assign]
