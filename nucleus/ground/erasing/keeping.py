"""What keeps the list of erasures true: its job, how long it is kept, and a look at it."""

from collections.abc import Iterator

from flask import Flask

from nucleus.ground.boards import checks, forgetting, jobs
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.erasing import board, lists
from nucleus.ground.models import Erasure
from nucleus.ground.settings import Settings


def init_app(app: Flask) -> None:
    """Hang up the board, and keep the list."""
    board.init_app(app)
    jobs.pin(app, jobs.Job("write_erasures", 60, lists.write_list, apart=True))
    forgetting.pin(app, forgetting.Rule(Erasure, lambda old: Erasure.at < old, lists.KEPT))
    checks.pin(app, check_erasures)


def check_erasures(settings: Settings) -> Iterator[Finding]:
    """Is anything here again that somebody had taken back?"""
    path = settings.data / lists.FILE
    if not path.is_file():
        return
    try:
        missing = lists.forgotten_here(lists.read_list(path), lists.list_here())
    except lists.BadList as cause:
        remedy = "Move it away: a new one is written within a minute."
        yield Finding("erasures", Level.LOOK, f"The list {path} can't be read. {cause}", remedy)
        return
    if missing:
        said = f"{path} names {len(missing)} things that were taken back and may be here again."
        yield Finding("erasures", Level.BROKEN, said, f"Run: nucleus erase-again {path}")
        return
    yield Finding("erasures", Level.WELL, "Nothing is here that somebody had taken back.")
