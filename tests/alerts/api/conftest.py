"""A program with its token, for the promises of the doors for machines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from nucleus.accounts.services.tokens import TokenDraft, add_api_token
from nucleus.ground import api
from tests.cast import Cast

SENT = {
    "scale": "area", "drill": False, "not_for_peers": False, "comune": "Aversa",
    "what": "Carry water", "needs": [{"count": 2}], "severity": "Moderate",
    "urgency": "Immediate", "certainty": "Observed",
}  # fmt: skip


@dataclass
class Robot:
    """A program: its token, and a fresh key for each changing call."""

    cast: Cast
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        shown = {"Authorization": f"Bearer {self.token}", **self.headers, **headers}
        return self.cast.app.test_client().get(path, headers=shown)

    def post(self, path: str, body: object, *, key: str = "", **headers: str) -> TestResponse:
        """Change something."""
        shown = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or uuid4().hex}
        client = self.cast.app.test_client()
        return client.post(path, json=body, headers={**shown, **headers})

    def raises(self, **changes: object) -> str:
        """Write and raise an alert; return its path."""
        made = self.post("/api/v1/alerts", {**SENT, **changes})
        assert made.status_code == 201, made.text
        answer = self.post(f"{made.location}/raise", {})
        assert answer.status_code == 200, answer.text
        return made.location


Makes = Callable[..., Robot]


@pytest.fixture
def program(cast: Cast) -> Makes:
    """Make a program with these scopes (all of them, if none is named)."""
    return maker(cast)


def maker(cast: Cast) -> Makes:
    """Return what makes programs of an association."""

    def make(*scopes: str, organisation: int | None = None) -> Robot:
        with cast.stage():
            wanted = scopes or tuple(scope.name for scope in api.scopes())
            home = organisation or cast.organisation
            draft = TokenDraft(name="Bridge", organisation_id=home, scopes=wanted)
            return Robot(cast, add_api_token(draft, by=cast.carla)[1])

    return make
