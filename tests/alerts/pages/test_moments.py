"""Every deed of an alert that is written in the journal can be told as a sentence."""

import ast
from pathlib import Path

from alerts.telling.posting import TO_COORDINATORS
from alerts.views.wording.moments import MOMENTS

ALERTS = Path(__file__).parents[3] / "alerts"
WRITERS = {"write", "entry", "write_apart", "_journal"}


def written() -> set[str]:
    """Return the words that stand in the source wherever something is put in the journal."""
    return {
        word
        for path in ALERTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args and name_of(node.func) in WRITERS
        if is_of_an_alert(node)
        for word in words_of(node.args[0])
    }


def is_of_an_alert(call: ast.Call) -> bool:
    """Say whether the entry belongs to an alert, and not to a person or a provider."""
    subject = call.args[1] if len(call.args) > 1 else None
    start = subject.values[0] if isinstance(subject, ast.JoinedStr) else subject
    return not isinstance(start, ast.Constant) or str(start.value).startswith("alert:")


def name_of(function: ast.expr) -> str:
    """Return what is called, without the module in front of it."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def words_of(said: ast.expr) -> set[str]:
    """Return the words one place writes; the kind of a message makes several."""
    if isinstance(said, ast.Constant) and str(said.value).startswith("alerts."):
        return {str(said.value)}
    if isinstance(said, ast.JoinedStr):
        start = said.values[0]
        assert isinstance(start, ast.Constant)
        assert start.value == "alerts.tell_"
        return {f"{start.value}{kind}" for kind in TO_COORDINATORS}
    return set()


def test_every_word_of_the_journal_has_a_sentence() -> None:
    """An entry told as *Noted* says nothing to who reads the board at night."""
    words = written()
    assert len(words) > 20
    assert words - set(MOMENTS) == set()


def test_no_sentence_waits_for_a_word_nobody_writes() -> None:
    assert set(MOMENTS) - written() == set()
