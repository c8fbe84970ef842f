"""One of three channels in trouble: who else is late, and when the next channel takes over."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from alerts.sender import ways
from alerts.sender.letters import NtfyServer
from alerts.sender.working.worker import Sender
from nucleus.ground.database import transaction
from nucleus.ground.settings import NtfySettings
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from tests.alerts.sender.certificates import self_signed
from tests.benchmarks.crowd import CrowdedHouse, bring, open_house
from tests.benchmarks.processes import HERE
from tests.demo.sinks import Fault, How, Sinks
from tests.messages.helpers import draft, to

THIRD = Channel.MATRIX
"""Its way leads to an ntfy server of its own here: what counts is that the lane is another."""

NOWHERE = "http://nowhere.invalid"
PATIENCE = 60.0
GROUP = 40


@dataclass(frozen=True)
class Trouble:
    """One way in which the push server fails; without a fault it is all well.

    Attributes:
        strange: shows a certificate nobody vouches for.
        gone: its name is not found.
    """

    name: str
    fault: Fault | None = None
    strange: bool = False
    gone: bool = False


TROUBLES = (
    Trouble("none"),
    Trouble("answers 500", Fault(How.STATUS, code=500)),
    Trouble("429, Retry-After 30", Fault(How.STATUS, code=429, seconds=30)),
    Trouble("resets", Fault(How.RESET)),
    Trouble("hangs", Fault(How.HANG)),
    Trouble("one byte a second", Fault(How.DRIP, seconds=1.0)),
    Trouble("302 elsewhere", Fault(How.REDIRECT)),
    Trouble("bad certificate", strange=True),
    Trouble("name not found", gone=True),
    Trouble("accepts, then silence", Fault(How.LOSE)),
)


@dataclass(frozen=True)
class Outside:
    """A healthy mail server and third channel, and the push server in trouble."""

    healthy: Sinks
    troubled: Sinks
    trouble: Trouble

    @property
    def troubled_url(self) -> str:
        """Return where the push server is supposed to be."""
        return NOWHERE if self.trouble.gone else self.troubled.ntfy_url


@dataclass(frozen=True)
class Told:
    """Seconds until all others were told, and until all affected had it by their next channel."""

    others: float
    affected: float
    copies: int
    people: int


@contextmanager
def outside(trouble: Trouble, folder: Path) -> Iterator[Outside]:
    """Start both servers, one of them in trouble."""
    tls = self_signed(folder).server_side() if trouble.strange else None
    with Sinks() as healthy, Sinks(ntfy_tls=tls) as troubled:
        if trouble.fault:
            troubled.misbehave("*", trouble.fault)
        yield Outside(healthy, troubled, trouble)


def tell(
    url: str, trouble: Trouble, folder: Path, *, step_seconds: int, group: int = GROUP
) -> Told:
    """Tell three groups at once: mail only, third channel only, and push first, then mail.

    Raises:
        TimeoutError: somebody was not reached at all.
    """
    with outside(trouble, folder) as there, house_of(url) as house:
        lead_outside(house, there)
        others = bring(house, group, Channel.EMAIL, THIRD)
        affected = bring(house, group, Channel.NTFY, Channel.EMAIL, each=True)
        sender = Sender(house.app)
        sender.start()
        try:
            return watched(house, there, (others, affected), step_seconds=step_seconds)
        finally:
            there.troubled.behave()
            there.troubled.hang_up()  # or the crew waits for the end of each deadline
            sender.stop()


def house_of(url: str) -> AbstractContextManager[CrowdedHouse]:
    """Return a house that sends by mail; where to, it is told when the servers are known."""
    return open_house(
        url, mail_url=f"smtp://{HERE}:25?security=none", mail_from="nucleo@example.org"
    )


def lead_outside(house: CrowdedHouse, there: Outside) -> None:
    """Point the house's ways at the servers."""
    mail = house.app.extensions["nucleus.settings"].mail
    house.app.extensions["nucleus.settings"] = replace(
        house.app.extensions["nucleus.settings"],
        mail=mail and replace(mail, port=there.healthy.smtp_port),
        ntfy=NtfySettings(there.troubled_url),
    )
    third = ways.Way(
        label="third", lane=str(THIRD), provider=NtfyServer(there.healthy.ntfy_url), host="third"
    )
    ways.pin(house.app, lambda: [third])


def watched(
    house: CrowdedHouse, there: Outside, groups: tuple[Sequence[int], Sequence[int]],
    *, step_seconds: int,
) -> Told:  # fmt: skip
    """Post to all, and look when whom has been reached."""
    others, affected = groups
    started = time.monotonic()
    with house.app.app_context(), transaction():
        post_message(draft(), to(*others, *affected), step_seconds=step_seconds)
    first = reached_after(there.healthy, others, started)
    second = first
    if there.trouble.name != "none":
        second = reached_after(there.healthy, affected, started)
    copies = there.healthy.copies()
    return Told(first, second, copies.total() - len(copies), len(others) + len(affected))


def reached_after(sinks: Sinks, people: Sequence[int], started: float) -> float:
    """Return the seconds until each of these people had a letter on a healthy channel."""
    wanted = {f"p{person}@example.org" for person in people}
    topics = {f"crowd-topic-{person}" for person in people}

    def all_here() -> bool:
        here = {each.address for each in sinks.received()}
        return len(here & wanted) + len(here & topics) >= len(people)

    if not sinks.wait_for(all_here, PATIENCE):
        raise TimeoutError("somebody was not reached")
    return time.monotonic() - started
