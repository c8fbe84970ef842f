"""Figures for whoever watches the machine: off by default, numbers only, in Prometheus' format."""

import re
from dataclasses import replace

import pytest

from alerts import services
from alerts.services import Answer
from nucleus.ground.environment import SettingsMistake, read_settings
from tests.alerts.stage import opened, recipient
from tests.cast import Cast

TOKEN = "a-token-nobody-guesses"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
LABELS = r'\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\}'
LINE = re.compile(
    r"# (HELP [a-z_]+ [^\n]+|TYPE [a-z_]+ (gauge|histogram))"
    rf"|[a-z_]+({LABELS})? [0-9]+(\.[0-9]+)?(e-?[0-9]+)?"
)


def watched(cast: Cast, **chosen: object) -> None:
    held = cast.app.extensions["nucleus.settings"]
    cast.app.extensions["nucleus.settings"] = replace(held, **chosen)


def figures(cast: Cast) -> dict[str, float]:
    text = cast.app.test_client().get("/metrics", headers=SHOWN).text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_it_is_off_unless_the_operator_says_otherwise(cast: Cast) -> None:
    client = cast.app.test_client()
    assert client.get("/metrics", headers=SHOWN).status_code == 404
    assert cast.signed_in(cast.carla).get("/metrics").status_code == 404


def test_only_who_shows_the_token_reads_them(cast: Cast) -> None:
    watched(cast, metrics_token=TOKEN)
    client = cast.app.test_client()
    assert client.get("/metrics", headers=SHOWN).status_code == 200
    for shown in ("", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer ò"):
        given = {"Authorization": shown.encode().decode("latin-1")}
        assert client.get("/metrics", headers=given).status_code == 404, shown


def test_a_named_machine_reads_them_but_not_the_world_behind_a_proxy(cast: Cast) -> None:
    watched(cast, metrics_hosts=("10.0.0.5",))
    client = cast.app.test_client()
    for address, more, status in (
        ("10.0.0.5", {}, 200),
        ("10.0.0.6", {}, 404),
        ("10.0.0.5", {"X-Forwarded-For": "10.0.0.5"}, 404),
    ):
        found = client.get("/metrics", headers=more, environ_base={"REMOTE_ADDR": address})
        assert found.status_code == status


def test_every_line_is_as_the_format_asks_and_tells_of_nobody(cast_on_both: Cast) -> None:
    cast = cast_on_both
    watched(cast, metrics_token=TOKEN)
    with cast.stage():
        alert = opened(cast, what="she can't be alone")
        services.answer(recipient(alert, cast.vito), Answer.COMING, by=cast.vito)
    text = cast.app.test_client().get("/metrics", headers=SHOWN).text
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    for private in ("alone", "Vito", "Carla", "Aversa", "A-1001", "@"):
        assert private not in text
    found = figures(cast)
    assert found['nucleus_alerts{state="open",drill="no",followed="yes"}'] == 1
    assert found['nucleus_people_asked_last_day{state="accepted"}'] == 1
    assert found['nucleus_deliveries_last_day{channel="email",outcome="queued"}'] >= 1
    assert found["nucleus_outbox_waiting"] >= found['nucleus_outbox_due{channel="email"}'] >= 1


def test_how_long_requests_took_is_counted_in_buckets_that_grow(cast: Cast) -> None:
    watched(cast, metrics_token=TOKEN)
    for _ in range(3):
        cast.app.test_client().get("/health/live")
    found = figures(cast)
    health = [value for name, value in found.items() if "_bucket{" in name and '"health"' in name]
    assert health == sorted(health)
    assert health[-1] == 3


@pytest.mark.parametrize("typed", ["short", "è" * 30])
def test_a_token_that_can_be_guessed_is_a_mistake(typed: str) -> None:
    with pytest.raises(SettingsMistake, match="METRICS_TOKEN must have"):
        read_settings({"NUCLEUS_METRICS_TOKEN": typed})
