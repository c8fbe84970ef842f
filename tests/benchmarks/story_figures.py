"""The figure `story`: a thousand people told through the whole real path, and none lost."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import func, select

from alerts.sender import channels
from alerts.sender.working.worker import Sender
from nucleus.app import create_app
from nucleus.ground.database import db, reading, transaction
from nucleus.ground.settings import MailSettings, NtfySettings
from nucleus.messages.models import Delivery
from nucleus.messages.services import post_message
from nucleus.people.models import Channel
from nucleus.people.services import add_contact_point, add_person
from tests.benchmarks.figures import Figure
from tests.conftest import settings_for
from tests.demo.keeping import Fault, How
from tests.demo.sinks import Sinks
from tests.messages.helpers import draft, to

LATENCY = 0.05
PATIENCE = 120.0
ALL_WITHIN = 10.0
"""Seconds: what GOV.UK Notify promises for 95 % of its messages."""


@dataclass(frozen=True)
class Told:
    """What became of one message to many."""

    seconds: float
    lost: int
    repeated: int


def run(options: dict[str, str]) -> list[Figure]:
    """Tell `--people` (1,000) once, and `--sample` (200) in turn with plain apprise."""
    people, sample = int(options.get("people", "1000")), int(options.get("sample", "200"))
    rounds = int(options.get("rounds", "3"))
    channels.close()  # loads apprise, as the sender does before the first alert
    with Sinks() as sinks:
        sinks.misbehave("*", Fault(How.LATE, seconds=LATENCY))
        crowd = tell(people, sinks)
        pairs = [(tell(sample, sinks).seconds, plain(sample, sinks)) for _ in range(rounds)]
    ours, theirs = (sorted(each)[rounds // 2] for each in zip(*pairs, strict=True))
    return [lost(people, crowd), speed(people, crowd), beside_plain(sample, ours, theirs)]


def tell(count: int, sinks: Sinks) -> Told:
    """Post one message to so many people and wait until the sinks have them all."""
    sinks.forget()
    with TemporaryDirectory() as folder:
        app = house(Path(folder), sinks)
        with app.app_context(), transaction():
            people = crowd_of(count)
        sender = Sender(app)
        sender.start()
        started = time.monotonic()
        with app.app_context(), transaction():
            post_message(draft(), to(*people), step_seconds=3600)
        sinks.wait_for(lambda: len(sinks.copies()) >= count, PATIENCE)
        seconds = time.monotonic() - started
        sender.stop()
        return Told(seconds, *lost_and_repeated(app, count, sinks))


def house(folder: Path, sinks: Sinks) -> Flask:
    """Open an empty house that sends to the sinks."""
    settings = replace(
        settings_for(folder),
        mail=MailSettings("127.0.0.1", sinks.smtp_port, "none", "nucleo@example.org"),
        ntfy=NtfySettings(sinks.ntfy_url),
    )
    app = create_app(settings)
    with app.app_context():
        db.create_all()
    return app


def crowd_of(count: int) -> list[int]:
    """Bring invented people, every other one with e-mail, the others with ntfy."""
    people = [add_person(f"C{number} Crowd") for number in range(count)]
    for number, person in enumerate(people):
        channel = Channel.EMAIL if number % 2 else Channel.NTFY
        address = f"c{number}@example.org" if number % 2 else f"crowd-topic-{number}"
        add_contact_point(person, channel, address=address, verified=True)
    return [person.id for person in people]


def lost_and_repeated(app: Flask, count: int, sinks: Sinks) -> tuple[int, int]:
    """Compare what arrived with what the rows say."""
    with app.app_context():
        with reading():
            sent = select(func.count()).where(Delivery.state == "sent", ~Delivery.unsure)
            written = db.session.scalar(sent) or 0
        db.engine.dispose()
    arrived = sinks.copies()
    return count - min(len(arrived), written), arrived.total() - len(arrived)


def plain(count: int, sinks: Sinks) -> float:
    """Return the seconds plain apprise takes for as many people; raise when it lost some."""
    sinks.forget()
    line = [sys.executable, "-m", "tests.benchmarks.plain_story"]
    ports = [str(sinks.smtp_port), str(sinks.ntfy_port), str(count)]
    done = subprocess.run([*line, *ports], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    if not told["all_well"]:
        raise RuntimeError("plain apprise did not deliver the sample")
    return float(told["seconds"])


def lost(people: int, told: Told) -> Figure:
    """Return how many of the people were not told."""
    return Figure(
        figure="story",
        unit="people lost",
        ours=told.lost,
        goal=f"0 of {people}",
        reached=told.lost == 0,
        note=f"{people} people, half e-mail, half ntfy, 50 ms; repeated {told.repeated}",
    )


def speed(people: int, told: Told) -> Figure:
    """Return how long it took until all were handed over."""
    return Figure(
        figure="story.all_handed_over",
        unit="s",
        ours=told.seconds,
        goal=f"<= {ALL_WITHIN:g}",
        reached=told.seconds <= ALL_WITHIN,
        note=f"{people} people, from the commit to the last letter at the sinks, one process",
    )


def beside_plain(sample: int, ours: float, theirs: float) -> Figure:
    """Return how long a smaller number takes beside plain apprise, which keeps no record."""
    return Figure(
        figure="story.sample",
        unit="s",
        ours=ours,
        goal="<= 0.5 of the yardstick",
        reached=ours <= 0.5 * theirs,
        yardstick=theirs,
        yardstick_name="one Apprise object with all addresses, its own pool",
        note=f"{sample} people each, in turn; ours writes a durable row per person",
    )
