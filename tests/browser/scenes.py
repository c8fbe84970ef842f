"""What the pictures show: the demo's network on a night when much is going on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from alerts.models import Alert
from nucleus.ground.database import db
from nucleus.ground.tokens import derive_token
from nucleus.people.models import Channel, ContactPoint
from nucleus.plans import invitations
from nucleus.plans.models import Plan, PlanItem
from nucleus.plans.services import add_supporter
from nucleus.resources.models import Resource
from tests.accounts.furnish import furnish_accounts
from tests.browser.gallery import hang_gallery
from tests.browser.house import LiveHouse
from tests.browser.pages import Examples
from tests.browser.staff import administrator, furnish_staff
from tests.browser.walk import ADMINISTRATOR, Stop, all_stops
from tests.cast import Cast
from tests.demo import story
from tests.demo.house import House, running
from tests.demo.network import Network, fill
from tests.demo.visitor import Visitor
from tests.roster.furnish import furnish_roster

FAULTS = (400, 404, 410, 429, 500, 503)


@dataclass
class Night:
    """The running house, and the pages of this night by what they show."""

    house: LiveHouse
    network: Network
    examples: Examples
    moments: list[Stop]

    def stops(self) -> list[Stop]:
        """Return every page of every room, then what only this night shows."""
        pages = [stop for stop in all_stops(self.house, self.examples) if "/demo/" not in stop.path]
        return [*pages, Stop("/", "ida", "home"), *self.moments]

    def cookies_of(self, role: str) -> dict[str, str]:
        """Return the cookies of a browser in which this person has signed in."""
        people = {name.split()[0].lower(): number for name, number in self.network.people.items()}
        people[ADMINISTRATOR] = administrator(self.house.cast)
        return self.house.cookies_of(people.get(role))


@contextmanager
def night(folder: Path) -> Iterator[Night]:
    """Run the demo's house: one alert has ended, one is half-way, three have asked for help."""
    with running(folder) as demo:
        hang_gallery(demo.app)
        # The demo offers the languages it is complete in; the pictures try right to left as well.
        demo.app.extensions["nucleus.languages"] = ("it", "en", "ar")
        network = fill(demo.app)
        house = LiveHouse(demo.app, cast_of(demo.app, network), demo.base)
        over = story.tell(demo, network, quietly)
        moments = answers(over, {"answer.over": "Vito Vitale"})
        going, tellers = half_way(demo, network)
        tellers["asked"] = story.next_called(going, "Amina Haddad")
        moments += answers(going, {f"answer.{how}": who for how, who in tellers.items()})
        of_alerts = alerts(over.alert_id, going=going.alert_id, draft=written_down(going))
        examples = of_alerts | rooms(house.cast)
        moments += presses(demo, network) + faults()
        yield Night(house, network, examples, moments)


def quietly(_words: str) -> None:
    """Tell nobody: here the story is looked at."""


def cast_of(app: Flask, network: Network) -> Cast:
    """Let the people of the demo play the known parts."""
    people = {name.split()[0].lower(): number for name, number in network.people.items()}
    return Cast(
        app,
        organisation=network.organisations["agro"],
        other_organisation=network.organisations["valle"],
        listening=network.competences["listening"],
        dario=people["greta"],
        outsider=people["olena"],
        **{part: people[part] for part in ("carla", "vito", "amina", "luca", "bea")},
    )


def half_way(demo: House, network: Network) -> tuple[story.Story, dict[str, str]]:
    """Raise an alert, let one come and one decline, and leave it there; return who did what.

    Not always the same two: who came to the first alert may be resting.
    """
    tale = story.Story(demo, network, quietly, Visitor(demo.base))
    story.sign_in(tale)
    demo.sinks.forget()
    story.raise_alert(tale)
    comes = story.come(tale, prefer="Vito Vitale", minutes="15", words="Arrivo a piedi")
    declines = story.decline(tale, prefer="Marta Moretti")
    return tale, {"coming": comes, "declined": declines}


def written_down(tale: story.Story) -> int:
    """Leave a draft on the desk."""
    listening = str(tale.network.competences["listening"])
    tale.coordinator.go("/alerts/alert/draft")
    tale.coordinator.send("/alerts/alert/draft", **story.NEED, competence=listening)
    return int(urlsplit(tale.coordinator.address).path.split("/")[3])


