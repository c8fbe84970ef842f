"""A member's conversation with the bot begins with a code that counts once."""

from nucleus.accounts.services.contacts import start_chat
from nucleus.ground.database import db
from nucleus.people.models import Channel, ContactPoint, Person
from nucleus.people.queries import contact_points_of
from tests.alerts.inbound.conftest import wire_of
from tests.alerts.pages.conftest import Scene

NEW_CHAT, STRANGER = "88002233", "99003344"


def chats(scene: Scene, person: int) -> list[ContactPoint]:
    """Return somebody's conversations with the bot (inside a stage)."""
    return [each for each in contact_points_of(person) if each.channel == Channel.TELEGRAM]


def code_for(scene: Scene, person: int) -> str:
    """Return what stands in the link that this person is given."""
    with scene.cast.app.test_request_context(), scene.cast.stage():
        return start_chat(db.session.get_one(Person, person))


def test_the_start_code_makes_the_conversation_a_proven_contact(scene: Scene) -> None:
    wire, code = wire_of(scene, "telegram"), code_for(scene, scene.cast.bea)
    wire.says(NEW_CHAT, f"/start {code}")
    with scene.cast.stage():
        (point,) = chats(scene, scene.cast.bea)
        assert point.address == NEW_CHAT
        assert point.verified_at is not None
    assert wire.replies() == ["Thank you: we can reach you here."]


def test_the_same_code_from_somebody_else_makes_nothing(scene: Scene) -> None:
    wire, code = wire_of(scene, "telegram"), code_for(scene, scene.cast.bea)
    wire.says(NEW_CHAT, f"/start {code}")
    wire.says(STRANGER, f"/start {code}")
    wire.says(STRANGER, "/start " + "x" * 500)
    wire.says(STRANGER, "/start")
    with scene.cast.stage():
        assert [point.address for point in chats(scene, scene.cast.bea)] == [NEW_CHAT]
