"""Whatever an outsider sends as CAP: a document, or faults named by element and line."""

import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.cap.model import Area, CapAlert, Circle, Info, Reference
from alerts.cap.reading import read
from alerts.cap.words import FAULTS
from alerts.cap.writing import written
from tests.alerts.cap_documents import document, reference

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


def ring(points: int) -> str:
    inside = " ".join(f"40.{n:05},14.2" for n in range(points - 1))
    return f"<areaDesc>x</areaDesc><polygon>{inside} 40.00000,14.2</polygon>"


def shaped(shape: str) -> bytes:
    return document(area=f"<areaDesc>x</areaDesc>{shape}")


def words(raw: bytes) -> list[tuple[str, str]]:
    reading = read(raw)
    assert reading.document is None
    assert all(fault.word in FAULTS and fault.line >= 1 for fault in reading.faults)
    return [(fault.word, fault.element) for fault in reading.faults]


def test_a_good_document_is_read_whole() -> None:
    found = read(document(area="<areaDesc>Aversa</areaDesc><circle>40.9,14.2 3</circle>")).document
    assert found is not None
    assert (found.identifier, found.status, found.sent.isoformat()) == (
        "IT-2026-0001", "Actual", "2026-11-22T02:00:00+01:00",
    )  # fmt: skip
    assert found.infos[0].areas[0].circles == (Circle(40.9, 14.2, 3.0),)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", ("not_xml", "alert")),
        (b"\x00" * 50, ("not_xml", "alert")),
        (document()[:300], ("not_xml", "alert")),
        (document().replace(b"UTF-8", b"UTF-7"), ("not_xml", "alert")),
        (document().replace(b"UTF-8", b"no-such"), ("not_xml", "alert")),
        (document().replace(b"UTF-8", b"UTF-16"), ("not_xml", "alert")),
        (document().replace(b"Piove", b"\xff\xfe"), ("not_xml", "alert")),
        (document(head=BOMB).replace(b"Piove", b"&j;"), ("has_dtd", "alert")),
        (document(head='<!DOCTYPE alert SYSTEM "file:///etc/passwd">'), ("has_dtd", "alert")),
        (document(head='<!DOCTYPE a [<!ENTITY % x SYSTEM "u:x"> %x;]>'), ("has_dtd", "alert")),
        (document().replace(b"Piove", b"&xxe;"), ("not_xml", "alert")),
        (document(namespace="urn:oasis:names:tc:emergency:cap:1.1"), ("other_version", "alert")),
        (document(namespace=""), ("other_version", "alert")),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", ("not_cap", "feed")),
        (document(identifier=""), ("missing", "identifier")),
        (document(identifier="a b"), ("not_understood", "identifier")),
        (document(identifier="x" * 201), ("not_understood", "identifier")),
        (document(status="Real"), ("no_such_word", "status")),
        (document(kind="Panic"), ("no_such_word", "msgType")),
        (document(references="a,b"), ("not_understood", "references")),
        (document(references=" ".join([reference()] * 51)), ("not_understood", "references")),
        (document(after="<scope>Private</scope>"), ("twice", "scope")),
        (document(area="<circle>1,2 3</circle>"), ("missing", "areaDesc")),
        (shaped("<circle>91,2 3</circle>"), ("not_understood", "circle")),
        (shaped("<circle>1,2 1e9</circle>"), ("not_understood", "circle")),
        (shaped("<circle>nan,inf 1</circle>"), ("not_understood", "circle")),
        (shaped("<polygon>1,2 3,4 1,2</polygon>"), ("not_understood", "polygon")),
        (document(area=ring(1_002)), ("too_many_points", "polygon")),
        (document(area=ring(100_000)), ("too_large", "alert")),
        (document(info="<info/>"), ("missing", "event")),
        (document(info="<info/>" * 21), ("too_many", "info")),
        (document(info="<info/>" * 30_000), ("too_much", "alert")),
        (document(info="<info>" * 100 + "</info>" * 100), ("too_much", "alert")),
        (document(info=f"<note>{'x' * 200_000}</note>"), ("too_much", "alert")),
        (document(info=" " * 1_000_000), ("too_large", "alert")),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_its_element(raw: bytes, fault: tuple[str, str]) -> None:
    assert fault in words(raw)


def test_the_line_of_a_fault_is_the_line_of_its_element() -> None:
    reading = read(document(status="Real"))
    assert [fault.line for fault in reading.faults] == [6]


def test_a_polygon_of_a_thousand_points_is_read() -> None:
    found = read(document(area=ring(1_000))).document
    assert found is not None
    assert len(found.infos[0].areas[0].polygons[0]) == 1_000


def test_a_signature_is_noted_and_what_is_foreign_is_passed_over() -> None:
    foreign = "<x:Signature xmlns:x='http://www.w3.org/2000/09/xmldsig#'><x:a/></x:Signature>"
    reading = read(document(after=foreign + "<y:z xmlns:y='urn:y'/><strange/>"))
    assert reading.document is not None
    assert reading.document.signed
    assert [note.word for note in reading.notes] == ["signed", "not_read", "not_read"]


def test_a_bomb_costs_nothing() -> None:
    started = time.process_time()
    read(document(head=BOMB).replace(b"Piove", b"&j;"))
    read(b"<alert>" * 140_000)
    read(document(area="<areaDesc>x</areaDesc><polygon>" + "1,2 " * 240_000 + "</polygon>"))
    read(b"<a " + b"".join(b"x%d='1' " % n for n in range(90_000)) + b"/>")
    assert time.process_time() - started < 5


moments = st.integers(0, 4_000_000_000).map(
    lambda at: datetime.fromtimestamp(at, timezone(timedelta(hours=1)))
)
names = st.from_regex(r"[A-Za-z0-9._:-]{1,40}", fullmatch=True)
plain = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).map(
    lambda text: " ".join(text.replace("\ufffe", "").replace("\uffff", "").split()) or "x"
)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(names, names, moments, st.lists(plain, min_size=4, max_size=4), st.booleans())
def test_what_we_write_we_read_back(
    identifier: str, sender: str, sent: datetime, said: list[str], drill: bool
) -> None:
    area = Area(words=said[0], circles=(Circle(40.9, 14.2, 5.0),), geocodes=(("ISTAT", "061005"),))
    info = Info(
        language="it", event=said[1], headline=said[2], description=said[3], urgency="Expected",
        severity="Severe", certainty="Likely", expires=sent, areas=(area,),
    )  # fmt: skip
    made = CapAlert(
        identifier=identifier, sender=sender, sent=sent, message_type="Update",
        status="Exercise" if drill else "Actual", infos=(info,),
        references=(Reference(sender, identifier, sent),),
    )  # fmt: skip
    assert read(written(made)).document == made


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.data())
def test_a_document_changed_at_random_is_never_a_fault_of_ours(data: st.DataObject) -> None:
    raw = bytearray(document(references=reference()))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(0, 30))
        raw[place : place + length] = data.draw(st.binary(max_size=30))
    reading = read(bytes(raw))
    assert (reading.document is None) == bool(reading.faults)
    assert all(f.word in FAULTS for f in reading.faults)
