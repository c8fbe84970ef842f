"""Alerts raised, sent, answered and closed while processes are killed; and what it cost.

Nothing is asked of the product but what people ask: pages over HTTP, and the letters that came.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import Executable, func, select

from alerts.models import Alert, Recipient
from nucleus.ground.clock import now
from nucleus.ground.database import db, reading
from nucleus.messages.models import Delivery, Message
from tests.benchmarks.crowd import CrowdedHouse
from tests.benchmarks.killing import WEB, Family
from tests.benchmarks.page_figures import signed_in_cookie
from tests.benchmarks.processes import HERE
from tests.benchmarks.sinking import Copy, Sink
from tests.demo.visitor import NoSuchForm, Refused, Visitor

FACTS = {
    "not_for_peers": "no", "drill": "yes", "what": "Company for two hours", "comune": "Teverola",
    "count": "50", "urgency": "Immediate", "severity": "Extreme", "certainty": "Observed",
    "scale": "area",
}  # fmt: skip
WORKERS = ("worker 1", "worker 2")
LOOK_EVERY = 0.2
AWAY = (requests.RequestException, Refused, NoSuchForm, LookupError)
CLOSING = ("stand_down", "all_clear")


@dataclass(frozen=True)
class Plan:
    """How much of what: `kills` at random moments while `alerts` x `people` are told twice."""

    people: int
    alerts: int
    kills: int
    answers: int = 10
    seed: int = 1
    patience: float = 900.0


@dataclass
class Toll:
    """What the ordeal cost; all numbers count people, letters or presses."""

    kills: int = 0
    deliveries: int = 0
    lost_calls: int = 0
    lost_endings: int = 0
    repeats: int = 0
    silent_repeats: int = 0
    too_many_copies: int = 0
    failed: int = 0
    unfinished: int = 0
    halves: int = 0
    forgotten: int = 0
    seconds: float = 0.0

    @property
    def lost(self) -> int:
        """Return who was called or stood down in the rows, and never by a letter."""
        return self.lost_calls + self.lost_endings


@dataclass
class Ordeal:
    """One run."""

    house: CrowdedHouse
    sink: Sink
    family: Family
    plan: Plan
    toll: Toll = field(default_factory=Toll)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Seed what is random, and say until when all must be done."""
        self.chance = random.Random(self.plan.seed)
        self.until = time.monotonic() + self.plan.patience
        self.desk = Visitor(self.family.url)
        name, _, value = signed_in_cookie(self.house.cast).partition("=")
        self.desk.session.cookies.set(name, value, domain=HERE, path="/")

    def run(self) -> Toll:
        """Raise, send, answer, close; kill all the while; count at the end."""
        started = time.monotonic()
        for name in (WEB, *WORKERS):
            self.family.raise_one(name)
        self.family.wait_for_pages()
        killer = threading.Thread(target=self.kill_as_letters_come, daemon=True)
        killer.start()
        try:
            alerts = [self.raise_alert() for _ in range(self.plan.alerts)]
            self.wait_until("all calls are out", lambda: not self.waiting("call"))
            for alert in alerts:
                self.have_answered(alert)
            for alert in alerts:
                self.press(f"/alerts/alert/{alert}/close", self.is_closed(alert), reason="resolved")
            self.wait_until("all endings are out", lambda: not self.waiting())
        finally:
            self.over.set()
            killer.join()
        self.toll.seconds = time.monotonic() - started
        self.toll.kills = self.family.killed
        self.family.end()
        self.count()
        return self.toll

    def kill_as_letters_come(self) -> None:
        """Kill somebody each time that so many more letters have arrived."""
        expected = 2 * self.plan.people * self.plan.alerts
        chance = random.Random(self.plan.seed + 1)
        for mark in sorted(chance.randrange(expected) for _ in range(self.plan.kills)):
            while self.sink.letters() < mark:
                if self.over.wait(0.01):
                    return
            self.family.kill_and_raise(chance.choice((WEB, *WORKERS, *WORKERS)), chance)

    def raise_alert(self) -> int:
        """Draft an alert and ask everybody at once; return its id."""
        before = self.newest_alert()
        self.press("/alerts/alert/draft", lambda: self.newest_alert() > before, **FACTS)
        alert = self.newest_alert()
        self.press(f"/alerts/alert/{alert}/check", self.is_asked(alert), to="/open")
        return alert

    def press(self, path: str, done: Callable[[], bool], *, to: str = "", **typed: str) -> None:
        """Send a form, killing the web process in the middle half of the time, until it is done.

        What was acknowledged must be there, and what was not must be there whole or not at all.
        """
        while not done():
            self.check_time("a press")
            blow = threading.Timer(self.chance.random() * 0.3, self.family.kill, [WEB])
            if self.chance.random() < 0.5:
                blow.start()
            well = False
            with suppress(*AWAY):
                self.desk.go(path)
                self.desk.send(to or path, **typed)
                well = True
            blow.cancel()
            if blow.ident:
                blow.join()
            self.toll.forgotten += well and not done()
            self.be_there()

    def be_there(self) -> None:
        """Raise the web process again when it was killed."""
        with self.family.door:
            if WEB not in self.family.alive:
                self.family.raise_one(WEB)
        self.family.wait_for_pages()

    def have_answered(self, alert: int) -> None:
        """Let some people press the link in the letter they got."""
        for recipient, link in self.links(alert)[: self.plan.answers]:
            phone, deed = Visitor(self.family.url), self.chance.choice(("coming", "cant"))
            desk, self.desk = self.desk, phone
            self.press(link, self.has_answered(recipient), to="/a/", deed=deed)
            self.desk = desk

    def links(self, alert: int) -> list[tuple[int, str]]:
        """Return whom to answer for: (recipient, the path in the letter that came)."""
        rows = self.read(
            select(Delivery.id, Delivery.link_subject)
            .join(Delivery.message)
            .where(Message.kind == "call", Message.origin_id == alert, Delivery.step == 1)
        )
        subjects = {str(delivery): int(subject) for delivery, subject in rows}
        found = {}
        for copy in self.sink.copies():
            number = delivery_of(copy.name)
            if number in subjects and (link := copy.link):
                found[subjects[number]] = urlsplit(link).path
        return sorted(found.items())

    def count(self) -> None:
        """Compare what the rows say with what has arrived."""
        copies, toll = self.sink.copies(), self.toll
        arrived = Counter(delivery_of(copy.name) for copy in copies)
        toll.silent_repeats = silent_repeats(copies)
        toll.repeats = arrived.total() - len(arrived)
        toll.too_many_copies = sum(number > 3 for number in arrived.values())
        got: dict[str, set[tuple[int, int]]] = {"call": set(), "end": set()}
        owed: dict[str, set[tuple[int, int]]] = {"call": set(), "end": set()}
        columns = Delivery.id, Delivery.state, Delivery.person_id, Message.origin_id, Message.kind
        for number, state, person, alert, kind in self.read(select(*columns).join(Message)):
            toll.deliveries += 1
            toll.failed += state == "failed"
            what = "call" if kind == "call" else "end" if kind in CLOSING else ""
            if what and arrived[str(number)]:
                got[what].add((person, alert))
        asked = select(Recipient.person_id, Recipient.alert_id).where(Recipient.called_wave > 0)
        owed["call"] = {(person, alert) for person, alert in self.read(asked)}
        toll.lost_calls = len(owed["call"] - got["call"])
        toll.lost_endings = len(got["call"] - got["end"])
        toll.unfinished = self.waiting()

    def waiting(self, *kinds: str) -> int:
        """Return how many deliveries (of these kinds) are due or on their way."""
        due = Delivery.due_at <= now()
        found = select(func.count()).select_from(Delivery).join(Message)
        found = found.where(Delivery.state.in_(["leased", "queued"]), due)
        if kinds:
            found = found.where(Message.kind.in_(kinds))
        return int(self.read(found)[0][0])

    def newest_alert(self) -> int:
        """Return the id of the alert drafted last, 0 when there is none."""
        return int(self.read(select(func.coalesce(func.max(Alert.id), 0)))[0][0])

    def is_asked(self, alert: int) -> Callable[[], bool]:
        """Say whether everybody was asked; half of it is counted as a fault."""

        def done() -> bool:
            ((state,),) = self.read(select(Alert.state).where(Alert.id == alert))
            called = Recipient.alert_id == alert, Recipient.called_wave > 0
            ((asked,),) = self.read(select(func.count()).where(*called))
            of = Message.origin == "alert", Message.origin_id == alert, Message.kind == "call"
            posted = select(func.count(Delivery.person_id.distinct())).join(Message).where(*of)
            ((told,),) = self.read(posted)
            whole = (state, asked > 0) in {("draft", False), ("open", True)} and asked == told
            self.toll.halves += not whole
            return bool(state == "open")

        return done

    def is_closed(self, alert: int) -> Callable[[], bool]:
        """Say whether it is closed; a close without its letters is counted as a fault."""

        def done() -> bool:
            ((state,),) = self.read(select(Alert.state).where(Alert.id == alert))
            of = Message.origin == "alert", Message.origin_id == alert, Message.kind.in_(CLOSING)
            posted = select(func.count(Delivery.person_id.distinct())).join(Message).where(*of)
            ((told,),) = self.read(posted)
            self.toll.halves += (state == "closed") != (told > 0)
            return bool(state == "closed")

        return done

    def has_answered(self, recipient: int) -> Callable[[], bool]:
        """Say whether a person's answer is kept."""
        answered = select(Recipient.answered_at).where(Recipient.id == recipient)
        return lambda: self.read(answered)[0][0] is not None

    def read(self, found: Executable) -> list[tuple[Any, ...]]:
        """Read rows as they stand."""
        with self.house.app.app_context(), reading():
            return [tuple(row) for row in db.session.execute(found)]

    def wait_until(self, what: str, true: Callable[[], bool]) -> None:
        """Look every moment until it is true."""
        while not true():
            self.check_time(what)
            self.be_there()
            time.sleep(LOOK_EVERY)

    def check_time(self, what: str) -> None:
        """Give up loudly when it takes for ever."""
        if time.monotonic() > self.until:
            raise TimeoutError(f"{what}: not within {self.plan.patience:g} s; {self.toll}")


def silent_repeats(copies: Sequence[Copy]) -> int:
    """Return how many copies pretend to be the first beside another of the same letter.

    In whatever order they come: a process that was only asleep may send the first one last.
    """
    plain = Counter(copy.name for copy in copies if not copy.owns_up)
    return plain.total() - len(plain)


def delivery_of(name: str) -> str:
    """Return the delivery a Message-ID belongs to (`message.delivery@host`)."""
    return name.partition("@")[0].partition(".")[2]
