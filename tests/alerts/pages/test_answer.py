"""The answer by link: opening shows, pressing answers, and nobody else learns anything."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.models import Recipient
from nucleus.accounts.models import Refusal
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from tests.alerts.pages.conftest import Scene
from tests.reading import has_word

LIGHT = 15_000
CHANGES = (Recipient, LogEntry, Refusal)


def rows(scene: Scene) -> list[tuple[object, ...]]:
    """Return everything a page could have changed."""
    with scene.cast.stage():
        kept = [tuple(row) for row in db.session.execute(select(*Recipient.__table__.columns))]
        counts = [db.session.scalar(select(func.count()).select_from(t)) for t in CHANGES]
        return [*kept, tuple(counts)]


def test_opening_the_link_changes_nothing_since_mail_scanners_open_it_too(scene: Scene) -> None:
    before, path = rows(scene), scene.link(scene.cast.vito)
    for method in ("get", "head", "get"):
        assert getattr(scene.cast.app.test_client(), method)(path).status_code == 200
    assert rows(scene) == before


def test_the_page_is_light_has_no_script_and_leaves_no_cookie(scene: Scene) -> None:
    client = scene.cast.app.test_client()
    style = (Path(client.application.static_folder or "") / "css/light.css").read_bytes()
    for person in (scene.cast.vito, scene.cast.amina):
        for language in ("it", "en", "ar"):
            answer = client.get(scene.link(person) + f"?lang={language}")
            page = answer.get_data()
            assert len(page) + len(style) < LIGHT, language
            assert b"<script" not in page
            assert "Set-Cookie" not in answer.headers


def test_no_search_engine_no_preview_and_no_other_site_learns_of_the_link(scene: Scene) -> None:
    answer = scene.cast.app.test_client().get(scene.link(scene.cast.vito))
    page = answer.get_data(as_text=True)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "noindex" in page
    assert "og:" not in page
    assert "<title>A-1001</title>" in page


def test_before_a_yes_the_page_names_neither_the_person_nor_the_meeting_place(scene: Scene) -> None:
    page = scene.cast.app.test_client().get(scene.link(scene.cast.vito)).get_data(as_text=True)
    assert "Teverola" in page
    assert not has_word(page, "Bea")
    assert "library" not in page


def test_after_a_yes_the_link_still_shows_nothing_private_since_links_are_forwarded(
    scene: Scene,
) -> None:
    page = scene.says(scene.cast.vito, "coming", minutes="15")
    assert scene.state(scene.cast.vito) == "accepted"
    assert not has_word(page, "Bea")
    assert "library" not in page
    assert 'href="tel:+390815550100"' in page
    assert 'name="way" value="email"' in page


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("45", 45), ("2 hours", 120), ("2 ore", 120), ("mezz’ora", 30), ("٢٠", 20), ("1h30", 90)],
)
def test_one_s_own_minutes_are_read_as_people_write_them(
    scene: Scene, typed: str, minutes: int
) -> None:
    scene.says(scene.cast.vito, "coming", later=typed)
    with scene.cast.stage():
        assert scene.recipient(scene.cast.vito).eta_minutes == minutes


def test_minutes_are_found_in_the_words_and_the_words_stay(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming", words="yes in 2 hours")
    with scene.cast.stage():
        mine = scene.recipient(scene.cast.vito)
        assert (mine.eta_minutes, mine.words) == (120, "yes in 2 hours")


def test_the_button_under_a_notice_answers_though_it_names_no_form(scene: Scene) -> None:
    client = scene.cast.app.test_client()
    path = scene.link(scene.cast.vito)
    sent = {"data": b"deed=coming", "content_type": "text/plain; charset=utf-8"}
    assert client.post(path, **sent).status_code == 303
    assert scene.state(scene.cast.vito) == "accepted"
    assert client.post(path, **sent).status_code == 303
    huge = client.post(path, data=b"deed=cant&" + b"x" * 5000, content_type="text/plain")
    assert huge.status_code == 422
    assert scene.state(scene.cast.vito) == "accepted"


def test_a_question_reaches_the_coordinator_at_once_and_stands_on_the_board(scene: Scene) -> None:
    scene.says(scene.cast.vito, "know_more", words="Is there a lift?")
    scene.says(scene.cast.vito, "know_more", words="Is there a lift?")
    with scene.cast.stage():
        told = db.session.scalars(select(Message).where(Message.kind == "wants_to_know")).all()
        assert len(told) == 1
        assert "lift" not in str(told[0].texts)
        to = select(Delivery.person_id).where(Delivery.message_id == told[0].id)
        assert set(db.session.scalars(to)) == {scene.cast.carla}
    board = scene.cast.signed_in(scene.cast.carla).get(f"/alerts/alert/{scene.alert}/board").text
    assert "Is there a lift?" in board


def test_minutes_and_own_words_are_kept(scene: Scene) -> None:
    said = {"minutes": "later", "later": "45", "words": "I bring the van"}
    scene.says(scene.cast.vito, "coming", **said)
    with scene.cast.stage():
        mine = scene.recipient(scene.cast.vito)
        assert (mine.eta_minutes, mine.words) == (45, "I bring the van")


def test_a_yes_without_minutes_is_a_yes(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming", minutes="later")
    assert scene.state(scene.cast.vito) == "accepted"


@pytest.mark.parametrize(
    "said", [{"deed": "dance"}, {}, {"deed": "coming", "words": "x" * 201},
             {"deed": "coming", "minutes": "later", "later": "soon"},
             {"deed": "coming", "later": "at 8"}, {"deed": "coming", "later": "9" * 41}]
)  # fmt: skip
def test_what_can_not_be_read_is_said_and_changes_nothing(
    scene: Scene, said: dict[str, str]
) -> None:
    answer = scene.cast.app.test_client().post(scene.link(scene.cast.vito), data=said)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert scene.state(scene.cast.vito) == "alerted"


def test_two_answers_at_once_and_the_second_sees_what_holds(scene: Scene) -> None:
    first = scene.says(scene.cast.vito, "coming", minutes="30")
    second = scene.says(scene.cast.vito, "coming", minutes="60")
    assert scene.state(scene.cast.vito) == "accepted"
    assert "You said: in 30 minutes" in first
    assert "Thank you: you are coming" in second


def test_who_comes_too_late_is_thanked_and_need_not_come(scene: Scene) -> None:
    path = scene.link(scene.cast.luca)
    scene.says(scene.cast.amina, "coming")
    scene.says(scene.cast.vito, "coming")
    answer = scene.cast.app.test_client().post(path, data={"deed": "coming"}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "enough people are coming" in page
    assert not has_word(page, "Bea")
    assert scene.state(scene.cast.luca) == "released"


def test_a_yes_can_be_taken_back_and_the_names_are_gone_again(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming")
    page = scene.says(scene.cast.vito, "cant", words="The car broke down")
    assert scene.state(scene.cast.vito) == "declined"
    assert not has_word(page, "Bea")
    assert "library" not in page


def test_arrived_and_done_are_told_from_the_same_page(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming")
    assert "You are there" in scene.says(scene.cast.vito, "arrived")
    assert "You have finished" in scene.says(scene.cast.vito, "done")


def test_a_button_that_does_not_fit_the_state_changes_nothing(scene: Scene) -> None:
    scene.says(scene.cast.vito, "arrived")
    with scene.cast.stage():
        mine = scene.recipient(scene.cast.vito)
        assert (mine.state, mine.arrived_at) == ("alerted", None)


def test_who_wants_to_know_more_stays_asked_and_is_told_that_someone_rings(scene: Scene) -> None:
    page = scene.says(scene.cast.vito, "know_more")
    assert "a coordinator will call you" in page
    assert scene.state(scene.cast.vito) == "alerted"


def test_after_the_end_the_link_says_so_and_shows_no_name(scene: Scene) -> None:
    scene.says(scene.cast.vito, "coming")
    path = scene.link(scene.cast.vito)
    scene.close()
    client = scene.cast.app.test_client()
    for answer in (client.get(path), client.post(path, data={"deed": "cant"})):
        assert answer.status_code == 410
        assert "This alert is over" in answer.get_data(as_text=True)
        assert not has_word(answer.get_data(as_text=True), "Bea")
    assert scene.state(scene.cast.vito) == "accepted"


def test_a_cut_foreign_or_invented_link_reveals_nothing(scene: Scene) -> None:
    whole = scene.link(scene.cast.vito)
    foreign = whole.partition("-")[0] + "-" + scene.link(scene.cast.luca).partition("-")[2]
    client = scene.cast.app.test_client()
    for path in (whole[:-1], whole + "x", foreign, "/a/x", "/a/zzzzzzzzzzzzz-" + "A" * 22, "/a/0-"):
        for answer in (client.get(path), client.post(path, data={"deed": "coming"})):
            assert answer.status_code == 404
            page = answer.get_data(as_text=True)
            assert "This link does not work" in page
            assert "Teverola" not in page
    assert scene.state(scene.cast.vito) == "alerted"


def test_who_tries_many_links_has_to_wait_but_a_true_link_always_opens(scene: Scene) -> None:
    client = scene.cast.app.test_client()
    codes = [client.get(f"/a/1-{number:022}").status_code for number in range(22)]
    assert codes == [404] * 20 + [429] * 2
    assert client.get(scene.link(scene.cast.vito)).status_code == 200
    with scene.cast.stage():
        assert db.session.scalar(select(func.count(Refusal.id))) == 20


def test_each_reads_it_in_their_language_and_may_switch(scene: Scene) -> None:
    with scene.cast.stage():
        scene.recipient(scene.cast.amina).person.language = "ar"
    client = scene.cast.app.test_client()
    mine = client.get(scene.link(scene.cast.amina)).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in mine
    other = client.get(scene.link(scene.cast.amina) + "?lang=en").get_data(as_text=True)
    assert '<html lang="en" dir="ltr">' in other
    assert "?lang=en" in other.split("<form")[1].split(">")[0]
