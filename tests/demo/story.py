"""The main job before your eyes: an alert is raised, answered, refilled and closed, over HTTP.

Nobody here calls a service of the product: the coordinator fills forms in, the volunteers open
the links their phones received. What is counted afterwards is what the sinks and rows say.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.demo.house import House
from tests.demo.network import Network, addresses_of, mobile_of, topic_of
from tests.demo.people import NEIGHBOURS, Neighbour
from tests.demo.sinks import Fault, How, Received
from tests.demo.sms_sink import API_KEY, NUMBER, SIGNING_KEY, write_back
from tests.demo.visitor import Visitor

BY_NAME = {neighbour.name: neighbour for neighbour in NEIGHBOURS}
COORDINATOR, ADMINISTRATOR = "Carla Coppola", "Ida Improta"
PATIENCE = 60.0
NEED = {
    "not_for_peers": "no",
    "drill": "no",
    "what": "Tenere compagnia a una persona sola e ascoltarla, per circa due ore",
    "comune": "Teverola",
    "count": "3",
    "language": "ar",
    "language_count": "1",
    "urgency": "Immediate",
    "severity": "Severe",
    "certainty": "Observed",
    "scale": "person",
    "meeting_words": "Davanti alla biblioteca comunale",
}


class StoryBroke(RuntimeError):
    """The story can't go on; the text says what did not happen."""


@dataclass
class Story:
    """What the story remembers while it is told."""

    house: House
    network: Network
    say: Callable[[str], None]
    coordinator: Visitor
    alert_id: int = 0
    inbound: str = ""
    began: float = 0.0
    marks: dict[str, float] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    result: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def tell(house: House, network: Network, say: Callable[[str], None]) -> Story:
    """Tell the whole story; return what it remembers."""
    story = Story(house, network, say, Visitor(house.base))
    set_up_the_telephone(story)
    sign_in(story)
    break_a_channel(story, "Vito Vitale")
    raise_alert(story)
    first = come(story, prefer="Vito Vitale", minutes="15", words="Arrivo a piedi")
    story.marks["first"] = time.monotonic()
    decline(story, prefer="Marta Moretti")
    second = come(story, prefer="Rosa Russo", minutes="30", words="Porto un tè caldo")
    speaker = come(story, prefer="Amina Haddad", minutes="15", speaks="ar")
    story.marks["full"] = time.monotonic()
    told_to_stand_down(story)
    withdraw(story, second)
    write_yes(story, prefer="Luca Longo", words="sì 60", again=True)
    arrive(story, first)
    arrive(story, speaker)
    close(story)
    return story


def set_up_the_telephone(story: Story) -> None:
    """The administrator sets up the association's own Android telephone for text messages."""
    desk = Visitor(story.house.base)
    desk.go("/demo/people")
    desk.send(f"/demo/people/{story.network.people[ADMINISTRATOR]}/be")
    desk.go("/alerts/provider/httpsms/add")
    desk.send(
        "/alerts/provider/httpsms/add", api_key=API_KEY, signing_key=SIGNING_KEY, source=NUMBER,
        base_url=story.house.sinks.sms_url,
    )  # fmt: skip
    found = re.search(r"/alerts/provider/(\w+)/edit", desk.page)
    if found is None:
        raise StoryBroke("The telephone is not among the providers.")
    story.inbound = f"{story.house.base}/alerts/inbound/receive/{found[1]}"
    story.say(f"{ADMINISTRATOR} has set up the association's old telephone for text messages.")


def sign_in(story: Story) -> None:
    """The coordinator comes in by the demo's door."""
    story.coordinator.go("/demo/people")
    story.coordinator.send(f"/demo/people/{story.network.people[COORDINATOR]}/be")
    story.say(f"{COORDINATOR} is at her desk. A neighbour in Teverola is alone and afraid.")


def break_a_channel(story: Story, name: str) -> None:
    """One volunteer's push server refuses for good tonight."""
    story.house.sinks.misbehave(topic_of(BY_NAME[name]), Fault(How.STATUS, code=403))
    story.say(f"(Tonight the push notices of {name} are refused; e-mail is the next way.)")


def raise_alert(story: Story) -> None:
    """Write the alert, look at who would be asked, ask them."""
    desk = story.coordinator
    desk.go("/alerts/alert/draft")
    listening = str(story.network.competences["listening"])
    desk.send("/alerts/alert/draft", **NEED, competence=listening)
    story.alert_id = int(urlsplit(desk.address).path.split("/")[3])
    story.began = time.monotonic()
    desk.send(f"/alerts/alert/{story.alert_id}/open")
    story.say("The alert is open: three people, one of whom speaks Arabic.")


