"""Settings come from the environment; every mistake is named at once, in words."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from nucleus.cli import main
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.settings import SettingsMistake, read_settings

RING = new_ring_line()


def test_every_mistake_is_named_at_once() -> None:
    environ = {
        "NUCLEUS_KEYS": "a:b",
        "NUCLEUS_COLOUR": "red",
        "NUCLEUS_TIME_ZONE": "Mars/Base",
        "NUCLEUS_LANGUAGES": "it,tlh",
        "NUCLEUS_DATABASE_URL": "mysql://x",
        "NUCLEUS_BASE_URL": "nucleo.example.org",
        "NUCLEUS_MAIL_URL": "http://mail",
        "NUCLEUS_SENDER_THREADS": "many",
    }
    with pytest.raises(SettingsMistake) as mistake:
        read_settings(environ)
    assert all(name in mistake.value.message for name in environ)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(SettingsMistake, match="NUCLEUS_DATABSE_URL is not a setting we know"):
        read_settings({"NUCLEUS_KEYS": RING, "NUCLEUS_DATABSE_URL": "sqlite:///x"})


def test_a_missing_key_ring_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsMistake, match="nucleus init"):
        read_settings({"NUCLEUS_DATA": str(tmp_path)})


def test_a_mistake_never_shows_the_secret_it_is_about() -> None:
    with pytest.raises(SettingsMistake) as mistake:
        read_settings({"NUCLEUS_KEYS": "k1:hunter2hunter2", "NUCLEUS_TIME_ZONE": "x"})
    assert "hunter2" not in mistake.value.message


def test_the_words_about_settings_hold_no_secret() -> None:
    settings = read_settings(
        {
            "NUCLEUS_KEYS": RING,
            "NUCLEUS_MAIL_URL": "smtp://anna:geheim@mail.example.org?security=tls",
            "NUCLEUS_MAIL_FROM": "nucleo@example.org",
            "NUCLEUS_DATABASE_URL": "postgresql://u:geheim@db/n",
        }
    )
    assert "geheim" not in repr(settings)
    assert RING.partition(":")[2] not in repr(settings)
    assert settings.mail is not None
    assert (settings.mail.port, settings.mail.password) == (465, "geheim")
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_init_makes_a_ring_only_its_owner_can_read_and_never_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUCLEUS_DATA", str(tmp_path / "var"))
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    ring = tmp_path / "var" / "key-ring.txt"
    made = ring.read_text()
    assert ring.stat().st_mode & 0o077 == 0
    assert "left as it is" in CliRunner().invoke(main, ["init"]).output.replace("was ", "")
    assert ring.read_text() == made
    assert read_settings({"NUCLEUS_DATA": str(tmp_path / "var")}).ring.keys
