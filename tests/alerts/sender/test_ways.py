"""The ways of a lane: those of the settings, those rooms add, fresh without a restart."""

from collections.abc import Iterable
from dataclasses import replace

from flask import Flask

from alerts.sender import ways
from alerts.sender.engine import run_until_idle
from alerts.sender.letters import NtfyServer
from alerts.sender.ways import Way, ways_of
from nucleus.ground.clock import held_at
from nucleus.messages.services import post_message
from tests.alerts.sender.outside import World
from tests.alerts.sender.test_engine import NOON
from tests.cast import Cast
from tests.messages.helpers import draft, rows, to


def second_ntfy(**more: object) -> Way:
    """Return an ntfy account that ranks behind the settings' own."""
    told = {"label": "ntfy:other", "lane": "ntfy", "host": "other", "rank": 60}
    return Way(**(told | {"provider": NtfyServer("https://other.example")} | more))  # type: ignore[arg-type]


def labels(app: Flask, lane: str) -> list[str]:
    return [way.label for way in ways_of(app).get(lane, ())]


def test_the_settings_servers_are_ways(app: Flask) -> None:
    assert labels(app, "email") == ["email:127.0.0.1:9"]
    assert labels(app, "ntfy") == ["ntfy:127.0.0.1:9"]
    assert labels(app, "sms") == []


def test_replaced_settings_count_at_once(app: Flask) -> None:
    assert labels(app, "ntfy")
    chosen = app.extensions["nucleus.settings"]
    app.extensions["nucleus.settings"] = replace(chosen, ntfy=None)
    assert labels(app, "ntfy") == []


def test_an_added_way_stands_in_its_rank_without_a_restart(app: Flask) -> None:
    found = [second_ntfy()]
    ways.pin(app, lambda: found)
    assert labels(app, "ntfy") == ["ntfy:127.0.0.1:9", "ntfy:other"]
    found[:] = [second_ntfy(rank=1)]
    ways.forget(app)
    assert labels(app, "ntfy") == ["ntfy:other", "ntfy:127.0.0.1:9"]


def test_whoever_stumbles_while_gathering_keeps_what_was_known(app: Flask) -> None:
    answers: list[list[Way]] = [[second_ntfy()]]

    def gather() -> Iterable[Way]:
        return answers.pop()

    ways.pin(app, gather)
    assert len(labels(app, "ntfy")) == 2
    app.extensions["nucleus.ways"].gathered -= 2 * ways.GATHER_EVERY
    assert len(labels(app, "ntfy")) == 2
    assert answers == []


def test_the_row_names_the_way_that_took_it(cast_on_both: Cast) -> None:
    with held_at(NOON):
        with cast_on_both.stage():
            post_message(draft(), to(cast_on_both.vito), step_seconds=60)
        run_until_idle(cast_on_both.app, send=World().send)
    with cast_on_both.stage():
        assert [row.provider for row in rows()] == ["email:127.0.0.1:9", None]


def test_no_way_says_anything_secret_of_itself(app: Flask) -> None:
    chosen = app.extensions["nucleus.settings"]
    mail = replace(chosen.mail, user="u", password="hush-hush")
    app.extensions["nucleus.settings"] = replace(chosen, mail=mail)
    assert "hush-hush" not in repr(ways_of(app))
