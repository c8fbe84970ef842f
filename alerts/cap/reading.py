"""Reads a CAP document from outside; every fault is named by its element and line (pure)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from alerts.cap import values
from alerts.cap.model import (
    NAMESPACE,
    SIGNATURE,
    VOCABULARY,
    Area,
    CapAlert,
    Info,
    Reference,
)
from alerts.cap.tree import Node, NotRead, grown

MOST_INFOS, MOST_AREAS, MOST_FAULTS = 20, 50, 20
MANY = {
    "alert": frozenset({"code", "info"}),
    "info": frozenset({"category", "responseType", "eventCode", "parameter", "resource", "area"}),
    "area": frozenset({"polygon", "circle", "geocode"}),
}
ONCE = {
    "alert": frozenset(
        {
            *("identifier", "sender", "sent", "status", "msgType", "source", "scope"),
            *("restriction", "addresses", "note", "references", "incidents"),
        }
    ),
    "info": frozenset(
        {
            *("language", "event", "urgency", "severity", "certainty", "audience", "effective"),
            *("onset", "expires", "senderName", "headline", "description", "instruction"),
            *("web", "contact"),
        }
    ),
    "area": frozenset({"areaDesc", "altitude", "ceiling"}),
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a word for it, the element, the line, and a value if it helps."""

    word: str
    element: str
    line: int
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read: the document, unless there are faults; notes are no faults."""

    document: CapAlert | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()


@dataclass
class _Notebook:
    """What is found on the way through one document."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def wrong(self, word: str, node: Node, value: str = "", element: str = "") -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(word, element or node.name, node.line, value[:60]))

    def note(self, word: str, node: Node) -> None:
        if len(self.notes) < MOST_FAULTS:
            self.notes.append(Fault(word, node.name, node.line))


def read(document: bytes) -> Reading:
    """Read a document; whatever it holds, this returns."""
    try:
        root = grown(document)
    except NotRead as fault:
        return Reading(document=None, faults=(Fault(fault.word, "alert", fault.line),))
    return read_tree(root)


def read_tree(root: Node) -> Reading:
    """Read a document whose XML is read already; whatever it holds, this returns."""
    notebook = _Notebook()
    found = _alert(root, notebook) if _is_alert(root, notebook) else None
    return Reading(
        document=None if notebook.faults else found,
        faults=tuple(notebook.faults),
        notes=tuple(notebook.notes),
    )


def _is_alert(root: Node, notebook: _Notebook) -> bool:
    if root.name != "alert":
        notebook.wrong("not_cap", root)
    elif root.namespace != NAMESPACE:
        notebook.wrong("other_version", root, root.namespace)
    return not notebook.faults


def _alert(root: Node, notebook: _Notebook) -> CapAlert | None:
    said = _Said(root, notebook)
    infos = said.all("info", MOST_INFOS)
    facts = {
        "identifier": said.once("identifier", values.name, needed=True),
        "sender": said.once("sender", values.name, needed=True),
        "sent": said.once("sent", values.moment, needed=True),
        "status": said.word("status"),
        "message_type": said.word("msgType"),
        "scope": said.word("scope"),
        "references": said.once("references", references) or (),
    }
    read_infos = tuple(_info(node, notebook) for node in infos)
    if notebook.faults:
        return None
    signed = any(node.namespace == SIGNATURE for node in root.inside)
    return CapAlert(**facts, infos=read_infos, signed=signed)


def _info(node: Node, notebook: _Notebook) -> Info:
    said = _Said(node, notebook)
    areas = said.all("area", MOST_AREAS)
    return Info(
        language=said.text("language", most=20) or "en-US",
        category=tuple(said.words("category")),
        event=said.text("event", needed=True),
        urgency=said.word("urgency"),
        severity=said.word("severity"),
        certainty=said.word("certainty"),
        expires=said.once("expires", values.moment),
        sender_name=said.text("senderName"),
        headline=said.text("headline"),
        description=said.text("description", most=10_000),
        instruction=said.text("instruction", most=10_000),
        contact=said.text("contact"),
        areas=tuple(_area(each, notebook) for each in areas),
    )


