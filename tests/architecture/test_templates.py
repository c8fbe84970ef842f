"""Pages and their parts say themselves what they are made of."""

import re

from tests.architecture.tree import under

COMMENT = re.compile(r"\{#.*?#\}", re.S)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
TEXT = re.compile(r"'[^']*'|\"[^\"]*\"")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
IMPORT = re.compile(r"\{%-?\s*from\s+\"[^\"]+\"\s+import\s+([^%]+?)(?:\s+with context)?\s*-?%\}")


def templates() -> dict[str, str]:
    """Return every template by its path, without its comments."""
    return {name: COMMENT.sub("", text) for name, text in under("templates", suffix=".html")}


def imported(text: str) -> set[str]:
    """Return the names a template imports, as it calls them."""
    named = ",".join(IMPORT.findall(text)).split(",")
    return {each.split(" as ")[-1].strip() for each in named if each}


def called(text: str) -> set[str]:
    """Return what the code of a template calls; words shown to people are no code."""
    code = " ".join(CODE.findall(IMPORT.sub("", text)))
    return set(re.findall(r"(?<![\w.])(\w+)\(", TEXT.sub("''", code))) | set(
        re.findall(r"%-?\s*call\s+(\w+)", code)
    )


def test_a_page_imports_no_macro_it_does_not_call() -> None:
    """A list of names that are not used hides which ones are."""
    idle = {
        f"{name}: {each}"
        for name, text in templates().items()
        for each in imported(text) - called(text)
    }
    assert idle == set()


def test_a_part_imports_the_macros_it_calls() -> None:
    """Else it stands only in pages that happen to import them, and breaks in the next one."""
    pages = templates()
    macros = {each for text in pages.values() for each in MACRO.findall(text)}
    borrowed = {
        f"{name}: {each}"
        for name, text in pages.items()
        for each in called(text) & macros - imported(text) - set(MACRO.findall(text))
    }
    assert borrowed == set()


def test_every_macro_is_called_somewhere() -> None:
    """A part nobody uses is looked after all the same."""
    pages = templates()
    used = {each for text in pages.values() for each in called(text)}
    idle = {f"{name}: {each}" for name, text in pages.items() for each in MACRO.findall(text)}
    assert {each for each in idle if each.rpartition(" ")[2] not in used} == set()
