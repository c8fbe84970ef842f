"""The house is laid out as agreed, and small enough to be seen whole."""

import ast
import re

from tests.architecture.tree import PRODUCT, ROOT, files, functions, parsed, under

ORDERED = {"nucleus", "maps", "alerts", "templates", "tests", "pyproject.toml", "README.md"}
BESIDE = {
    *("LICENSE", "CHANGELOG.md", "DECISIONS.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("Makefile", "constraints.txt", ".ci", ".gitignore", ".gitattributes", ".editorconfig"),
}
# Where a change is made to last: the three doors of the database and nobody else.
COMMITS = {"nucleus/ground/turnstile.py", "nucleus/ground/database.py"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEST, NINE_IN_TEN = 400, 40, 50, 20

OUTSIDE_ADDRESS = re.compile(r"""(?:src|href|action|srcset|data)\s*=\s*["']?(?:https?:)?//""", re.I)
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*(?:\ssrc=|application/json))", re.I),
    "a style in the page": re.compile(r"<style\b", re.I),
    "a style on an element": re.compile(r"""<[^<>]*\sstyle\s*=""", re.I),
    "a script on an element": re.compile(r"""<[^<>]*\s(?:on[a-z]+|hx-on[^=\s]*)\s*=""", re.I),
    "something from outside": OUTSIDE_ADDRESS,
}
FOREIGN_HOST = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}""", re.I)
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.S)


def test_the_top_level_holds_what_was_ordered_and_nothing_else() -> None:
    """Whoever opens the folder sees the same few names as in the order."""
    present = {path.parts[0] for path in files()}
    assert present >= ORDERED
    assert present <= ORDERED | BESIDE


def test_no_file_is_too_long_to_be_read_in_one_go() -> None:
    """A file that grows has a second noun in it."""
    kinds = [((*PRODUCT, "tests", ".ci"), ".py"), (("templates",), ".html")]
    kinds += [(("nucleus",), ".css"), (("nucleus",), ".js")]
    too_long = {
        name: text.count("\n")
        for folders, suffix in kinds
        for name, text in under(*folders, suffix=suffix)
        if text.count("\n") > LONGEST_FILE
    }
    assert too_long == {}


def test_every_function_can_be_seen_whole() -> None:
    """A function that does not fit on a screen does two things."""
    product = {name: length for name, length in functions(*PRODUCT) if length > LONGEST_FUNCTION}
    tests = {name: length for name, length in functions("tests") if length > LONGEST_TEST}
    assert product | tests == {}


def test_nine_in_ten_functions_are_short() -> None:
    """The few long ones stay few."""
    lengths = sorted(length for _, length in functions(*PRODUCT))
    assert lengths[int(len(lengths) * 0.9)] <= NINE_IN_TEN


def test_only_the_roof_imports_by_name() -> None:
    """An import by name hides from the contracts, so one file may, and is read with care."""
    hidden = {
        name
        for name, tree in parsed(*PRODUCT)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("importlib"))
        or (isinstance(node, ast.Import) and any("importlib" in n.name for n in node.names))
        or (isinstance(node, ast.Name) and node.id == "__import__")
    }
    assert hidden <= {"nucleus/app.py"}


def test_changes_are_kept_through_the_doors_of_the_database_only() -> None:
    """A service that commits can no longer be part of a larger change."""
    committing = {
        f"{name}:{node.lineno}"
        for name, tree in parsed(*PRODUCT)
        if name not in COMMITS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    }
    assert committing == set()


def test_one_clock_for_the_whole_house() -> None:
    """Only a clock that can be stopped makes an alert testable to the second."""
    asking = {
        f"{name}:{node.lineno}"
        for name, tree in parsed(*PRODUCT)
        if name != "nucleus/ground/clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date", "dt"}
    }
    assert asking == set()


def test_the_product_stands_alone() -> None:
    """It names no folder beside the checkout and no machine it was made on."""
    foreign = ("../" + "shared", "/" + "work/", "/" + "root/", "tmp/" + "rooms")
    suffixes = (".py", ".html", ".css", ".js", ".txt", ".toml", ".md", "")
    told = {
        name
        for suffix in suffixes
        for name, text in under(*PRODUCT, "templates", ".ci", "Makefile", suffix=suffix)
        if any(words in text for words in foreign)
    }
    assert told == set()


def test_pages_hold_no_code_and_nothing_from_outside() -> None:
    """The content policy would block it, and the page would be broken without a word."""
    found = {
        f"{name}: {what}"
        for name, text in under("templates", suffix=".html")
        for what, pattern in INLINE.items()
        if pattern.search(JINJA_COMMENT.sub("", text))
    }
    assert found == set()


def test_our_own_scripts_and_styles_know_no_other_host() -> None:
    """A frightened person's browser speaks with this server and with nobody else."""
    found = {
        f"{name}: {match.group()}"
        for suffix in (".js", ".css", ".svg", ".webmanifest")
        for name, text in under("nucleus", suffix=suffix)
        for match in FOREIGN_HOST.finditer(text)
    }
    assert found == set()


def test_every_module_opens_with_a_sentence() -> None:
    """One sentence says what a file is for; only the plate of the nucleus stays empty."""
    silent = {name for name, tree in parsed(*PRODUCT) if tree.body and not ast.get_docstring(tree)}
    assert silent == set()


def test_ignored_folders_hold_no_file_of_ours() -> None:
    """What is fetched or made at set-up never gets into the history."""
    made = ("nucleus/static/vendor/", "nucleus/static/node_modules/", "var/", ".venv")
    assert [path for path in files() if path.as_posix().startswith(made)] == []
    assert not (ROOT / "nucleus" / "static" / "node_modules").exists()