def alerts(over: int, *, going: int, draft: int) -> Examples:
    """Return the arguments of the pages of alerts."""
    ways = {"show_after": over, "check_alert": draft}
    ways |= dict.fromkeys(("show_board", "show_calls", "close_alert", "send_update"), going)
    return {f"alerts.{page}": {"alert_id": number} for page, number in ways.items()}


def rooms(cast: Cast) -> Examples:
    """Return the arguments of the pages of all other rooms."""
    with cast.stage():
        plan = db.session.scalars(select(Plan).where(Plan.person_id == cast.bea)).one()
        own = select(PlanItem.id).where(PlanItem.plan_id == plan.id, PlanItem.section == "alone")
        add_supporter(plan, "Nadia Nappi", Channel.EMAIL, address="n@agro.example", language="it")
        db.session.flush()
        asked = db.session.scalars(select(ContactPoint).order_by(ContactPoint.id.desc())).first()
        place = db.session.scalars(select(Resource.id).order_by(Resource.id)).first()
        assert asked is not None
        token = derive_token(invitations.PURPOSE, asked.id, asked.uid)
        pages: Examples = {
            "plans.add_item": {"section": "alone"},
            "plans.edit_item": {"item_id": db.session.scalars(own).first()},
            "plans.show_invitation": {"token": token},
        }
        places = ("show", "edit", "verify", "retire")
        pages |= {f"resources.{verb}_resource": {"resource_id": place} for verb in places}
    return pages | furnish_accounts(cast) | furnish_roster(cast) | furnish_staff(cast)


def answers(tale: story.Story, whose: dict[str, str]) -> list[Stop]:
    """Return the answer pages of some who were called, under the names of the pictures."""
    links = {name: story.link_of(tale, story.BY_NAME[who]) for name, who in whose.items()}
    return [Stop(urlsplit(link).path, "visitor", name) for name, link in links.items()]


def presses(demo: House, network: Network) -> list[Stop]:
    """Let three ask for help: one may still take it back, one waits, to one somebody comes."""
    comes = press_for_help(demo, network, "Olena Kovalenko")
    tale = story.Story(demo, network, quietly, Visitor(demo.base))
    story.press(tale, first_called(demo), "coming", minutes="15")
    waits = press_for_help(demo, network, "Tarek Mansour")
    held = press_for_help(demo, network, "Gennaro Ricci")
    hold(demo, held)
    shown = {"gennaro": ("undo", held), "tarek": ("untold", waits), "olena": ("coming", comes)}
    return [
        Stop(f"/alerts/help/{number}/show", who, f"help.{what}")
        for who, (what, number) in shown.items()
    ]


def press_for_help(demo: House, network: Network, name: str) -> int:
    """Press the button as this person; return the number of the alert."""
    phone = Visitor(demo.base)
    phone.go("/demo/people")
    phone.send(f"/demo/people/{network.people[name]}/be")
    demo.sinks.forget()
    phone.go("/alerts/help/press")
    phone.send("/alerts/help/press")
    return int(urlsplit(phone.address).path.split("/")[3])


def hold(demo: House, number: int) -> None:
    """Keep the ten seconds of a press from running out while its picture is taken."""
    with demo.app.app_context():
        alert = db.session.get_one(Alert, number)
        assert alert.opened_at is not None
        alert.opened_at += timedelta(hours=1)
        db.session.commit()


def first_called(demo: House) -> str:
    """Wait until somebody has received a call; return who."""

    def called() -> list[str]:
        calls = filter(story.is_call, demo.sinks.received())
        return [name for one in calls if (name := story.owner_of(one.address))]

    assert demo.sinks.wait_for(lambda: bool(called()), story.PATIENCE), "nobody was called"
    return called()[0]


def faults() -> list[Stop]:
    """Return the pages nobody wants to see."""
    pages = [Stop(f"/gallery/fault/{code}", "visitor", f"fault.{code}") for code in FAULTS]
    return [*pages, Stop("/a/cut", "visitor", "answer.wrong_link")]
