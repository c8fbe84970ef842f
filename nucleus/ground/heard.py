"""What comes in with a request, before anybody reads it: signs nobody types, numbers no row has."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter, Map

from nucleus.ground.words import is_seen

LARGEST_ROW = 2**31 - 1
"""The largest number a row may have; a larger one breaks the database's own arithmetic."""

MOST_PAGES = 1_000_000
View = TypeVar("View", bound=Callable[..., Any])
UNTYPED = dict.fromkeys(
    [*(number for number in range(0x20) if chr(number) not in "\t\n\r"), 0x7F, 0x202D, 0x202E]
)
"""Control signs, which PostgreSQL refuses or a terminal obeys, and the two that turn words round.

They come in with text pasted from elsewhere too, so they are left out and nothing is refused.
"""


class Heard(ImmutableMultiDict[str, Any]):
    """The fields of a form or an address, without the signs nobody types."""

    def __init__(
        self, mapping: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        """Take everything in, cleaned."""
        pairs = MultiDict(mapping).items(multi=True)
        super().__init__([(name, legible(value)) for name, value in pairs])


class HeardRequest(Request):
    """A request whose fields are cleaned once, for all pages."""

    parameter_storage_class = Heard


class RowNumber(IntegerConverter):
    """A number in an address; one that no row can have leads to no page."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002 the library's name
        """Set the upper end unless the route does."""
        super().__init__(map, *args, **{"max": LARGEST_ROW, **kwargs})


def init_app(app: Flask) -> None:
    """Stand before every page."""
    app.request_class = HeardRequest
    app.url_map.converters["int"] = RowNumber
    app.url_value_preprocessor(measure)


def takes(longest: int) -> Callable[[View], View]:
    """Let those to whom a page opens send it so many bytes: a file is longer than a form.

    The web server knows the page by this too, and lets nobody send half as much anywhere else.
    """

    def mark(view: View) -> View:
        view.longest_body = longest  # type: ignore[attr-defined]
        return view

    return mark


def measure(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Measure a body by the page it is for, before anything is read of it."""
    view: Any = current_app.view_functions.get(endpoint or "")
    if hasattr(view, "longest_body") and view.policy():
        request.max_content_length = view.longest_body


def legible(value: Any) -> Any:
    """Return words without control signs, of words nobody sees nothing; a file as it is."""
    if not isinstance(value, str):
        return value
    words = value.translate(UNTYPED)
    return words if is_seen(words) else ""


def read_json(text: str | bytes) -> Any:
    """Return what somebody outside says as JSON.

    Raises:
        ValueError: it is none, or is nested so deep that nobody means it.
    """
    try:
        return json.loads(text)
    except RecursionError as cause:
        raise ValueError("nested beyond measure") from cause


def is_row(number: int) -> bool:
    """Say whether a row may have this number."""
    return 0 < number <= LARGEST_ROW


def row_or_none(number: int | None) -> int | None:
    """Return the number of a row that was asked for; one that no row can have was not asked."""
    return number if number is not None and is_row(number) else None


def row_number(typed: str) -> int:
    """Return the number of a row; raise ValueError for one that no row can have."""
    number = int(typed)
    if not is_row(number):
        raise ValueError(typed)
    return number


def page_asked() -> int:
    """Return which page of a list is asked for, from 1, whatever stands in the address."""
    asked = request.args.get("page", 1, int)
    return min(max(asked, 1), MOST_PAGES)
