"""Vito's and Amina's numbers, and one text message provider that brings what they write."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from alerts.models import Alert, Inbound, Recipient
from nucleus.ground.database import db
from nucleus.ground.models import LogEntry
from nucleus.messages.models import Delivery, Message
from nucleus.people.models import Channel, Person
from nucleus.people.services import add_contact_point
from tests.alerts.inbound.providers import Provider, open_account
from tests.alerts.pages.conftest import Scene
from tests.alerts.pages.conftest import app as app
from tests.alerts.pages.conftest import scene as scene

VITO, AMINA, BEA, NOBODY = "+393331112222", "+393334445555", "+393336667777", "+393339998888"
CHAT = "77001122"


@dataclass
class Wire:
    """One provider, by which the people of the scene write to us."""

    scene: Scene
    provider: Provider
    count: int = 0

    def says(self, sender: str, text: str) -> str:
        """Bring words in as a new message; return what we answered in the same breath."""
        self.count += 1
        answer = self.provider.says(sender, text, f"ref-{self.count}")
        assert answer.status_code in {200, 204}
        return answer.text

    def replies(self) -> list[str]:
        """Return what was written back, in English, the newest last."""
        with self.scene.cast.stage():
            rows = select(Message).where(Message.kind == "reply").order_by(Message.id)
            return [row.texts["en"]["short"] for row in db.session.scalars(rows)]

    def told(self, kind: str) -> set[int]:
        """Return who was told something of this kind."""
        with self.scene.cast.stage():
            to = select(Delivery.person_id).join(Delivery.message).where(Message.kind == kind)
            return set(db.session.scalars(to))

    def everything(self) -> list[object]:
        """Return whatever a message could change."""
        with self.scene.cast.stage():
            people = [tuple(r) for r in db.session.execute(select(*Recipient.__table__.columns))]
            counts = [
                db.session.scalar(select(func.count()).select_from(table))
                for table in (LogEntry, Message, Delivery, Inbound, Alert)
            ]
            return [people, counts]


def give_numbers(scene: Scene) -> None:
    """Let them be reached by every channel that can bring words back."""
    with scene.cast.stage():
        person = {name: getattr(scene.cast, name) for name in ("vito", "amina", "bea")}
        people = {name: db.session.get_one(Person, number) for name, number in person.items()}
        for channel in (Channel.SMS, Channel.WHATSAPP, Channel.SIGNAL):
            add_contact_point(people["vito"], channel, address=VITO, verified=True)
        add_contact_point(people["vito"], Channel.TELEGRAM, address=CHAT, verified=True)
        add_contact_point(people["amina"], Channel.SMS, address=AMINA, verified=True)
        add_contact_point(people["bea"], Channel.SMS, address=BEA, verified=True)


def wire_of(scene: Scene, kind: str) -> Wire:
    """Return an account of this kind, with everybody's numbers known."""
    give_numbers(scene)
    with scene.cast.stage():
        return Wire(scene, open_account(scene.cast.app.test_client(), kind))


@pytest.fixture
def wire(scene: Scene) -> Wire:
    """Text messages by Twilio."""
    return wire_of(scene, "twilio")
