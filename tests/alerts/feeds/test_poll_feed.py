"""An authority's feed is read by itself: drafts come of it, and no message."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.cap.models import CapDocument
from alerts.feeds import polling
from alerts.feeds.models import TRIES, Feed, FeedEntry
from alerts.feeds.services import FeedDraft, add_feed, stop_feed
from alerts.models import Alert
from maps.locating.gazetteer import the_gazetteer
from nucleus.ground import clock
from nucleus.ground.boards import jobs
from nucleus.ground.clock import now
from nucleus.ground.database import db
from nucleus.messages.models import Message
from tests.alerts.cap_documents import document, reference
from tests.alerts.feeds.authority import Authority, opened
from tests.cast import Cast


@pytest.fixture
def authority() -> Iterator[Authority]:
    with opened() as there:
        yield there


def listen(cast: Cast, there: Authority, **more: Any) -> int:
    with cast.stage():
        draft = FeedDraft(
            name="x", url=f"{there.base}/feed", organisation_id=cast.organisation, **more
        )
        return add_feed(draft, by=cast.carla).id


def look(cast: Cast, feed: int) -> Feed:
    """Look at a feed, due or not; return its row."""
    with cast.stage():
        db.session.get_one(Feed, feed).due_at = now()
    with cast.app.app_context():
        polling.poll(feed)
    with cast.stage():
        row = db.session.get_one(Feed, feed)
        db.session.expunge(row)
        return row


def outcomes(cast: Cast) -> list[str]:
    with cast.stage():
        return list(db.session.scalars(select(FeedEntry.outcome).order_by(FeedEntry.id)))


def drafts(cast: Cast) -> list[tuple[str, str | None]]:
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 0
        rows = db.session.execute(select(Alert.state, Alert.comune).order_by(Alert.id))
        return [(state, comune) for state, comune in rows]


@pytest.mark.parametrize("rss", [False, True])
def test_a_warning_becomes_a_draft_once_and_nobody_is_told(
    cast_on_both: Cast, authority: Authority, rss: bool
) -> None:
    cast, feed = cast_on_both, listen(cast_on_both, authority)
    authority.publish(document(), rss=rss)
    row = look(cast, feed)
    assert (row.trouble, row.tries, row.well_at is not None) == (None, 0, True)
    assert drafts(cast) == [("draft", "Aversa (CE)")]
    assert authority.asked == ["/feed", "/0.xml"], "the link that says CAP, on the same machine"
    authority.etag = '"two"'
    look(cast, feed)
    assert authority.asked[2:] == ["/feed"], "what was taken in is not asked for again"
    assert (len(drafts(cast)), outcomes(cast)) == (1, ["taken"])


def test_nothing_new_costs_nothing(cast: Cast, authority: Authority) -> None:
    feed = listen(cast, authority)
    authority.publish(document())
    look(cast, feed)
    row = look(cast, feed)
    assert authority.headers[-1]["if-none-match"] == '"one"'
    assert (row.trouble, row.etag, outcomes(cast)) == (None, '"one"', ["taken"])


def test_an_update_and_a_cancel_follow_what_they_speak_of(cast: Cast, authority: Authority) -> None:
    far = "<areaDesc>Bolzano</areaDesc>"
    near = the_gazetteer().find("Teverola (CE)")[0].place
    feed = listen(cast, authority, place=near, km=20, least="Severe")
    small = document(identifier="b", kind="Update", references=reference(), area=far)
    small = small.replace(b"<severity>Severe", b"<severity>Minor")
    over = document(identifier="c", kind="Cancel", references=reference())
    strange = document(identifier="d", kind="Cancel", references=reference("never-came"))
    authority.publish(document(), small, over, strange)
    look(cast, feed)
    assert outcomes(cast) == ["taken", "taken", "taken", "not_ours"]
    with cast.stage():
        came = list(db.session.scalars(select(CapDocument.outcome).order_by(CapDocument.id)))
    assert came == ["drafted", "replaces_draft", "ends_draft"]
    assert {state for state, _ in drafts(cast)} == {"draft"}, "a person decides, not the feed"


def test_what_concerns_nobody_here_is_left_out_and_said(cast: Cast, authority: Authority) -> None:
    near = the_gazetteer().find("Teverola (CE)")[0].place
    feed = listen(cast, authority, place=near, km=20)
    told = document().decode()
    severe, end = "<severity>Severe", "<headline>"
    authority.publish(
        document(identifier="a", area="<areaDesc>Bolzano</areaDesc>"),
        told.replace("IT-2026-0001", "b").replace(severe, "<severity>Minor").encode(),
        document(identifier="c", status="Test"),
        told.replace("IT-2026-0001", "d")
        .replace(end, f"<expires>2020-01-01T00:00:00+01:00</expires>{end}")
        .encode(),
        document(identifier="e", area="<areaDesc>Zona di allertamento 7</areaDesc>"),
        document(identifier="f", area="<areaDesc>Campania</areaDesc>"),
    )
    look(cast, feed)
    assert outcomes(cast) == ["elsewhere", "minor", "drill", "past", "taken", "taken"]


@pytest.mark.parametrize(
    ("status", "more", "trouble"),
    [
        (500, {}, "status 500"),
        (429, {"Retry-After": "3600"}, "status 429"),
        (302, {"Location": "http://169.254.169.254/"}, "moved"),
        (404, {}, "status 404"),
    ],
)
def test_a_feed_that_fails_is_asked_less_often_and_says_why(
    cast: Cast, authority: Authority, status: int, more: dict[str, str], trouble: str
) -> None:
    feed = listen(cast, authority)
    authority.publish(document())
    authority.says["/feed"] = (status, more)
    with clock.held_at(now()):
        first, second = look(cast, feed), look(cast, feed)
        pauses = [first.due_at - now(), second.due_at - now()]
    assert (second.trouble, second.tries, second.well_at) == (trouble, 2, None)
    wanted = [timedelta(minutes=10), timedelta(minutes=20)]
    assert pauses == ([timedelta(hours=1)] * 2 if more.get("Retry-After") else wanted)
    assert authority.asked == ["/feed", "/feed"], "no redirect is followed"
    authority.says.clear()
    assert (look(cast, feed).tries, outcomes(cast)) == (0, ["taken"])


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"<html><body>Login</body></html>", "not_feed"),
        (b'<!DOCTYPE f [<!ENTITY a "aaaa">]><feed>&a;</feed>', "has_dtd"),
        (b"<feed><entry>", "not_xml"),
        (b"\x1f\x8b\x08 compressed", "not_xml"),
        (b"<feed>" + b"<a>" * 60 + b"</a>" * 60 + b"</feed>", "too_much"),
        (b"<feed>" + b" " * 4_000_001 + b"</feed>", "too_large"),
    ],
)
def test_whatever_an_address_sends_the_house_stands(
    cast: Cast, authority: Authority, body: bytes, trouble: str
) -> None:
    feed = listen(cast, authority)
    authority.lies["/feed"] = body
    assert look(cast, feed).trouble == trouble
    assert drafts(cast) == []


def test_one_bad_document_keeps_no_other_out(cast: Cast, authority: Authority) -> None:
    feed = listen(cast, authority)
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><alert>&b;</alert>'
    authority.publish(bomb, document(), b"")
    row = look(cast, feed)
    assert outcomes(cast) == ["faulty", "taken", "unreached"]
    assert (row.trouble, row.etag) == (None, None), "one must be asked for again: no mark is kept"
    for _ in range(TRIES):
        row = look(cast, feed)
    assert (authority.asked.count("/2.xml"), row.etag) == (TRIES, '"one"')


def test_a_long_feed_is_taken_in_bit_by_bit(cast: Cast, authority: Authority) -> None:
    feed = listen(cast, authority)
    many = [document(identifier=f"n{n}") for n in range(polling.MOST_AT_ONCE + 3)]
    authority.publish(*many)
    with clock.held_at(now()):
        assert look(cast, feed).due_at == now() + polling.SOON
        assert len(drafts(cast)) == polling.MOST_AT_ONCE
        assert look(cast, feed).due_at == now() + polling.EVERY
    assert len(drafts(cast)) == len(many)


def test_a_document_inside_the_feed_needs_no_second_question(
    cast: Cast, authority: Authority
) -> None:
    feed = listen(cast, authority)
    inside = document(head="").decode()
    entry = f"<entry><id>x</id><content type='text/xml'>{inside}</content></entry>"
    authority.lies["/feed"] = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode()
    look(cast, feed)
    assert (authority.asked, outcomes(cast)) == (["/feed"], ["taken"])


def test_a_single_document_is_a_feed_of_one(cast: Cast, authority: Authority) -> None:
    feed = listen(cast, authority)
    authority.lies["/feed"] = document()
    look(cast, feed)
    assert outcomes(cast) == ["taken"]


def test_an_address_inside_our_own_network_is_never_dialled(cast: Cast) -> None:
    for address in ("https://10.0.0.1/", "https://[::1]/", "http://example.org/", "https://a..b/"):
        with cast.stage():
            draft = FeedDraft(name="x", url=address, organisation_id=cast.organisation)
            feed = add_feed(draft, by=cast.carla).id
        assert look(cast, feed).trouble is not None, address
    assert drafts(cast) == []


def test_a_feed_that_says_it_is_gone_or_is_stopped_is_asked_no_more(
    cast: Cast, authority: Authority
) -> None:
    gone = listen(cast, authority)
    authority.lies["/feed"], authority.says["/feed"] = b"x", (410, {})
    assert look(cast, gone).stopped_at is not None
    stopped = listen(cast, authority)
    with cast.stage():
        stop_feed(db.session.get_one(Feed, stopped), by=cast.carla)
    asked = len(authority.asked)
    for feed in (gone, stopped):
        look(cast, feed)
    assert len(authority.asked) == asked


def test_two_processes_look_once(cast_on_both: Cast, authority: Authority) -> None:
    feed = listen(cast_on_both, authority)
    with cast_on_both.app.app_context():
        assert polling.claim(feed) is not None
        assert polling.claim(feed) is None


def test_the_sweep_finds_what_is_due(cast: Cast, authority: Authority) -> None:
    feed = listen(cast, authority)
    authority.publish(document())
    went: list[int] = []
    cast.app.extensions["nucleus.feeds"].go = went.append
    [job] = [each for each in cast.app.extensions["nucleus.jobs"] if each.name == "poll_feeds"]
    with cast.app.app_context():
        assert jobs.run(job)
        polling.poll(feed)
        assert jobs.run(job)
    assert went == [feed]
