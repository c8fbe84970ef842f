"""Settings come from the environment; every mistake is named at once, in words."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from nucleus.cli import main
from nucleus.ground.crypto import new_ring_line
from nucleus.ground.environment import SettingsMistake, read_settings

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


def test_so_many_letters_are_carried_at_once_unless_said_otherwise() -> None:
    """At 200 ms a letter, 64 threads carry 320 a second; a crowd of thousands needs more."""
    said = {"NUCLEUS_KEYS": RING, "NUCLEUS_SENDER_THREADS": "64"}
    assert read_settings({"NUCLEUS_KEYS": RING}).sender_threads == 128
    assert read_settings(said).sender_threads == 64


def test_addresses_travel_sealed_or_to_a_machine_of_ones_own() -> None:
    said = {"NUCLEUS_KEYS": RING, "NUCLEUS_GEOCODER": "photon+https://photon.example.org/"}
    chosen = read_settings(said).geocoder
    assert chosen
    assert (chosen.kind, chosen.url) == ("photon", "https://photon.example.org")
    said |= {"NUCLEUS_GEOCODER": "pelias+http://geo.lan:4000", "NUCLEUS_OWN_HOSTS": "geo.lan"}
    chosen = read_settings(said).geocoder
    assert chosen
    assert chosen.url == "http://geo.lan:4000"
    assert read_settings({"NUCLEUS_KEYS": RING}).geocoder is None


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(SettingsMistake, match="NUCLEUS_DATABSE_URL is not a setting we know"):
        read_settings({"NUCLEUS_KEYS": RING, "NUCLEUS_DATABSE_URL": "sqlite:///x"})


def test_a_missing_key_ring_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsMistake, match="nucleus init"):
        read_settings({"NUCLEUS_DATA": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("MAIL_URL", "smtp://mail.example.org:abc"),
        ("MAIL_URL", "smtp://mail.example.org:99999"),
        ("MAIL_URL", "smtp://[half"),
        ("BASE_URL", "http://[half"),
        ("BASE_URL", "https://nucleo.example.org:port"),
        ("NTFY_URL", "http://[half"),
        ("DATABASE_URL", "postgresql://somewhere:abc/nucleus"),
        ("KEYS", "\x00"),
        ("GEOCODER", "https://nominatim.example.org"),
        ("GEOCODER", "google+https://maps.example.org"),
        ("GEOCODER", "nominatim+http://nominatim.example.org"),
        ("GEOCODER", "nominatim+https://[half"),
    ],
)
def test_an_address_that_is_half_typed_is_named_too(name: str, typed: str) -> None:
    with pytest.raises(SettingsMistake, match=f"NUCLEUS_{name} "):
        read_settings({"NUCLEUS_KEYS": RING, f"NUCLEUS_{name}": typed})


def test_a_key_ring_that_is_no_text_is_named(tmp_path: Path) -> None:
    ring = tmp_path / "ring"
    ring.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsMistake, match="nucleus init"):
        read_settings({"NUCLEUS_KEYS": str(ring)})


@pytest.mark.parametrize("verb", ["serve", "worker", "upgrade"])
def test_no_verb_starts_without_a_key_ring(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would make a house whose sealed words nobody can open again."""
    monkeypatch.setenv("NUCLEUS_DATA", str(tmp_path / "var"))
    done = CliRunner().invoke(main, [verb])
    assert done.exit_code == 1
    assert "run `nucleus init` to make one" in done.output
    assert not (tmp_path / "var").exists()


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
    assert ring.parent.stat().st_mode & 0o077 == 0, "the database will lie there too"
    assert "left as it is" in CliRunner().invoke(main, ["init"]).output.replace("was ", "")
    assert ring.read_text() == made
    assert read_settings({"NUCLEUS_DATA": str(tmp_path / "var")}).ring.keys


def test_nobody_else_on_the_machine_reads_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the folder was made by somebody else, and is open to all."""
    tmp_path.chmod(0o755)
    monkeypatch.setenv("NUCLEUS_DATA", str(tmp_path))
    before = os.umask(0o022)
    try:
        for verb in ("init", "upgrade"):
            assert CliRunner().invoke(main, [verb]).exit_code == 0
    finally:
        os.umask(before)
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in made} >= {"nucleus.db", "key-ring.txt"}
    assert [path for path in made if path.stat().st_mode & 0o077] == []
