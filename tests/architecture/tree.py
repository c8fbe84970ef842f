"""The files of the house, as the architecture tests read them."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("nucleus", "maps", "alerts")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the house, by its path from the top; made files are left out."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        made = {".venv", "var", "vendor", "__pycache__", "dist"}
        return tuple(sorted(path for path in found if not made & set(path.parts)))
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(path for path in paths if (ROOT / path).is_file())


def under(*folders: str, suffix: str = ".py") -> Iterator[tuple[str, str]]:
    """Each file of some folders with its text; migrations are written by a machine and left out."""
    for path in files():
        if path.parts[0] in folders and path.suffix == suffix and "migrations" not in path.parts:
            yield path.as_posix(), (ROOT / path).read_text(encoding="utf-8")


def parsed(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Each Python file of some folders with its syntax tree."""
    for name, text in under(*folders):
        yield name, ast.parse(text)


def functions(*folders: str) -> Iterator[tuple[str, int]]:
    """Each function, by file and name, with its length in lines."""
    for name, tree in parsed(*folders):
        for node in ast.walk(tree):
            if isinstance(node, Function):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{name}:{node.lineno} {node.name}", length
