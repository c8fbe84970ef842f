"""What else is there for who needs it is read from lists and tags, and never made up."""

import pytest

from nucleus.resources.accessibility import AIDS, aid_meant, aids_tagged, in_order


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Bagno accessibile", "toilet"),
        ("WC per disabili", "toilet"),
        ("hearing_loop", "hearing_loop"),
        ("posti auto: parcheggio riservato", "parking"),
        ("interprete LIS", "signing"),
        ("Ascensore", "lift"),
        ("Lisbona", None),
        ("Bagno non accessibile", None),
        ("senza ascensore", None),
        ("nessun parcheggio", None),
        ("musica dal vivo", None),
    ],
)
def test_words_of_a_list_mean_an_aid_only_when_they_say_that_it_is_there(
    words: str, code: str | None
) -> None:
    assert aid_meant(words) == code


def test_every_aid_is_understood_by_its_own_code_and_its_own_words() -> None:
    assert [aid_meant(code) for code in AIDS] == list(AIDS)
    assert [aid_meant(str(words)) for words in AIDS.values()] == list(AIDS)


def test_tags_of_openstreetmap_count_unless_they_deny() -> None:
    tags = {
        "toilets:wheelchair": "yes", "capacity:disabled": "2", "stroller": "limited",
        "hearing_loop": "no", "audio_loop": "yes", "elevator": "no", "amenity": "clinic",
    }  # fmt: skip
    assert aids_tagged(tags) == ["toilet", "parking", "pushchair", "hearing_loop"]
    assert aids_tagged({"capacity:disabled": "0"}) == []


def test_codes_come_in_the_order_in_which_people_read_them() -> None:
    assert in_order(["tactile", "toilet", "toilet", "bogus"]) == ["toilet", "tactile"]
