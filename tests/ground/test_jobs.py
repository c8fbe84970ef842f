"""The house's chores take nobody's turn while there is nothing to do."""

import sqlite3

import pytest
from sqlalchemy import make_url, text

from nucleus.ground.boards import jobs
from nucleus.ground.database import db
from tests.cast import Cast


@pytest.mark.parametrize("called_for", [False, True])
def test_looking_whether_there_is_work_waits_for_no_writer(cast: Cast, called_for: bool) -> None:
    done = list[str]()

    def look() -> bool:
        db.session.execute(text("SELECT count(*) FROM person"))
        return called_for

    job = jobs.Job("sweep", 1, lambda: done.append("swept"), look=look)
    file = make_url(cast.app.extensions["nucleus.settings"].database_url).database
    writer = sqlite3.connect(str(file), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with cast.app.app_context():
        assert jobs.run(job)
    writer.execute("ROLLBACK")
    writer.close()
    assert done == ["swept"] * called_for


def test_a_look_that_stumbles_is_logged_and_tried_again(cast: Cast) -> None:
    def look() -> bool:
        db.session.execute(text("SELECT 1 FROM nowhere"))
        return True

    with cast.app.app_context():
        assert not jobs.run(jobs.Job("sweep", 1, lambda: None, look=look))
        assert jobs.run(jobs.Job("sweep", 1, lambda: None, look=lambda: False))
