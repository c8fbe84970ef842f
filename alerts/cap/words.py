"""How faults of a foreign document, and what became of it, are told."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from alerts.cap.reading import Fault

FAULTS = {
    "too_large": _l("The document is larger than a megabyte."),
    "not_xml": _l("Line %(line)s: this is not well-formed XML."),
    "has_dtd": _l("Line %(line)s: a DTD or an entity stands here. CAP needs none; we read none."),
    "too_much": _l("Line %(line)s: the document is too deep, too long or has too many elements."),
    "not_cap": _l("Line %(line)s: the document begins with “%(element)s”, not with “alert”."),
    "other_version": _l("Line %(line)s: this is not CAP 1.2. The namespace is “%(value)s”."),
    "missing": _l("Line %(line)s: <%(element)s> is missing or empty."),
    "twice": _l("Line %(line)s: <%(element)s> stands here a second time."),
    "too_many": _l("Line %(line)s: more than %(value)s times <%(element)s>."),
    "too_many_points": _l("Line %(line)s: <%(element)s> has more than %(value)s points."),
    "no_such_word": _l("Line %(line)s: “%(value)s” is no word that CAP knows in “%(element)s”."),
    "not_understood": _l("Line %(line)s: “%(value)s” can't be understood in “%(element)s”."),
}
OUTCOMES = {
    "drafted": _l("A draft was written. Nobody was asked: look at it first."),
    "replaces_draft": _l("It changes an earlier document. A new draft was written; drop the old."),
    "changes_alert": _l("It changes an alert that is open. Read it, then tell those who come."),
    "ends_alert": _l("The authority has called it off. If that holds for us too, end the alert."),
    "ends_draft": _l("The authority has called it off. Drop the draft; nobody was asked."),
    "not_ours": _l("It ends something that never came here. Nothing was done."),
    "ignored": _l("It is an answer between authorities, or a test of theirs. Nothing was done."),
}


def told_fault(fault: Fault) -> str:
    """Return a fault as a sentence."""
    facts = {"line": fault.line, "element": fault.element, "value": fault.value}
    return str(FAULTS[fault.word]) % facts


def told_faults(faults: Iterable[Fault]) -> list[str]:
    """Return faults as sentences."""
    return [told_fault(fault) for fault in faults]
