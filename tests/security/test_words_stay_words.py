"""Whatever somebody writes is shown as they wrote it, to everybody, and does nothing."""

from contextlib import closing

import pytest
from sqlalchemy import select, update

from alerts import services
from alerts.models import Alert
from nucleus.ground.database import db
from nucleus.messages.models import Message
from nucleus.people.models import Organisation, Person
from nucleus.places.models import Place
from nucleus.plans.models import PlanItem
from nucleus.plans.services import edit_item
from nucleus.resources.models import Resource
from nucleus.roster.models import Award, Responder
from tests.alerts.pages.conftest import Scene, scene
from tests.browser.pages import furnish
from tests.cast import Cast
from tests.security.crawler import crawl

__all__ = ("scene",)
WORDS = """"'><script>alert(7)</script><img src=x onerror=alert(7)>{{ 7*7 }}%(name)s%s{0}"""
RAW = ("<script>alert(7)", "<img src=x", "onerror=alert(7)>")


@pytest.fixture
def written(scene: Scene) -> Cast:
    """Somebody has written the same into every field there is."""
    cast = scene.cast
    furnish(cast)
    with cast.stage():
        for column in (Person.name, Resource.name, Resource.what, Resource.hours_words):
            db.session.execute(update(column.class_).values({column: WORDS}))
        for column in (Resource.who_for, Resource.cost, Resource.how_to_get_in, Resource.documents):
            db.session.execute(update(Resource).values({column: WORDS}))
        for column in (Place.address, Place.comune, Responder.comune, Award.trainer):
            db.session.execute(update(column.class_).values({column: WORDS}))
        db.session.execute(update(Organisation).values(comune=WORDS))
        db.session.execute(update(Organisation).where(Organisation.id == 1).values(name=WORDS))
        for alert in db.session.query(Alert):
            alert.what = alert.comune = alert.meeting_words = WORDS
        for item in db.session.query(PlanItem):
            edit_item(item, WORDS)
        yes = services.Answer.COMING
        services.answer(scene.recipient(cast.vito), yes, words=WORDS, by=cast.vito)
        services.send_update(db.session.get_one(Alert, scene.alert), WORDS, cast.carla)
    return cast


def test_words_are_never_code_on_any_page(written: Cast, scene: Scene) -> None:
    seen = 0
    for who in (None, written.bea, written.vito, written.carla):
        client = written.signed_in(who) if who else written.app.test_client()
        links = [scene.link(person) for person in (written.vito, written.amina)]
        for path in crawl(
            written.app, client, *links, "/accounts/person/list?name=%22%3E%3Cscript%3Ealert(7)"
        ).pages:
            with closing(client.get(path)) as page:
                if page.mimetype == "text/html":
                    assert not [raw for raw in RAW if raw in page.text], path
                    assert "49%(name)s" not in page.text, path
                    seen += "alert(7)" in page.text
    assert seen > 15


def test_words_leave_as_words_in_every_message(written: Cast) -> None:
    """A letter's subject is ours; what somebody wrote stands in its body, letter by letter."""
    with written.stage():
        texts = [
            words
            for message in db.session.scalars(select(Message))
            for words in message.texts.values()
        ]
    assert any(WORDS in words["body"] for words in texts)
    assert not any("alert(7)" in words["subject"] + words["short"] for words in texts)
