"""Stands where a plugin expects the library `requests`, and sends through the pool instead."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from alerts.sender.connections import http_pool, wire
from nucleus.ground.heard import read_json

_CONTENT = ("params", "data", "json", "headers", "auth", "files")


class Answer:
    """A provider's answer, with the names under which plugins look at it."""

    def __init__(self, url: str, status: int, headers: Mapping[str, str], content: bytes) -> None:
        """Hold what came back."""
        self.url = url
        self.status_code = status
        self.headers = headers
        self.content = content
        self.reason = ""
        self.ok = status < 400

    @property
    def text(self) -> str:
        """The content, read as UTF-8."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The content, read as JSON.

        Raises:
            ValueError: it is none.
        """
        return read_json(self.content)


class PooledRequests:
    """The few functions of `requests` that plugins call."""

    _WAYS_AROUND = frozenset({"Session", "session", "sessions", "adapters", "api"})

    def __getattr__(self, name: str) -> Any:
        """Exceptions and status names are the library's own; ways around the pool are closed."""
        if name in self._WAYS_AROUND:
            raise AttributeError(f"requests.{name} would bypass the pooled transport")
        return getattr(requests, name)

    def request(self, method: str, url: str, **more: Any) -> Answer:
        """Send one request within the present exchange.

        What a plugin says of timeouts, redirects, proxies, cookies and certificates does not
        count: always the exchange's deadline, no redirect, none, none and checked.

        Raises:
            requests.ConnectionError: no whole answer came; this is the one plugins expect.
        """
        prepared = requests.models.PreparedRequest()
        content = {name: more[name] for name in _CONTENT if name in more}
        if "data" in content:
            content["data"] = _with_fields(content["data"])
        prepared.prepare(method=method, url=url, **content)
        headers = {name: _as_text(value) for name, value in prepared.headers.items()}
        body = _as_bytes(prepared.body)
        try:
            found = http_pool.converse(method, str(prepared.url), headers=headers, body=body)
        except http_pool.NoWholeAnswer as fault:
            raise requests.ConnectionError("no whole answer came") from fault
        return Answer(url, found.status, found.headers, found.content)

    def get(self, url: str, params: Any = None, **more: Any) -> Answer:
        """As `requests.get`."""
        return self.request("GET", url, params=params, **more)

    def post(self, url: str, data: Any = None, **more: Any) -> Answer:
        """As `requests.post`."""
        return self.request("POST", url, data=data, **more)

    def put(self, url: str, data: Any = None, **more: Any) -> Answer:
        """As `requests.put`."""
        return self.request("PUT", url, data=data, **more)

    def patch(self, url: str, data: Any = None, **more: Any) -> Answer:
        """As `requests.patch`."""
        return self.request("PATCH", url, data=data, **more)

    def delete(self, url: str, **more: Any) -> Answer:
        """As `requests.delete`."""
        return self.request("DELETE", url, **more)

    def head(self, url: str, **more: Any) -> Answer:
        """As `requests.head`."""
        return self.request("HEAD", url, **more)


def _with_fields(data: Any) -> Any:
    """Add what the present exchange wants in the body, to a form or to JSON that is text yet."""
    fields = wire.present().fields
    if not fields:
        return data
    if isinstance(data, Mapping):
        return _merged(data, fields)
    return json.dumps(_merged(json.loads(data), fields))


def _merged(data: Mapping[str, Any], fields: Mapping[str, object]) -> dict[str, Any]:
    """What the exchange wants counts; what it wants to be `None` is left out."""
    whole = {**data, **fields}
    return {name: value for name, value in whole.items() if fields.get(name, value) is not None}


def _as_text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _as_bytes(body: object) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    raise TypeError("a plugin's request must be whole, so that its length is known")
