"""Writes a CAP document, and the Atom feed that lists them (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from alerts.cap.model import NAMESPACE, Area, CapAlert, Info

CAP_TYPE = "application/cap+xml"
ATOM_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML 1.0 can't hold in any way."""

register_namespace("cap", NAMESPACE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the feed: a document, its address, what it says in one line."""

    document: CapAlert
    address: str
    title: str


def written(document: CapAlert) -> bytes:
    """Return a document as XML."""
    root = Element(f"{{{NAMESPACE}}}alert")
    _say(root, "identifier", document.identifier)
    _say(root, "sender", document.sender)
    _say(root, "sent", moment(document.sent))
    _say(root, "status", document.status)
    _say(root, "msgType", document.message_type)
    _say(root, "scope", document.scope)
    earlier = (f"{r.sender},{r.identifier},{moment(r.sent)}" for r in document.references)
    _say(root, "references", " ".join(earlier))
    for info in document.infos:
        _write_info(SubElement(root, f"{{{NAMESPACE}}}info"), info)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def feed(entries: Iterable[Entry], *, address: str, title: str, updated: datetime) -> bytes:
    """Return the Atom feed of these documents, as they are given: the newest first."""
    root = Element("feed", xmlns=ATOM)
    _plain(root, "id", address)
    _plain(root, "title", title)
    _plain(root, "updated", moment(updated))
    SubElement(root, "link", rel="self", href=address, type=ATOM_TYPE)
    for entry in entries:
        _write_entry(SubElement(root, "entry"), entry, author=title)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def moment(instant: datetime) -> str:
    """Return an instant as CAP writes it: to the second, with the offset and never with Z."""
    return instant.replace(microsecond=0).isoformat()


def clean(words: str) -> str:
    """Return words without the signs XML can't hold."""
    return NO_XML.sub("", words)


def _write_info(node: Element, info: Info) -> None:
    _say(node, "language", info.language)
    for category in info.category:
        _say(node, "category", category)
    _say(node, "event", info.event)
    _say(node, "responseType", info.response)
    _say(node, "urgency", info.urgency)
    _say(node, "severity", info.severity)
    _say(node, "certainty", info.certainty)
    _say(node, "expires", moment(info.expires) if info.expires else "")
    _say(node, "senderName", info.sender_name)
    _say(node, "headline", info.headline)
    _say(node, "description", info.description)
    _say(node, "instruction", info.instruction)
    _say(node, "contact", info.contact)
    for area in info.areas:
        _write_area(SubElement(node, f"{{{NAMESPACE}}}area"), area)


def _write_area(node: Element, area: Area) -> None:
    _say(node, "areaDesc", area.words)
    for ring in area.polygons:
        _say(node, "polygon", " ".join(f"{lat:.5f},{lon:.5f}" for lat, lon in ring))
    for circle in area.circles:
        _say(node, "circle", f"{circle.lat:.5f},{circle.lon:.5f} {circle.km:g}")
    for name, code in area.geocodes:
        inside = SubElement(node, f"{{{NAMESPACE}}}geocode")
        _say(inside, "valueName", name)
        _say(inside, "value", code)


def _write_entry(node: Element, entry: Entry, *, author: str) -> None:
    _plain(node, "id", entry.address)
    _plain(node, "title", entry.title)
    _plain(node, "updated", moment(entry.document.sent))
    _plain(SubElement(node, "author"), "name", author)
    SubElement(node, "link", rel="alternate", href=entry.address, type=CAP_TYPE)
    _plain(node, "summary", entry.document.infos[0].description if entry.document.infos else "")


def _say(parent: Element, name: str, words: str) -> None:
    """Add an element of CAP; one without words is left out."""
    if words:
        SubElement(parent, f"{{{NAMESPACE}}}{name}").text = clean(words)


def _plain(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = clean(words)
