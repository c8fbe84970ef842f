"""An alert that has just been opened, for the promises of its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from alerts import services
from alerts.answering.revealing import waiting_code
from alerts.asking.drafting import AlertDraft, NeedDraft
from alerts.models import Alert, Recipient
from nucleus.app import create_app
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_code, derive_token
from nucleus.people.models import Person
from tests.cast import TEVEROLA, Cast
from tests.conftest import opened, settings_for


@dataclass(frozen=True)
class Scene:
    """One open alert: two people are needed, one of whom speaks Arabic; three are asked."""

    cast: Cast
    alert: int

    def recipient(self, person: int) -> Recipient:
        """Return how this person stands in the alert (inside a stage)."""
        same = (Recipient.alert_id == self.alert, Recipient.person_id == person)
        return db.session.scalars(select(Recipient).where(*same)).one()

    def state(self, person: int) -> str:
        """Return the state in which this person stands."""
        with self.cast.stage():
            return self.recipient(person).state

    def link(self, person: int) -> str:
        """Return the path of this person's answer page."""
        with self.cast.stage():
            recipient = self.recipient(person)
            return "/a/" + derive_token("answer", recipient.id, recipient.alert.nonce)

    def says(self, person: int, deed: str, **more: str) -> str:
        """Press a button of the answer page and return the page that follows."""
        client = self.cast.app.test_client()
        answer = client.post(self.link(person), data={"deed": deed, **more}, follow_redirects=True)
        return answer.get_data(as_text=True)

    def close(self, reason: str = "resolved") -> None:
        """End the alert."""
        with self.cast.stage():
            services.close_alert(db.session.get_one(Alert, self.alert), reason, self.cast.carla)

    def forget_coordinator(self) -> None:
        """Let nobody follow it, as when a member has pressed."""
        with self.cast.stage():
            db.session.get_one(Alert, self.alert).coordinator_id = None


def code_sent(scene: Scene, person: int) -> str:
    """Return the six digits as the letter to this person carries them."""
    with scene.cast.stage():
        row = waiting_code(scene.recipient(person))
        return derive_code("reveal", row.id, row.nonce) if row else "000000"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The whole house, in three languages."""
    yield from opened(create_app(replace(settings_for(tmp_path), languages=("en", "it", "ar"))))


@pytest.fixture
def carla(cast: Cast) -> FlaskClient:
    """The coordinator's browser."""
    return cast.signed_in(cast.carla)


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """The open alert, for Bea, in Teverola."""
    needs = (
        NeedDraft(count=1, competence_id=cast.listening, language="ar"),
        NeedDraft(count=1, competence_id=cast.listening),
    )
    draft = AlertDraft(
        what="Keep company and listen",
        organisation_id=cast.organisation,
        needs=needs,
        severity="Moderate",
        comune="Teverola (CE)",
        lat=TEVEROLA[0],
        lon=TEVEROLA[1],
        person_id=cast.bea,
        meeting_words="In front of the town library",
    )
    with cast.stage():
        db.session.execute(update(Person).values(language="en"))
        alert = services.draft_alert(draft, cast.carla)
        services.open_alert(alert, cast.carla)
        number = alert.id
    return Scene(cast, number)
