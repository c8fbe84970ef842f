"""A public alert goes out as CAP 1.2 and in the feed; an alert for one person never does."""

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from alerts import services
from alerts.models import Alert
from alerts.services import Answer
from nucleus.ground.database import db
from tests.alerts.stage import draft_of, opened, recipient
from tests.cast import Cast
from tests.real_data import real_file

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
FEED, DRILLS = "/alerts/cap/feed.atom", "/alerts/cap/drills.atom"


def text(root: etree._Element, name: str) -> str:
    found = root.find(f".//{CAP}{name}")
    return "" if found is None else found.text or ""


def parsed(answer: TestResponse) -> etree._Element:
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.data)


def raised(cast: Cast, **changes: object) -> Alert:
    return opened(cast, **{"scale": "area", "what": "Carry <water> & bread", **changes})


def entries(client: FlaskClient, feed: str = FEED) -> list[str]:
    root = parsed(client.get(feed))
    return [node.text or "" for node in root.findall(f"{ATOM}entry/{ATOM}id")]


def test_each_turn_of_an_alert_is_a_document_that_refers_to_those_before(
    cast: Cast, client: FlaskClient
) -> None:
    with cast.stage():
        alert = raised(cast)
        for person in (cast.vito, cast.amina):
            services.answer(recipient(alert, person), Answer.COMING, by=person)
        services.withdraw(recipient(alert, cast.vito), by=cast.vito)
        services.answer(recipient(alert, cast.luca), Answer.COMING, by=cast.luca)
        services.close_alert(alert, "resolved", cast.carla)
    told = [parsed(client.get(f"/alerts/cap/A-1001.{n}.xml")) for n in range(1, 6)]
    assert [text(root, "msgType") for root in told] == ["Alert"] + ["Update"] * 4
    assert [len(text(root, "references").split()) for root in told] == [0, 1, 2, 3, 4]
    assert [text(root, "responseType") for root in told] == ["None"] * 4 + ["AllClear"]
    first = text(told[1], "references").split(",")
    assert first == [text(told[0], name) for name in ("sender", "identifier", "sent")]
    assert text(told[0], "description") == "Carry <water> & bread"
    assert text(told[0], "value") == "061005"
    assert text(told[0], "circle").startswith("40.97")
    assert client.get("/alerts/cap/A-1001.6.xml").status_code == 404


def test_a_mistake_is_called_off(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        services.close_alert(raised(cast), "cancelled", cast.carla)
    assert text(parsed(client.get("/alerts/cap/A-1001.2.xml")), "msgType") == "Cancel"


@pytest.mark.parametrize(
    "changes",
    [
        {"scale": "person"},
        {"scale": "person", "help": True},
        {"person_id": 6},
        {"not_for_peers": True},
        {"help": True},
    ],
)
def test_what_is_for_one_person_is_nowhere(
    cast: Cast, client: FlaskClient, changes: dict[str, object]
) -> None:
    with cast.stage():
        services.close_alert(raised(cast, **changes), "resolved", cast.carla)
    for path in ("/alerts/cap/A-1001.1.xml", "/alerts/cap/A-1001.2.xml"):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert entries(client) == entries(client, DRILLS) == []


def test_a_draft_is_nowhere(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        services.draft_alert(draft_of(cast, scale="area"), cast.carla)
        services.close_alert(db.session.get_one(Alert, 1), "cancelled", cast.carla)
    assert client.get("/alerts/cap/A-1001.1.xml").status_code == 404
    assert entries(client) == []


def test_a_drill_says_so_and_stands_in_a_feed_of_its_own(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        raised(cast, drill=True)
    assert entries(client) == []
    assert len(entries(client, DRILLS)) == 1
    root = parsed(client.get("/alerts/cap/A-1001.1.xml"))
    assert text(root, "status") == "Exercise"
    assert text(root, "headline").startswith(("ESERCITAZIONE", "DRILL"))


def test_the_feed_leads_to_the_last_document_and_is_read_once(
    cast_on_both: Cast,
) -> None:
    cast, client = cast_on_both, cast_on_both.app.test_client()
    with cast.stage():
        raised(cast)
        services.close_alert(raised(cast), "resolved", cast.carla)
    assert [entry.rpartition("/")[2] for entry in entries(client)] == [
        "A-1002.2.xml", "A-1001.1.xml"
    ]  # fmt: skip
    answer = client.get(FEED)
    assert answer.content_type.startswith("application/atom+xml")
    assert "public" in answer.headers["Cache-Control"]
    mark = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(FEED, headers=mark).status_code == 304
    document = client.get("/alerts/cap/A-1001.1.xml")
    assert document.content_type.startswith("application/cap+xml")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["x", "A-1", "A-1001", "A-1001.", "A-.1", "A-0.0", "A-" + "9" * 20, "A-٣.1", "%00"]
)
def test_any_other_name_is_no_document(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/alerts/cap/{name}.xml")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_every_document_holds_to_the_schema(cast: Cast, client: FlaskClient) -> None:
    schema = etree.XMLSchema(file=str(real_file("schemas/cap/CAP-v1.2.xsd")))
    awkward = "\x0b\ufffe <b>&amp; " + "\U0001f30a" + " ]]>"
    with cast.stage():
        services.close_alert(raised(cast, what=awkward), "resolved", cast.carla)
        services.close_alert(raised(cast, lat=None, lon=None), "cancelled", cast.carla)
        raised(cast, drill=True, comune=None)
    for number, count in ((1001, 2), (1002, 2), (1003, 1)):
        for place in range(1, count + 1):
            schema.assertValid(parsed(client.get(f"/alerts/cap/A-{number}.{place}.xml")))
