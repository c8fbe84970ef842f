"""Claim, send, record: turns the rows of the outbox into letters and their outcomes into rows.

One turn is one short transaction: it settles what has come back, claims what is due and counts
the copies of what goes out next. Sending happens between turns, when no transaction is open.
So at any moment a crash leaves rows that say truly what may have been sent.
"""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Flask

from alerts.sender import outbox
from alerts.sender.addressing import Addressed, address
from alerts.sender.letters import Letter, Provider
from alerts.sender.outcomes import Outcome, refused, unsure
from alerts.sender.pacing import Crew, Health, choose, judge, put_back
from alerts.sender.second_look import prepare
from alerts.sender.slips import Held, Parcel, Verdict
from alerts.sender.ways import Way, Ways, ways_of
from nucleus.ground.clock import now
from nucleus.ground.crypto import CantOpen
from nucleus.ground.database import reading, transaction
from nucleus.messages.models import DISTANT
from nucleus.people.models import SENDING

log = structlog.get_logger()
Send = Callable[[Provider, str, Letter], Outcome]
CHUNK = 20


@dataclass(frozen=True, slots=True)
class Ended:
    """A parcel that came back from the wire."""

    parcel: Parcel
    outcome: Outcome
    seconds: float = 0.0


class Engine:
    """One process's part of the outbox. `turn` belongs to one thread, `finish` to any."""

    def __init__(self, app: Flask, *, threads: int, at: Callable[[str], None] | None = None):
        """Start with empty hands.

        Args:
            app: the house whose outbox it is.
            threads: how many letters may be on their way at once.
            at: told each point that is passed, for promises about crashes.
        """
        self.app = app
        self.crew = Crew(threads)
        self.held: list[Held] = []
        self.busy: Counter[str] = Counter()
        self.on_their_way = 0
        self.health: dict[str, Health] = {}
        self.finished: deque[Ended] = deque()
        self.at = at or (lambda _point: None)

    def turn(self) -> list[Parcel]:
        """Settle, claim, look again and count copies in one transaction; return what goes out."""
        ended, ways = list(self.finished), ways_of(self.app)
        with transaction():
            outbox.settle([(one.parcel.held, self._judge(one)) for one in ended])
            held = self._keep_open([*self.held, *self._claim()], ways)
            self.at("claimed")
            busy = self.busy - Counter(one.parcel.held.lane for one in ended)
            chosen = choose(held, self.crew, busy=busy, health=self.health)
            going = prepare([(each, self._way(each.lane, ways)) for each in chosen])
            self.at("counted")
        self._after_commit(ended, held=held, chosen=chosen, going=going)
        self.at("committed")
        return going

    def finish(self, parcel: Parcel, outcome: Outcome, seconds: float = 0.0) -> None:
        """Hand back what became of a parcel; the next turn writes it down."""
        self.finished.append(Ended(parcel, outcome, seconds))

    def is_worth_a_turn(self) -> bool:
        """Say whether a turn would do something; takes no write lock."""
        if len(self.finished) >= min(CHUNK, max(self.on_their_way, 1)):
            return True
        if not self.crew.room(self.on_their_way, vital=True):
            return False
        if choose(self.held, self.crew, busy=self.busy, health=self.health):
            return True
        with reading():
            return bool(self._worth_claiming())

    def next_due(self) -> datetime | None:
        """Return when the next row is due, or `None` when none waits for a time."""
        lanes = self.open_lanes()
        with reading():
            due = [front.due_at for front in outbox.fronts() if front.lane in lanes]
        opening = [one.closed_until for one in self.health.values() if not one.is_open(now())]
        ahead = [at for at in [*due, *opening] if at is not None and at < DISTANT]
        return min(ahead, default=None)

    def open_lanes(self) -> set[str]:
        """Return the lanes with a way that no breaker has closed, and those without any way."""
        at, ways = now(), ways_of(self.app)
        shut = [lane for lane in ways if not any(self._is_open(way, at) for way in ways[lane])]
        return {str(lane) for lane in SENDING} - set(shut)

    def let_go(self) -> None:
        """Settle what has come back and give back all that was not sent: the end of the shift."""
        ended = list(self.finished)
        with transaction():
            outbox.settle([(one.parcel.held, self._judge(one)) for one in ended])
            outbox.settle([(each, put_back(each, each.due_at)) for each in self.held])
        self._after_commit(ended, held=[], chosen=[], going=[])

    def _claim(self) -> list[Held]:
        """Claim per open lane, when little of it is in hand or something more urgent waits."""
        return [each for lane in self._worth_claiming() for each in outbox.claim(lane)]

    def _worth_claiming(self) -> list[str]:
        at, tops = now(), dict[str, int]()
        for front in outbox.fronts():
            if front.due_at <= at:
                tops[front.lane] = max(front.priority, tops.get(front.lane, 0))
        return [lane for lane in tops if self._has_room(lane, tops[lane])]

    def _has_room(self, lane: str, top: int) -> bool:
        mine = [each.priority for each in self.held if each.lane == lane]
        wanted = len(mine) < self.crew.threads or top > max(mine)
        return wanted and lane in self.open_lanes()

    def _is_open(self, way: Way, at: datetime) -> bool:
        return self.health.get(way.label, Health()).is_open(at)

    def _way(self, lane: str, ways: Ways) -> Way:
        at = now()
        return next(way for way in ways[lane] if self._is_open(way, at))

    def _keep_open(self, held: list[Held], ways: Ways) -> list[Held]:
        """Give back what waits for a closed lane; end what has no way at all."""
        lanes, at = self.open_lanes(), now()
        nowhere = refused("no server is set up for this channel")
        ended = [(each, judge(each, nowhere, at)) for each in held if each.lane not in ways]
        shut = [each for each in held if each.lane in ways and each.lane not in lanes]
        outbox.settle([*ended, *((each, put_back(each, each.due_at)) for each in shut)])
        open_ones = [each for each in held if each.lane in ways and each.lane in lanes]
        return [each for each in open_ones if each.lease_until > at]

    def _judge(self, one: Ended) -> Verdict:
        return judge(one.parcel.held, one.outcome, now())

    def _after_commit(
        self, ended: list[Ended], *, held: list[Held], chosen: list[Held], going: list[Parcel]
    ) -> None:
        """Only now, that it is kept, change what we hold in memory."""
        for one in ended:
            self.finished.popleft()
            self.busy[one.parcel.held.lane] -= 1
            self._learn(one)
        picked = {each.id for each in chosen}
        self.held = [each for each in held if each.id not in picked]
        self.busy.update(parcel.held.lane for parcel in going)
        self.on_their_way = self.busy.total()

    def _learn(self, one: Ended) -> None:
        label = one.parcel.way.label
        before = self.health.get(label, Health())
        after = before.learn(one.outcome.kind, now(), seconds=one.seconds)
        self.health[label] = after
        if not after.is_open(now()) and before.is_open(now()):
            log.warning("way_closed", way=label, until=str(after.closed_until))


