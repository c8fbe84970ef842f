"""Claims, sends, records: turns the rows of the outbox into letters and their outcomes into rows.

One turn is one short transaction: it settles what has come back, claims what is due and counts
the copies of what goes out next. Sending happens between turns, when no transaction is open.
So at any moment a crash leaves rows that say truly what may have been sent.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from flask import Flask

from alerts.sender import gone, outbox
from alerts.sender.carrying import Ended, Send, carry
from alerts.sender.outcomes import Outcome, refused, unsure
from alerts.sender.pacing import RENEW_EVERY, judge, put_back
from alerts.sender.roads import Roads
from alerts.sender.routing import Crew, choose
from alerts.sender.second_look import prepare
from alerts.sender.slips import Held, Parcel, Verdict
from alerts.sender.ways import ways_of
from nucleus.ground.clock import earliest, latest, now, steady
from nucleus.ground.database import reading, transaction
from nucleus.messages.models import DISTANT

log = structlog.get_logger()
CHUNK = 20
WRITE_OFF = 20.0
"""Seconds after which a thread that has not come back is written off; its deadline was fifteen."""

NOWHERE = refused("no server is set up for this channel")
GIVEN_UP = unsure("no answer came before the deadline, nor after it")


class Engine:
    """One process's part of the outbox. `turn` belongs to one thread, `finish` to any.

    Attributes:
        held: claimed, and waiting in this process for a thread and a way.
        out: on their way, by delivery, and since when.
        finished: come back, and not yet written down.
        lost: given up waiting for, while their threads still hang.
    """

    def __init__(self, app: Flask, *, threads: int, at: Callable[[str], None] | None = None):
        """Start with empty hands.

        Args:
            app: the house whose outbox it is.
            threads: how many letters may be on their way at once.
            at: told each point that is passed, for promises about crashes.
        """
        self.app = app
        self.crew = Crew(threads)
        self.roads = Roads(self.crew)
        self.held: list[Held] = []
        self.out: dict[int, tuple[Parcel, float]] = {}
        self.finished: deque[Ended] = deque()
        self.lost: list[Parcel] = []
        self.at = at or (lambda _point: None)
        self._door = threading.Lock()
        self._renewed = steady()
        self._pulled: dict[str, float] = {}

    @property
    def on_their_way(self) -> int:
        """Return how many letters have left and are not written down."""
        return len(self.out)

    def own(self) -> set[int]:
        """Return the rows this engine holds, for whoever sweeps in the same process."""
        with self._door:
            return {each.id for each in list(self.held)} | set(self.out)

    def turn(self) -> list[Parcel]:
        """Settle, claim, look again and count copies in one transaction; return what goes out."""
        self.give_up_waiting()
        self._look()
        ended = list(self.finished)
        due, stuck = self._is_renewal_due(), self._stuck()
        with transaction():
            self._settle(ended)
            gone.retire(one.parcel.held.contact_point_id for one in ended if one.outcome.gone)
            held = self._keep_open([*self.held, *self._claim()])
            if due:
                outbox.renew([*held, *self._leaving(ended)])
            if stuck:
                outbox.pull_past(stuck)
            self.at("claimed")
            routes = choose(held, self.roads.scene(self._leaving_at(ended), lost=len(self.lost)))
            going = prepare(routes)
            self.at("counted")
        self._after_commit(ended, held=held, chosen={each.id for each, _ in routes}, going=going)
        self._renewed = steady() if due else self._renewed
        self._pulled |= dict.fromkeys(stuck, steady())
        self.at("committed")
        return going

    def finish(self, parcel: Parcel, outcome: Outcome, seconds: float = 0.0) -> None:
        """Hand back what became of a parcel; the next turn writes it down.

        A second word on the same parcel is not heard: it came after it was given up waiting for.
        """
        with self._door:
            if any(each is parcel for each in self.lost):
                self.lost = [each for each in self.lost if each is not parcel]
                return
            known = self.out.get(parcel.held.id)
            if known is not None and known[0] is parcel:
                self.finished.append(Ended(parcel, outcome, seconds))

    def give_up_waiting(self, after: float = WRITE_OFF) -> int:
        """Count as unsure what should have come back long ago; return how many those were.

        Its thread may hang for ever: nobody can interrupt the lookup of a name.
        """
        at = steady()
        with self._door:
            back = {one.parcel.held.id for one in self.finished}
            late = [
                parcel
                for row, (parcel, since) in self.out.items()
                if at - since >= after and row not in back
            ]
            self.finished.extend(Ended(parcel, GIVEN_UP, after) for parcel in late)
            self.lost += late
        if late:
            log.warning("given_up_waiting", deliveries=[each.held.id for each in late])
        return len(late)

    def is_worth_a_turn(self) -> bool:
        """Say whether a turn would do something; takes no write lock."""
        if len(self.finished) >= min(CHUNK, max(self.on_their_way, 1)):
            return True
        self._look()
        if self._is_renewal_due() or self._has_overdue() or self._stuck():
            return True
        scene = self.roads.scene(self._leaving_at([]), lost=len(self.lost))
        if not scene.threads_left():
            return False
        lanes, nowhere = self.roads.open_lanes(), self.roads.leads_nowhere
        if any(each.lane not in lanes or nowhere(each) for each in self.held):
            return True
        if choose(self.held, scene):
            return True
        with reading():
            return bool(self._worth_claiming())

    def next_due(self) -> datetime | None:
        """Return when the next row is due or may go, or `None` when none waits for a time."""
        lanes = self.open_lanes()
        with reading():
            due = [front.due_at for front in outbox.fronts(lanes)]
        opening = self.roads.next_opening({each.lane for each in self.held})
        wait = timedelta(seconds=opening - steady()) if opening is not None else None
        ahead = [each for each in due if each < DISTANT]
        ahead += [now() + wait] if wait is not None else []
        return min(ahead, default=None)

    def open_lanes(self) -> set[str]:
        """Return the lanes with a way that nothing has closed, and those without any way."""
        self._look()
        return self.roads.open_lanes()

    def let_go(self) -> None:
        """Settle what has come back and give back all that was not sent: the end of the shift."""
        ended = list(self.finished)
        if not (ended or self.held):
            return
        with transaction():
            self._settle(ended)
            outbox.settle([(each, put_back(each, each.due_at)) for each in self.held])
        self._after_commit(ended, held=[], chosen=set(), going=[])

    def give_back(self, parcel: Parcel) -> None:
        """Take back a parcel that never left this process, with its copy: its shift has ended."""
        unsent = put_back(parcel.held, parcel.held.due_at, copies=parcel.held.copies - 1)
        with transaction():
            outbox.settle([(parcel.held, unsent)])
        with self._door:
            self.out.pop(parcel.held.id, None)

    def _look(self) -> None:
        """See which ways there are now, and what time it is; outside of any transaction."""
        out = [parcel for parcel, _ in list(self.out.values())]
        self.roads.look(ways_of(self.app), at=steady(), out=out)

    def _settle(self, ended: list[Ended]) -> None:
        at, judged = earliest(), []
        for one in ended:
            others = self.roads.others(one.parcel.held, one.parcel.way)
            judged.append((one.parcel.held, judge(one.parcel.held, one.outcome, at, others=others)))
        outbox.settle(judged)

    def _claim(self) -> list[Held]:
        """Claim the due fronts of open lanes, when little of a lane is in hand, or less urgent."""
        return [
            each
            for front, most in self._worth_claiming()
            for each in outbox.claim(front.lane, front.priority, most=most)
        ]

    def _worth_claiming(self) -> list[tuple[outbox.Front, int]]:
        at, found = latest(), list[tuple[outbox.Front, int]]()
        due = [each for each in outbox.fronts(self.roads.open_lanes()) if each.due_at <= at]
        for front in sorted(due, key=lambda each: -each.priority):
            ahead = [each for each in self.held if each.lane == front.lane]
            mine = sum(each.priority >= front.priority for each in ahead)
            mine += sum(most for taken, most in found if taken.lane == front.lane)
            most = self.roads.most_in_hand(front.lane)
            if mine < min(self.crew.threads, most):
                found.append((front, min(outbox.CLAIM_AT_ONCE, most)))
        return found

    def _keep_open(self, held: list[Held]) -> list[Held]:
        """Give back what waits for a closed lane, and let the next contact go; end what has none.

        Another process may have a way that is open; and when none has, nobody's life waits here.
        """
        lanes = self.roads.open_lanes()
        nowhere = {each.id: each for each in held if self.roads.leads_nowhere(each)}
        going = [each for each in held if each.id not in nowhere]
        shut = [each for each in going if each.lane not in lanes]
        outbox.settle(
            [
                *((each, judge(each, NOWHERE, earliest())) for each in nowhere.values()),
                *((each, self._wait_for_opening(each)) for each in shut),
            ]
        )
        return [each for each in going if each.lane in lanes]

    def _stuck(self) -> set[str]:
        """Return the lanes that are shut for long and were not looked at in the last seconds.

        The calls that wait there, in hand or not, go on by each person's next contact.
        """
        at, long = steady(), self.roads.long_shut_lanes()
        return {lane for lane in long if at - self._pulled.get(lane, -RENEW_EVERY) >= RENEW_EVERY}

    def _wait_for_opening(self, held: Held) -> Verdict:
        long = held.lane not in self.roads.soon_open_lanes()
        return put_back(held, held.due_at, next_now=held.pressing and long)

    def _leaving(self, ended: list[Ended]) -> list[Held]:
        """Return what stays on its way once these have been written down."""
        back = {one.parcel.held.id for one in ended}
        return [parcel.held for row, (parcel, _) in list(self.out.items()) if row not in back]

    def _leaving_at(self, ended: list[Ended]) -> list[tuple[Parcel, float]]:
        back = {one.parcel.held.id for one in ended}
        return [entry for row, entry in list(self.out.items()) if row not in back]

    def _is_renewal_due(self) -> bool:
        return bool(self.held or self.out) and steady() - self._renewed >= RENEW_EVERY

    def _has_overdue(self) -> bool:
        oldest = min((since for _, since in list(self.out.values())), default=None)
        return oldest is not None and steady() - oldest >= WRITE_OFF

    def _after_commit(
        self, ended: list[Ended], *, held: list[Held], chosen: set[int], going: list[Parcel]
    ) -> None:
        """Only now, that it is kept, change what we hold in memory."""
        busy = Counter(parcel.way.label for parcel, _ in self.out.values())
        at = steady()
        with self._door:
            for one in ended:
                self.finished.popleft()
                self.out.pop(one.parcel.held.id, None)
            self.out.update({parcel.held.id: (parcel, at) for parcel in going})
            self.held = [each for each in held if each.id not in chosen]
        for one in ended:
            label = one.parcel.way.label
            self.roads.learn(label, one.outcome, seconds=one.seconds, busy=busy[label])
        self.roads.spend(going)


def run_until_idle(app: Flask, *, send: Send, at: Callable[[str], None] | None = None) -> int:
    """Do all that is due now, step by step in this thread; return how many letters went out.

    For promises: the clock may be held still, `send` may be anything, and `at` may raise at a
    point ("claimed", "counted", "committed", "sent") to crash there. Letters that a closed or
    drained way holds back wait for the clock.
    """
    with app.app_context():
        engine = Engine(app, threads=app.extensions["nucleus.settings"].sender_threads, at=at)
        count = 0
        while engine.is_worth_a_turn():
            for parcel in engine.turn():
                ended = carry(parcel, send)
                count += 1
                engine.at("sent")
                engine.finish(parcel, ended.outcome, ended.seconds)
        engine.let_go()
    return count
