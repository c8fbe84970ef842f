"""`python -m tests.benchmarks [NAME …] [--key=value …]`: print one JSON line a figure."""

import os
import sys
import traceback
from importlib import import_module

from tests.benchmarks.figures import Figure

NAMES = (
    "start",
    "page",
    "import",
    "story",
    "fanout",
    "raise",
    "wake",
    "handover",
    "growth",
    "answers",
    "crash",
    "machines",
    "faults",
    "near",
    "search",
    "geojson",
    "map",
    "hours",
    "twins",
    "gazetteer",
)
ONLY_WHEN_NAMED = ("machine",)


def main(words: list[str]) -> int:
    """Run the named benchmarks, or all; return how many goals were missed, at most 1."""
    names = [word for word in words if not word.startswith("--")] or list(NAMES)
    known = (*NAMES, *ONLY_WHEN_NAMED)
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    options = dict(
        word.removeprefix("--").partition("=")[::2] for word in words if word.startswith("--")
    )
    figures = [figure for name in names for figure in run(name, options)]
    say_if_busy()
    missed = [figure.figure for figure in figures if not figure.reached]
    print(f"{len(figures)} figures, {len(figures) - len(missed)} reached", *missed, sep="; missed ")
    return 0


def say_if_busy() -> None:
    """Say that others were at work here too: then every time is longer than it need be."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores:
        print(f"The machine was busy: load {load:.1f} on {cores} cores.", file=sys.stderr)


def run(name: str, options: dict[str, str]) -> list[Figure]:
    """Run one benchmark and print its figures as they come; one that breaks is one missed."""
    try:
        figures: list[Figure] = import_module(f"tests.benchmarks.{name}_figures").run(options)
    except Exception as fault:
        traceback.print_exc()
        figures = [broken(name, fault)]
    for figure in figures:
        print(figure.line(), flush=True)
    return figures


def broken(name: str, fault: Exception) -> Figure:
    """Return the figure of a benchmark that did not come to its end."""
    return Figure(
        figure=name, unit="", ours=0, goal="comes to its end", reached=False, note=repr(fault)[:200]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
