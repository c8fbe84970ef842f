"""An authority's document becomes a draft; nobody is ever asked by it."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from alerts import services
from alerts.cap.models import CapDocument
from alerts.models import Alert, Recipient
from nucleus.ground.database import db
from tests.alerts.api.conftest import maker
from tests.alerts.cap_documents import document, reference
from tests.cast import Cast

TAKE = "/alerts/cap/take"


def hands_in(cast: Cast, client: FlaskClient, raw: bytes, **typed: str) -> TestResponse:
    facts = {"organisation": str(cast.organisation), "count": "3", **typed}
    file = (BytesIO(raw), "../../etc/cap.xml")
    return client.post(TAKE, data={**facts, "document": file}, follow_redirects=True)


def drafts(cast: Cast) -> list[Alert]:
    with cast.stage():
        assert db.session.scalar(select(func.count()).select_from(Recipient)) == 0
        rows = list(db.session.scalars(select(Alert).order_by(Alert.id)))
        db.session.expunge_all()
        return rows


def test_a_document_becomes_a_draft_and_nobody_is_asked(cast_on_both: Cast) -> None:
    cast = cast_on_both
    page = hands_in(cast, cast.signed_in(cast.carla), document())
    assert page.status_code == 200
    assert "A-1001" in page.text
    draft = drafts(cast)[0]
    assert (draft.state, draft.scale, draft.drill) == ("draft", "area", False)
    with cast.app.app_context():
        assert draft.what == "Allerta rossa per pioggia"
    assert (draft.comune, draft.severity, draft.urgency) == ("Aversa (CE)", "Severe", "Immediate")


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_a_drill_of_theirs_is_a_drill_of_ours(cast: Cast, status: str) -> None:
    hands_in(cast, cast.signed_in(cast.carla), document(status=status))
    assert drafts(cast)[0].drill


def test_the_same_document_twice_is_one_draft(cast: Cast) -> None:
    client = cast.signed_in(cast.carla)
    for _ in range(2):
        hands_in(cast, client, document())
    hands_in(cast, client, document(status="Exercise"))
    assert len(drafts(cast)) == 1


@pytest.mark.parametrize(
    ("state", "kind", "outcome", "number"),
    [
        ("draft", "Update", "replaces_draft", 2),
        ("draft", "Cancel", "ends_draft", 1),
        ("open", "Update", "changes_alert", 1),
        ("open", "Cancel", "ends_alert", 1),
        ("closed", "Cancel", "not_ours", 1),
        ("closed", "Update", "drafted", 2),
        ("draft", "Ack", "ignored", 1),
        ("draft", "Error", "ignored", 1),
    ],
)
def test_what_follows_a_document_is_proposed_and_not_done(
    cast: Cast, state: str, kind: str, outcome: str, number: int
) -> None:
    client = cast.signed_in(cast.carla)
    hands_in(cast, client, document())
    with cast.stage():
        alert = db.session.scalars(select(Alert)).one()
        if state == "open":
            alert.not_for_peers = True
            services.open_alert(alert, cast.carla)
        elif state == "closed":
            services.close_alert(alert, "cancelled", cast.carla)
    later = document(identifier="IT-2", kind=kind, references=reference())
    assert hands_in(cast, client, later).status_code == 200
    rows = drafts(cast)
    assert len(rows) == number
    assert rows[0].state == state
    with cast.stage():
        assert db.session.get_one(CapDocument, 2).outcome == outcome


def test_faults_are_told_in_words_and_nothing_is_kept(cast: Cast) -> None:
    client = cast.signed_in(cast.carla)
    bad = hands_in(cast, client, document(status="<b>x</b>"))
    assert bad.status_code == 422
    assert "&lt;status&gt;" in bad.text
    for raw in (b"", b"\x89PNG\r\n", b"x" * 400_000):
        assert hands_in(cast, client, raw).status_code == 422
    assert drafts(cast) == []


def test_what_the_authority_says_stays_words(cast: Cast) -> None:
    client = cast.signed_in(cast.carla)
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}\u202e"
    said = document(area="<areaDesc>x</areaDesc>").decode().replace("Piove molto.", evil)
    page = hands_in(cast, client, said.replace("Allerta rossa per pioggia", evil).encode())
    assert page.status_code == 200
    pages = [page.text, client.get("/alerts/cap/list").text, client.get("/alerts/alert/list").text]
    assert not [text for text in pages if "<script>alert" in text or "\u202e" in text]
    assert "{{ 7*7 }}" in page.text


def test_an_areas_name_may_mean_no_town_at_all(cast: Cast) -> None:
    client = cast.signed_in(cast.carla)
    shapes = {
        "<areaDesc>Zona B4</areaDesc><circle>40.97,14.20 5</circle>": "Aversa (CE)",
        "<areaDesc>Z</areaDesc><polygon>40.9,14.1 41.0,14.1 41.0,14.3 40.9,14.1</polygon>": "CE",
        "<areaDesc>x</areaDesc><geocode><valueName>ISTAT</valueName>"
        "<value>061005</value></geocode>": "Aversa (CE)",
        "<areaDesc>Zona B4</areaDesc>": "None",
        "<areaDesc>Atlantic</areaDesc><circle>0,0 5</circle>": "None",
    }
    for number, area in enumerate(shapes):
        hands_in(cast, client, document(identifier=f"IT-{number}", area=area))
    found = [str(alert.comune) for alert in drafts(cast)]
    assert all(wanted in town for wanted, town in zip(shapes.values(), found, strict=True)), found


def test_nobody_else_takes_in_or_reads_it(cast: Cast) -> None:
    hands_in(cast, cast.signed_in(cast.carla), document())
    foreign = {"organisation": str(cast.other_organisation)}
    assert hands_in(cast, cast.signed_in(cast.carla), document(), **foreign).status_code == 422
    dario = cast.signed_in(cast.dario)
    assert dario.get("/alerts/cap/1/show").status_code == 404
    assert "Allerta rossa" not in dario.get("/alerts/cap/list").text
    assert cast.signed_in(cast.vito).get(TAKE).status_code == 404


def test_a_program_hands_it_in_with_the_scope_to_draft(cast: Cast) -> None:
    robot, reader = maker(cast)("alerts:draft"), maker(cast)("alerts:read")
    bearer = {"Authorization": f"Bearer {robot.token}", "Idempotency-Key": "k" * 8}
    sends = {"content_type": "application/cap+xml", "headers": bearer}
    client = cast.app.test_client()
    first = client.post("/api/v1/cap", data=document(), **sends)
    assert (first.status_code, first.get_json()["outcome"]) == (201, "drafted")
    assert client.post("/api/v1/cap", data=document(), **sends).data == first.data
    bearer["Idempotency-Key"] = "l" * 8
    assert client.post("/api/v1/cap", data=document(), **sends).get_json()["known"] is True
    bearer["Idempotency-Key"] = "m" * 8
    bad = client.post("/api/v1/cap", data=b"<alert/>", **sends)
    assert (bad.status_code, bad.get_json()["errors"][0]["pointer"]) == (422, "alert")
    assert client.post("/api/v1/cap", json={}, headers=bearer).status_code == 415
    bearer["Authorization"] = f"Bearer {reader.token}"
    assert client.post("/api/v1/cap", data=document(), **sends).status_code == 403
    assert len(drafts(cast)) == 1