def come(
    story: Story,
    *,
    prefer: str,
    minutes: str,
    words: str = "",
    speaks: str = "",
    again: bool = False,
) -> str:
    """Somebody who was called says they are coming; return who."""
    name = next_called(story, prefer, speaks=speaks, again=again)
    press(story, name, "coming", minutes=minutes, words=words)
    story.say(f"{name} is coming, in {minutes} minutes" + (f": “{words}”" if words else "."))
    return name


def write_yes(story: Story, *, prefer: str, words: str, again: bool = False) -> str:
    """Somebody without internet answers the text message with a text message."""
    name = next_called(story, prefer, again=again)
    if name == prefer:
        write_back(story.inbound, mobile_of(BY_NAME[name]), words)
        story.say(f"{name}, whose telephone knows text messages only, writes back: “{words}”.")
    else:
        press(story, name, "coming", minutes="60")
        story.say(f"{name} is coming, in 60 minutes.")
    return name


def decline(story: Story, *, prefer: str) -> str:
    """Somebody who was called can't; return who."""
    name = next_called(story, prefer)
    press(story, name, "cant")
    story.say(f"{name} can’t tonight.")
    return name


def withdraw(story: Story, name: str) -> None:
    """Somebody who had said yes can't come after all; the need is open again."""
    press(story, name, "cant", words="Si è fermata la macchina")
    story.say(f"{name} can’t come after all: “Si è fermata la macchina”. The need is open again.")


def arrive(story: Story, name: str) -> None:
    """Somebody who was coming is there."""
    press(story, name, "arrived")
    story.say(f"{name} has arrived.")


def close(story: Story) -> None:
    """It is over; everyone who was asked is told."""
    desk = story.coordinator
    desk.go(f"/alerts/alert/{story.alert_id}/close")
    desk.send(f"/alerts/alert/{story.alert_id}/close", reason="resolved")
    story.say(f"{COORDINATOR} closes the alert: the need is met. Everyone asked is told.")


def told_to_stand_down(story: Story) -> None:
    """Wait until the first of those who are not needed any more has been told."""
    before = len(story.answered)
    wanted = {address for n in BY_NAME for address in addresses_of(BY_NAME[n])}
    sinks = story.house.sinks

    def told() -> bool:
        kept = [one for one in sinks.received() if one.address in wanted]
        return len({one.message_id for one in kept}) > len({one.address for one in kept})

    if not sinks.wait_for(told, PATIENCE):
        raise StoryBroke(f"After {before} answers nobody was told to stand down.")
    story.say("That is enough: the others are told that they can stay at home.")


def next_called(story: Story, prefer: str, *, speaks: str = "", again: bool = False) -> str:
    """Wait for a call to this person, or take anybody else who was called and fits."""
    sinks = story.house.sinks
    found: list[str] = []

    def called() -> bool:
        names = [
            name for name in called_people(sinks.received(), story, again=again)
            if not speaks or speaks in BY_NAME[name].spoken
        ]  # fmt: skip
        found[:] = [prefer] if prefer in names else names
        return prefer in names or (bool(names) and time.monotonic() > soon)

    soon = time.monotonic() + 8
    while not sinks.wait_for(called, 2):
        if found and time.monotonic() > soon:
            break
        if time.monotonic() > soon + PATIENCE:
            raise StoryBroke(f"No call reached {prefer} or anybody else who fits.")
    story.answered.add(found[0])
    return found[0]


def called_people(kept: list[Received], story: Story, *, again: bool) -> list[str]:
    """Return who received a call they have not answered, the first called first."""
    links: dict[str, int] = {}
    for one in kept:
        name = owner_of(one.address)
        if name and one.words.link and is_call(one):
            links[name] = links.get(name, 0) + 1
    return [name for name in links if name not in story.answered]


def is_call(one: Received) -> bool:
    """Say whether a received letter asks for an answer."""
    return "/a/" in (one.words.link or "")


def owner_of(address: str) -> str | None:
    """Return whose mailbox or topic this is."""
    return next((n.name for n in NEIGHBOURS if address in addresses_of(n)), None)


def link_of(story: Story, neighbour: Neighbour) -> str:
    """Return the newest answer link this person received."""
    mine = addresses_of(neighbour)
    links = [
        one.words.link
        for one in story.house.sinks.received()
        if one.address in mine and one.words.link and is_call(one)
    ]
    if not links:
        raise StoryBroke(f"{neighbour.name} has received no link.")
    return str(links[-1])


def press(story: Story, name: str, deed: str, **answers: str) -> None:
    """Open the link as this person and press one button."""
    phone = Visitor(story.house.base)
    link = urlsplit(link_of(story, BY_NAME[name])).path
    phone.go(link)
    phone.send(link, deed=deed, **answers)
