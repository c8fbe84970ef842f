"""The part our own plugins share: they speak to the pool, and to nothing else."""

import json
from typing import Any

from apprise.common import NotifyFormat
from apprise.plugins.base import NotifyBase

from alerts.sender.channels.prepared import ASSET
from alerts.sender.connections.stand_in import Answer, PooledRequests

REQUESTS = PooledRequests()


class OwnPlugin(NotifyBase):
    """A plugin that no address leads to; it is made from typed data alone."""

    service_name = "Nucleus"  # type: ignore[assignment]
    notify_format = NotifyFormat.TEXT
    title_maxlen = 250
    body_maxlen = 32_768
    request_rate_per_sec = 0

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        super().__init__(asset=ASSET, retry=0)  # type: ignore[no-untyped-call]

    def url(self, *_unused: Any, **_more: Any) -> str:
        """There is none: what it knows stands in no address."""
        return "nucleus://"

    @staticmethod
    def ask(method: str, url: str, *, token: str, body: object = None) -> Answer:
        """Ask a JSON interface that wants a bearer token."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        return REQUESTS.request(method, url, data=data, headers=headers)
