"""The sender at work: one loop that turns, a crew of threads that send, a ticker that sweeps."""

import gc
import threading
import time

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from alerts.sender import heartbeat, sweeper
from alerts.sender.carrying import Send, carry
from alerts.sender.engine import CHUNK, Engine
from alerts.sender.letters import Letter, Provider
from alerts.sender.outcomes import Outcome, temporary
from alerts.sender.slips import Parcel
from alerts.sender.working.hands import Hands
from alerts.sender.working.wake import LOOK_EVERY, Ear, ear_of
from nucleus.ground.boards.jobs import Ticker
from nucleus.ground.clock import now
from nucleus.ground.settings import Settings
from nucleus.messages.bell import bell_of

log = structlog.get_logger()
SETTLE_WITHIN = 0.25
LONGEST_REST = 5.0
AFTER_TROUBLE = 1.0
FINISH_WITHIN = 17.0
"""Seconds for what is on its way when the shift ends; no letter has a later deadline."""

END_WITHIN = FINISH_WITHIN + 6
LOAD_AFTER = 2.0


def deliver() -> Send:
    """Return the real way out; it loads apprise, a second of work.

    What was loaded stays, so the collector need never look through it again (see `lay_still`).
    """
    from alerts.sender import channels

    gc.freeze()
    return channels.send


def hang_up() -> None:
    """Close the idle connections to the providers."""
    from alerts.sender import channels

    channels.close()


class Sender:
    """Everything that sends in one process; started after a fork, stopped before the end."""

    def __init__(self, app: Flask, *, send: Send | None = None) -> None:
        """Take the app whose outbox it empties; `send` replaces the real way out."""
        self.app = app
        self.settings: Settings = app.extensions["nucleus.settings"]
        self.engine = Engine(app, threads=self.settings.sender_threads)
        self.bell = bell_of(app)
        self.stopping = threading.Event()
        self.tickers = (Ticker(app), Ticker(app, apart=True))
        self.loop = threading.Thread(target=self._run, name="nucleus-sender", daemon=True)
        crew = self.engine.crew
        self.hands = Hands(self._carry, most=crew.threads + crew.spare)
        self._send = send
        self._is_real = send is None
        self._started = self._turned = time.monotonic()

    def start(self) -> None:
        """Begin to send; from now on no sweep of this process takes our own rows away."""
        sweeper.watch_of(self.app).own = self.engine.own
        self.loop.start()
        for ticker in self.tickers:
            ticker.start()

    def stop(self) -> None:
        """Finish what is on its way, give back the rest, end every thread; in bounded time.

        What has not come back by then counts as unsure; if the database is away as well, the
        leases run out and somebody else takes over.
        """
        self.stopping.set()
        self.bell.set()
        for ticker in self.tickers:
            ticker.stop()
        self.loop.join(timeout=END_WITHIN)
        if self.loop.is_alive():
            log.error("shift_not_ended", waiting=self.engine.on_their_way)

    def _run(self) -> None:
        """Go round until told to stop, whatever happens on the way."""
        with self.app.app_context():
            while not self.stopping.is_set():
                try:
                    self._listen_and_send()
                except Exception:
                    log.exception("loop_stumbled")
                    self.stopping.wait(AFTER_TROUBLE)
            self._end()

    def _listen_and_send(self) -> None:
        ear = ear_of(self.app)
        try:
            while not self.stopping.is_set():
                well = self._step()
                self._rest(ear, well=well)
        finally:
            ear.close()

    def _step(self) -> bool:
        """Do what there is to do; the database's troubles are logged by id and tried again."""
        try:
            while not self.stopping.is_set() and (self._is_late() or self.engine.is_worth_a_turn()):
                parcels = self.engine.turn()
                self._turned = time.monotonic()
                self._hand_out(parcels)
                heartbeat.beat(heartbeat.SENDER)
            heartbeat.beat(heartbeat.SENDER)
        except (SQLAlchemyError, OSError) as cause:
            waiting = [one.parcel.held.id for one in list(self.engine.finished)]
            log.warning("turn_failed", error=type(cause).__name__, unsettled=waiting)
            return False
        except Exception:
            log.exception("turn_failed")
            return False
        return True

    def _hand_out(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            self.hands.take(parcel)

    def _carry(self, parcel: Parcel) -> None:
        """One letter on one thread of the crew."""
        with self.app.app_context():
            ended = carry(parcel, self._deliver)
        self.engine.finish(parcel, ended.outcome, ended.seconds)
        if len(self.engine.finished) >= min(CHUNK, self.engine.on_their_way):
            self.bell.set()

    def _deliver(self, provider: Provider, address: str, letter: Letter) -> Outcome:
        self._load()
        if self._send is None:
            return temporary("the way out could not be loaded")
        return self._send(provider, address, letter)

    def _load(self) -> None:
        """Load the real way out, once."""
        if self._send is None:
            try:
                self._send = deliver()
            except Exception:
                log.exception("way_out_not_loaded")

    def _rest(self, ear: Ear, *, well: bool) -> None:
        """Wait for the bell, for the next row that will be due, or for a chunk to fill."""
        if not well:
            self.stopping.wait(AFTER_TROUBLE)
            return
        if self._send is None and time.monotonic() - self._started > LOAD_AFTER:
            self._load()  # now that the first page is out, and not with the first alert
        ear.wait(self._pause())

    def _pause(self) -> float:
        """Return how long to rest at most, in seconds."""
        busy = self.engine.on_their_way > 0
        rest = SETTLE_WITHIN if busy else LONGEST_REST if self._send else LOAD_AFTER
        try:
            due = self.engine.next_due()
        except SQLAlchemyError:
            return AFTER_TROUBLE
        left = (due - now()).total_seconds() if due else rest
        return min(rest, left if left > 0 else LOOK_EVERY)

    def _is_late(self) -> bool:
        """Say whether what has come back has waited long enough to be written down."""
        waited = time.monotonic() - self._turned
        return bool(self.engine.finished) and waited >= SETTLE_WITHIN

    def _end(self) -> None:
        """Wait for what is on its way, write it down, give back what never left."""
        try:
            for parcel in self.hands.lay_down():
                self.engine.give_back(parcel)
            self._wait_for_the_rest(time.monotonic() + FINISH_WITHIN)
            self.engine.give_up_waiting(after=0)
            self.engine.let_go()
        except SQLAlchemyError as cause:  # the leases run out, and somebody else takes over
            log.warning("shift_not_ended", error=type(cause).__name__)
        self.hands.join(0.0 if self.engine.lost else FINISH_WITHIN)
        sweeper.watch_of(self.app).own = set
        if self._is_real and self._send is not None:
            hang_up()

    def _wait_for_the_rest(self, until: float) -> None:
        """Write down what comes back, chunk by chunk, as long as there is time."""
        while self.engine.on_their_way and time.monotonic() < until:
            self.bell.wait(SETTLE_WITHIN)
            self.bell.clear()
            self.engine.let_go()
