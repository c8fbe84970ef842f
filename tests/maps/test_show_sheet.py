"""Promises of the sheet of paper: numbers on a map, telephones, a date, a code; no secret."""

import re
from datetime import timedelta
from itertools import combinations, pairwise

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from maps.earth.geometry import Point
from maps.sheets.drawing import Ground, Picture, pictures
from maps.sheets.marks import Mark
from nucleus.ground.clock import now
from nucleus.places.services import Whereabouts
from nucleus.resources.week import week_words
from tests.cast import Cast
from tests.resources.furnish import AVERSA, NAPLES, SECRET, put_resource

points = st.lists(st.builds(Point, st.floats(36, 46), st.floats(7, 18)) | st.none(), max_size=40)


def test_a_sheet_has_numbers_telephones_a_date_and_a_code(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource("Mensa", where=AVERSA, phones=["+390815550123"], hours="Mo-Fr 12:00-14:00")
        put_resource("Senza punto", where=Whereabouts(comune="Aversa", province="CE"))
        put_resource("Altrove", where=NAPLES)
    page = client.get("/maps/sheet/show?comune=Aversa&lang=en").text
    assert "Altrove" not in page
    assert page.count("<text x") == 3, "one mark, the scale, the north"
    assert '<text class="town"' in page
    for words in ("081 555 0123", "Mon–Fri", "12:00–14:00", "not on the map", "as of", "<svg"):
        assert words in page, words
    assert "/maps/resources/show?comune=Aversa" in page
    assert "style=" not in page


def test_paper_holds_what_strangers_may_know_whoever_prints_it(cast: Cast) -> None:
    with cast.stage():
        put_resource("Rifugio Alba", where=SECRET)
        put_resource("Per chi coordina", visibility="coordinators")
    page = cast.signed_in(cast.carla).get("/maps/sheet/show?lang=en").text
    assert "Rifugio Alba" in page
    assert "we do not say where it is" in page
    for word in ("Segretissimo", "40.9612", "14.1876", "Per chi coordina"):
        assert word not in page


def test_a_question_without_an_answer_prints_a_sentence(client: FlaskClient) -> None:
    page = client.get("/maps/sheet/show?comune=Aversa&lang=en")
    assert page.status_code == 200
    assert "No place fits all of this" in page.text
    assert "sheet-map" not in page.text


@given(points)
def test_every_number_is_on_the_paper_once_and_nothing_hides_it(given: list[Point | None]) -> None:
    drawn = pictures(given, Ground())
    marks = [mark for one in drawn for mark in one.marks]
    numbers = sorted(number for mark in marks if not mark.letter for number in mark.numbers)
    assert numbers == [at for at, point in enumerate(given, start=1) if point]
    assert [mark.letter for mark in marks if mark.letter] == [one.letter for one in drawn[1:]]
    for one in drawn:
        assert not any(mark.covers(other) for mark, other in combinations(one.marks, 2))
        for mark in one.marks:
            assert mark.at(one.wide) - mark.wide / 2 >= 0
            assert mark.at(one.wide) + mark.wide / 2 <= one.wide
            assert 0 <= mark.y <= one.tall


def only(drawn: list[Picture]) -> Picture:
    (one,) = drawn
    return one


def test_the_bar_of_the_scale_is_as_long_as_it_says() -> None:
    drawn = only(pictures([Point(41.0, 14.0), Point(41.0, 14.5)], Ground()))
    first, second = drawn.marks
    km_a_dot = 41.96 / (second.x - first.x)  # half a degree of longitude at 41° north
    assert abs(drawn.scale.length * km_a_dot / drawn.scale.km - 1) < 0.01


def test_a_crowd_far_from_the_others_is_drawn_once_more_larger() -> None:
    crowd = [Point(41.0 + 0.004 * (at % 5), 14.0 + 0.004 * at * 1.7) for at in range(0, 24, 2)]
    first, larger = pictures([Point(46.0, 11.0), *crowd], Ground())
    assert [mark.label for mark in first.marks] == ["1", "A"]
    assert larger.letter == "A"
    assert larger.scale.km < first.scale.km
    assert len(larger.marks) > 5


def test_numbers_that_follow_one_another_are_printed_as_from_to() -> None:
    assert Mark((3, 4, 5, 9), 0, 0).label == "3–5, 9"
    assert Mark((3, 4, 9), 0, 0).label == "3, 4, 9"
    assert max(map(len, Mark(tuple(range(1, 60, 2)), 0, 0).lines)) <= 14


def test_names_of_towns_stay_clear_of_the_marks() -> None:
    near, far = ("Qui", Point(41.0, 14.0)), ("Altrove", Point(41.15, 14.25))
    drawn = only(pictures([Point(41.0, 14.0), Point(41.3, 14.5)], Ground(towns=[near, far])))
    assert [name.words for name in drawn.names] == ["Altrove"]


def test_days_with_the_same_hours_stand_together(cast: Cast) -> None:
    with cast.app.test_request_context("/?lang=en"):
        words = week_words("Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off")
    assert [hours for _, hours in words] == ["08:00–12:00 and 14:00–18:00", "09:00–12:00"]


def test_hours_for_now_stand_before_the_usual_words(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        put_resource(
            "Palestra", hours_words="di sera", hours="Mo-Su 20:00-23:00", emergency_hours="24/7",
            emergency_until=now().date() + timedelta(days=1),
        )  # fmt: skip
    page = client.get("/maps/sheet/show?lang=en").text
    assert "day and night" in page
    assert "di sera" not in page


def test_the_map_of_a_sheet_needs_no_room_on_the_wire(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        for number in range(70):
            put_resource(f"Mensa {number}", where=AVERSA)
    page = client.get("/maps/sheet/show?lang=en").text
    assert "Only the first 60 fit on paper" in page
    shown = [int(n) for n in re.findall(r"<text[^>]*>(\d+)–\d+</text>", page)]
    assert all(a < b for a, b in pairwise(shown))


def test_hours_can_be_read_from_the_right_too(client: FlaskClient, cast: Cast) -> None:
    """Between two figures a line turns round with the letters: words say which comes first."""
    with cast.stage():
        put_resource("Mensa", hours="Mo-Su 12:00-14:00")
    page = client.get("/maps/sheet/show?lang=ar").text
    assert "من 12:00 إلى 14:00" in page
    assert "12:00–14:00" not in page