def carry(parcel: Parcel, send: Send) -> Ended:
    """Send one parcel, outside any transaction; whatever happens, it ends in an outcome."""
    started = time.monotonic()
    try:
        ready: Addressed = address(parcel)
        outcome = send(ready.provider, ready.address, ready.letter)
    except CantOpen:
        outcome = refused("the address was sealed with a key that is gone")
    except Exception as fault:
        log.exception("send_stumbled", delivery=parcel.held.id)
        outcome = unsure(f"the sender stumbled ({type(fault).__name__})")
    return Ended(parcel, outcome, time.monotonic() - started)


def run_until_idle(app: Flask, *, send: Send, at: Callable[[str], None] | None = None) -> int:
    """Do all that is due now, step by step in this thread; return how many letters went out.

    For promises: the clock may be held still, `send` may be anything, and `at` may raise at a
    point ("claimed", "counted", "committed", "sent") to crash there.
    """
    with app.app_context():
        engine = Engine(app, threads=app.extensions["nucleus.settings"].sender_threads, at=at)
        count = 0
        while engine.held or engine.is_worth_a_turn():
            for parcel in engine.turn():
                ended = carry(parcel, send)
                count += 1
                engine.at("sent")
                engine.finish(parcel, ended.outcome, ended.seconds)
    return count
