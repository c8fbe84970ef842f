"""`nucleus check`: what is broken is named with what to do; the exit code says how bad it is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from alerts.sender.heartbeat import SENDER, Heartbeat
from alerts.watching.models import Probe
from nucleus.cli import main
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.ground.settings import MailSettings, NtfySettings
from nucleus.people.models import ContactPoint
from tests.alerts.stage import opened
from tests.cast import Cast
from tests.demo.sinks import Sinks


def found(cast: Cast, **settings: object) -> dict[str, Finding]:
    """Make every check and return what was found, by name."""
    before = cast.app.extensions["nucleus.settings"]
    cast.app.extensions["nucleus.settings"] = replace(before, **settings)
    return {one.what: one for one in checks.run(cast.app)}


def levels(cast: Cast, **settings: object) -> dict[str, Level]:
    """Return how bad each thing is."""
    return {what: one.level for what, one in found(cast, **settings).items()}


@pytest.fixture
def sinks() -> Iterator[Sinks]:
    """The servers outside."""
    with Sinks() as running:
        yield running


def test_a_house_in_which_nothing_runs_says_so(cast: Cast) -> None:
    told = found(cast)
    assert told["sender"].level is Level.BROKEN
    assert "nucleus serve" in told["sender"].remedy
    assert told["way:email"].level is Level.BROKEN
    assert told["way:ntfy"].level is Level.BROKEN
    assert told["lateness"].level is Level.WELL
    assert told["outside"].level is Level.LOOK


def test_a_house_at_work_is_well(cast: Cast, sinks: Sinks) -> None:
    with cast.stage():
        db.session.add(Heartbeat(name=SENDER, process="test:1", at=now(), facts={}))
    mail = MailSettings("127.0.0.1", sinks.smtp_port, "none", "nucleo@example.org")
    told = levels(
        cast, mail=mail, ntfy=NtfySettings(sinks.ntfy_url), heartbeat_url="https://example.org/x"
    )
    assert told["sender"] is told["way:ntfy"] is told["sealed"] is Level.WELL
    assert told["way:email"] is Level.LOOK  # it answers, without encryption
    assert "outside" not in told
    assert sinks.received() == []


def test_what_is_late_what_failed_and_who_has_no_second_factor_are_found(cast: Cast) -> None:
    with cast.stage():
        opened(cast).next_wave_at = now() - timedelta(minutes=5)
        point = db.session.query(ContactPoint).first()
        assert point is not None
        row = Probe(lane="email", contact_point_id=point.id, next_at=now(), trouble="refused")
        db.session.add(row)
    told = found(cast)
    assert told["waves"].level is Level.BROKEN
    assert told["probe:email"].level is Level.BROKEN
    assert "2 coordinator" in told["second_factor"].said


def test_a_house_without_a_channel_or_with_foreign_keys_is_broken(cast: Cast) -> None:
    with cast.stage():
        point = db.session.query(ContactPoint).order_by(ContactPoint.id.desc()).first()
        assert point is not None
        point.sealed_address = b"x" * 60
    told = levels(cast, mail=None, ntfy=None)
    assert told["ways"] is told["sealed"] is Level.BROKEN


def test_a_check_that_stumbles_is_itself_a_finding(cast: Cast) -> None:
    def stumbles(_settings: object) -> list[Finding]:
        raise RuntimeError("oops")

    checks.pin(cast.app, stumbles)
    assert levels(cast)["stumbles"] is Level.LOOK


def test_the_terminal_says_what_is_wrong_and_its_code_how_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUCLEUS_DATA", str(tmp_path / "house"))
    assert CliRunner().invoke(main, ["check"]).exit_code == 2
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    told = CliRunner().invoke(main, ["check"])
    assert told.exit_code == 2
    assert "BROKEN  The database has no tables yet" in told.output
    as_json = json.loads(CliRunner().invoke(main, ["check", "--json"]).output)
    assert {"what": "settings", "level": "well"}.items() <= as_json[0].items()
    monkeypatch.setenv("NUCLEUS_SENDER_THREADS", "many")
    wrong = CliRunner().invoke(main, ["check"])
    assert (wrong.exit_code, "NUCLEUS_SENDER_THREADS" in wrong.output) == (2, True)
