"""Reads foreign XML into a small tree with line numbers, and nothing more than that (pure).

No DTD and therefore no entity of its own, nothing fetched; only so deep, so many, so long.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

LARGEST = 1_000_000
DEEPEST = 24
MOST_ELEMENTS = 20_000
LONGEST_TEXT = 100_000
APART = " "


class NotRead(ValueError):
    """A document that can't be read; `word` says why, `line` where."""

    def __init__(self, word: str, line: int = 1) -> None:
        """Keep the reason and the place."""
        super().__init__(f"{word} in line {line}")
        self.word, self.line = word, line


@dataclass
class Node:
    """One element: its namespace, name, line, own words, what stands in it and its attributes."""

    namespace: str
    name: str
    line: int
    words: str = ""
    inside: list["Node"] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)


def grown(document: bytes, *, largest: int = LARGEST, most: int = MOST_ELEMENTS) -> Node:
    """Return the root of a document of so many bytes and elements at most; raise `NotRead`."""
    if len(document) > largest:
        raise NotRead("too_large")
    grower = _Grower(most)
    try:
        grower.parser.Parse(document, True)  # noqa: FBT003 the library knows no name for it
    except expat.ExpatError as fault:
        raise NotRead("not_xml", fault.lineno) from None
    except (LookupError, ValueError) as fault:  # an encoding nobody knows, or that lies
        raise fault if isinstance(fault, NotRead) else NotRead("not_xml") from None
    if grower.root is None:
        raise NotRead("not_xml")
    return grower.root


class _Grower:
    """Grows the tree while the parser reads, and stops it at the first thing that is too much."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.parser = expat.ParserCreate(namespace_separator=APART)
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self._refuse_dtd
        self.parser.EntityDeclHandler = self._refuse_dtd
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._say
        self.root: Node | None = None
        self._open_ones: list[Node] = []
        self._elements = 0

    @property
    def line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _refuse_dtd(self, *_declared: object) -> None:
        raise NotRead("has_dtd", self.line)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > self.most or len(self._open_ones) >= DEEPEST:
            raise NotRead("too_much", self.line)
        namespace, _apart, local = name.rpartition(APART)
        node = Node(namespace, local, self.line, attributes=attributes)
        if self._open_ones:
            self._open_ones[-1].inside.append(node)
        else:
            self.root = node
        self._open_ones.append(node)

    def _close(self, _name: str) -> None:
        node = self._open_ones.pop()
        node.words = "" if node.inside else spaced(node.words)

    def _say(self, words: str) -> None:
        node = self._open_ones[-1]
        if len(node.words) + len(words) > LONGEST_TEXT:
            raise NotRead("too_much", self.line)
        node.words += words


def spaced(words: str) -> str:
    """Return words without spaces at the ends and with at most one empty line in a row."""
    return re.sub(r"\n\s*\n\s*", "\n\n", words.strip())
