"""Promises of the wordbook: whatever becomes of entries, a search misses none that says a word."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from nucleus.ground.database import db
from nucleus.ground.words import spelt
from nucleus.resources.models import Freshness, Resource
from nucleus.resources.services import Occasion, edit_resource, index_words
from nucleus.resources.wordbook.jobs import forget_unsaid_words
from nucleus.resources.wordbook.models import SearchWord
from nucleus.resources.wordbook.queries import says_one_of, words_holding, words_like
from tests.cast import Cast
from tests.resources.furnish import NAPLES, put_resource, resource

NAMES = (
    "Sportello Città", "مطعم الأمل", "Їдальня «Надія»", "Straße 7", "L'Aquila bis", "x" * 3_000,
    "Ⅷ ² ½ ٣", "a_b%c\"d'e", "İstanbul", "日本語 相談", "SS 18 h24", "Piazza \U0001f600 Sole",
)  # fmt: skip


def scanned(letters: str) -> set[int]:
    """Return the entries that hold these letters, by reading every one of them."""
    rows = db.session.execute(select(Resource.id, Resource.search_text))
    return {number for number, text in rows if letters in text}


def found(letters: str) -> set[int]:
    """Return the entries that hold these letters, by the wordbook."""
    words = words_holding(letters)
    assert words is not None
    return set(db.session.scalars(select(Resource.id).where(says_one_of(words))))


def test_the_wordbook_finds_what_reading_everything_finds(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        numbers = [put_resource(name, what=f"Numero {n}") for n, name in enumerate(NAMES)]
        edit_resource(resource(numbers[0]), {"name": "Palazzo"}, occasion=Occasion())
        resource(numbers[1]).search_text = ""
        index_words(resource(numbers[1]))
        db.session.execute(delete(Freshness).where(Freshness.resource_id == numbers[4]))
        db.session.delete(resource(numbers[4]))
    texts = [spelt(name) for name in NAMES if name != "x" * 3_000]
    parts = st.sampled_from(" ".join(texts).split()).flatmap(
        lambda word: st.tuples(st.just(word), st.integers(0, len(word)), st.integers(1, len(word)))
    )
    with cast_on_both.stage():

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(parts)
        def check(part: tuple[str, int, int]) -> None:
            word, begins, ends = part
            letters = word[begins:ends] or word
            assert found(letters) == scanned(letters), letters

        check()
        assert found("aquila") == found("citta") == set()
        assert found("palazzo") == {numbers[0]}
        assert found("x" * 60) == {numbers[5]}


def test_a_slip_is_near_the_word_that_was_meant_the_likest_first(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        put_resource("Sportello Avversa Aversa Pesca", where=NAPLES)
        assert words_like("averssa")[:2] == ["aversa", "avversa"]
        assert words_like("pexca") == ["pesca"], "no three letters in a row inside are the same"
        assert words_like("qqqq") == words_like("q") == []


def test_words_nobody_says_any_more_are_forgotten_and_no_others(cast_on_both: Cast) -> None:
    with cast_on_both.stage():
        number = put_resource("Studio Rossi Bianchi")
        put_resource("Studio Bianchi")
    with cast_on_both.stage():
        edit_resource(resource(number), {"name": "Studio Verdi"}, occasion=Occasion())
    with cast_on_both.app.app_context():
        assert forget_unsaid_words() == 1
        assert forget_unsaid_words() == 0
    with cast_on_both.stage():
        known = set(db.session.scalars(select(SearchWord.word)))
        assert {"studio", "verdi", "bianchi"} <= known
        assert "rossi" not in known
        assert words_like("rosssi") == []
