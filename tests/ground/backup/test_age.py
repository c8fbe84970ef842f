"""`nucleus check` says how old the last backup is that was written to its end."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from nucleus import cli
from nucleus.ground import clock
from nucleus.ground.backup import age
from nucleus.ground.backup.making import Counted
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.keepers import new_keepers_key, read_public_key
from tests.cast import Cast
from tests.ground.erasing.test_erase_again import stamp

KEY = read_public_key(new_keepers_key()[1])


def said(app: Flask, key: bytes | None = KEY) -> Finding:
    settings = replace(app.extensions["nucleus.settings"], backup_key=key)
    with app.app_context():
        (finding,) = age.check_backup(settings)
    return finding


def test_the_age_of_a_backup_is_told_and_an_old_one_wants_a_look(app_on_both: Flask) -> None:
    assert (said(app_on_both).level, said(app_on_both, None).level) == (Level.LOOK, Level.WELL)
    assert "No backup was ever made" in said(app_on_both).said
    with clock.held_at(clock.now()):
        with app_on_both.app_context():
            age.note_backup(Counted(rows=3, files=1), sealed=True)
        clock.advance(timedelta(hours=26))
        assert (said(app_on_both).level, "26 hours ago" in said(app_on_both).said) == (0, True)
        clock.advance(timedelta(hours=47))
        assert (said(app_on_both).level, "3 days ago" in said(app_on_both).said) == (1, True)
        assert said(app_on_both, None).level is Level.WELL


def test_only_a_backup_that_reached_its_end_counts(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.stage():
        stamp()
    run = cast.app.test_cli_runner()

    def full(*_words: object) -> Counted:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(cli, "back_up", full)
        assert run.invoke(cli.backup, [str(tmp_path / "a"), "--unsealed"]).exception
    assert "No backup" in said(cast.app).said
    assert run.invoke(cli.backup, [str(tmp_path / "b"), "--unsealed"]).exit_code == 0
    assert "0 hours ago" in said(cast.app).said
