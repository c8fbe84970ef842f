"""What a page asks again and again, asked of the database once."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flask import has_request_context, request

from nucleus.ground.database import READING

T = TypeVar("T")


def once_a_page(ask: Callable[[int], T]) -> Callable[[int], T]:
    """Ask a question about somebody once while a page is read, however many entries hang on it.

    A request that changes something asks each time: its answer may be another afterwards. What
    is known hangs on the request alone, so that nobody is let in by what was true before it.
    """

    @wraps(ask)
    def answer(number: int) -> T:
        if not has_request_context() or request.method not in READING:
            return ask(number)
        known: dict[tuple[object, int], T] = request.environ.setdefault("nucleus.known", {})
        if (ask, number) not in known:
            known[ask, number] = ask(number)
        return known[ask, number]

    return answer