def _area(node: Node, notebook: _Notebook) -> Area:
    said = _Said(node, notebook)
    codes = (_Said(each, notebook) for each in said.all("geocode", values.MOST_GEOCODES))
    return Area(
        words=said.text("areaDesc", needed=True),
        polygons=tuple(said.each("polygon", values.ring)),
        circles=tuple(said.each("circle", values.circle)),
        geocodes=tuple((c.text("valueName"), c.text("value")) for c in codes),
    )


def references(words: str) -> tuple[Reference, ...]:
    """Return the earlier documents named by `sender,identifier,sent`, apart by spaces."""
    triples = [triple.split(",") for triple in words.split()]
    if len(triples) > values.MOST_REFERENCES or any(len(triple) != 3 for triple in triples):
        raise ValueError(words)
    return tuple(Reference(s, i, values.moment(at)) for s, i, at in triples)


class _Said:
    """What one element says, asked for name by name."""

    def __init__(self, node: Node, notebook: _Notebook) -> None:
        self.node, self.notebook = node, notebook
        self.ours = [each for each in node.inside if each.namespace == NAMESPACE]
        self._look_over()

    def _look_over(self) -> None:
        once, many = ONCE.get(self.node.name), MANY.get(self.node.name, frozenset())
        seen: set[str] = set()
        for each in self.node.inside:
            if each.namespace == SIGNATURE:
                self.notebook.note("signed", each)
            elif each.namespace != NAMESPACE or (once and each.name not in once | many):
                self.notebook.note("not_read", each)
            elif once and each.name in once and each.name in seen:
                self.notebook.wrong("twice", each)
            seen.add(each.name)

    def all(self, name: str, most: int) -> list[Node]:
        found = self.all_named(name)
        if len(found) > most:
            self.notebook.wrong("too_many", found[most], str(most))
        return found[:most]

    def once(self, name: str, understood: Callable[[str], Any], *, needed: bool = False) -> Any:
        """Return the understood words of an element, or `None`."""
        found = next(iter(self.all_named(name)), None)
        if found is None or not found.words:
            if needed:
                self.notebook.wrong("missing", found or self.node, element=name)
            return None
        return self._understood(found, understood)

    def each(self, name: str, understood: Callable[[str], Any]) -> Iterable[Any]:
        """Return the understood words of every element of this name, up to a number."""
        found = (self._understood(one, understood) for one in self.all(name, MOST_AREAS))
        return [one for one in found if one is not None]

    def text(self, name: str, *, most: int = 1_000, needed: bool = False) -> str:
        """Return the words of an element, cut to so many signs."""
        return (self.once(name, str, needed=needed) or "")[:most]

    def word(self, name: str) -> str:
        """Return the word of an element that must be one of CAP's."""
        said: str = self.once(name, str, needed=True) or ""
        if said and said not in VOCABULARY[name]:
            self.notebook.wrong("no_such_word", self.all_named(name)[0], said)
        return said

    def words(self, name: str) -> Iterable[str]:
        """Return the words of all elements of this name; each must be one of CAP's."""
        found = self.all(name, MOST_AREAS)
        if not found:
            self.notebook.wrong("missing", self.node, element=name)
        for one in found:
            if one.words not in VOCABULARY[name]:
                self.notebook.wrong("no_such_word", one, one.words)
        return [one.words for one in found]

    def all_named(self, name: str) -> list[Node]:
        return [each for each in self.ours if each.name == name]

    def _understood(self, node: Node, understood: Callable[[str], Any]) -> Any:
        try:
            return understood(node.words)
        except values.TooMany:
            self.notebook.wrong("too_many_points", node, str(values.MOST_POINTS))
        except ValueError:
            self.notebook.wrong("not_understood", node, node.words)
        return None
