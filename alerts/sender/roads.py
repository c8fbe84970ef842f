"""What one engine remembers of the ways between its turns: their health, tokens and caps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerts.sender import heartbeat
from alerts.sender.outcomes import Outcome
from alerts.sender.routing import SLOW_SECONDS, WIDEST, Bucket, Crew, Health, Scene
from alerts.sender.slips import Held, Parcel
from alerts.sender.ways import GATHER_EVERY, Way, Ways
from nucleus.ground.clock import latest, steady
from nucleus.ground.database import reading
from nucleus.people.models import SENDING

log = structlog.get_logger()
SHORT_PAUSE = 5.0
"""Seconds: for a way that opens so soon nobody's next contact is tried early."""


KNOWN_AFTER = timedelta(seconds=2 * GATHER_EVERY)
COUNT_EVERY = 5.0
"""Seconds between two looks at who else is sending."""


class Roads:
    """The ways as one engine knows them; it belongs to the thread that turns."""

    def __init__(self, crew: Crew) -> None:
        """Know nothing yet."""
        self.crew = crew
        self.ways: Ways = {}
        self.at = 0.0
        self.sharing = 1
        self._count_at = float("-inf")
        self.health: dict[str, Health] = {}
        self.buckets: dict[str, Bucket] = {}
        self.spent: Counter[str] = Counter()

    def look(self, ways: Ways, *, at: float, out: Iterable[Parcel] = ()) -> None:
        """Take the ways as they are now; caps that were counted anew start from there.

        What is out at that moment is written down as sent only later.
        """
        if ways is not self.ways:
            self.ways, self.spent = ways, Counter(parcel.way.label for parcel in out)
        self.at = at
        if at >= self._count_at:
            self._count_senders()
            self._count_at = at + COUNT_EVERY

    def scene(self, out: Iterable[tuple[Parcel, float]], *, lost: int = 0) -> Scene:
        """Return all that choosing looks at, with what is on its way and since when."""
        busy: Counter[str] = Counter()
        stale: Counter[str] = Counter()
        for parcel, since in out:
            busy[parcel.way.label] += 1
            stale[parcel.way.label] += self.at - since >= SLOW_SECONDS
        return Scene(
            crew=self.crew,
            ways=self.ways,
            at=self.at,
            health=self.health,
            buckets=self.buckets,
            busy=busy,
            stale=stale,
            spent=self.spent,
            lost=lost,
            sharing=self.sharing,
        )

    def open_lanes(self) -> set[str]:
        """Return the lanes with a way that nothing has closed, and those without any way."""
        shut = {lane for lane in self.ways if not any(map(self._is_open, self.ways[lane]))}
        return {str(lane) for lane in SENDING} - shut

    def soon_open_lanes(self) -> set[str]:
        """Return the lanes with a way that is open or will be in a moment."""
        return {
            lane
            for lane, ways in self.ways.items()
            if any(self._health(way).closed_until - self.at < SHORT_PAUSE for way in ways)
        }

    def long_shut_lanes(self) -> set[str]:
        """Return the lanes all of whose ways stay closed for more than a moment."""
        return set(self.ways) - self.soon_open_lanes()

    def next_opening(self, lanes: Iterable[str]) -> float | None:
        """Return when a closed way opens, or one of these lanes has a token again."""
        found = [one.closed_until for one in self.health.values() if not one.is_open(self.at)]
        for way in (way for lane in lanes for way in self.ways.get(lane, ())):
            if way.rate is not None and way.label in self.buckets:
                rate = way.rate / self.sharing
                wait = self.buckets[way.label].filled(rate, self.at).wait(rate)
                found += [self.at + wait] if wait else []
        return min(found, default=None)

    def most_in_hand(self, lane: str) -> int:
        """Return how many of a lane to hold: of a paced one our part of a few seconds, no more.

        Otherwise one process would sit on what others could send in their part of the pace.
        """
        rates = [way.rate for way in self.ways.get(lane, ()) if way.rate is not None]
        if self.sharing == 1 or not rates or len(rates) < len(self.ways[lane]):
            return WIDEST
        return max(1, min(WIDEST, int(sum(rates) / self.sharing * COUNT_EVERY)))

    def leads_nowhere(self, held: Held) -> bool:
        """Say whether no way at all serves it: none in its lane, or the tried account is gone.

        An account that was set up a moment ago in another process may not be known here yet.
        """
        ways = self.ways.get(held.lane, ())
        if held.tries is None:
            return not ways
        known = any(way.account == held.tries for way in ways)
        return not known and latest() - held.due_at >= KNOWN_AFTER

    def others(self, held: Held, way: Way) -> int:
        """Return how many other ways of the same lane are open to this letter."""
        if held.tries is not None:
            return 0
        ways = self.ways.get(way.lane, ())
        return sum(each.label != way.label and self._is_open(each) for each in ways)

    def learn(self, label: str, outcome: Outcome, *, seconds: float, busy: int) -> None:
        """Remember how a letter ended."""
        at, before = steady(), self.health.get(label, Health())
        after = before.learn(outcome, at, seconds=seconds, busy=busy)
        self.health[label] = after
        if before.is_open(at) and not after.is_open(at):
            wait = round(after.closed_until - at, 1)
            log.warning("way_closed", way=label, seconds=wait, errors=len(after.errors))

    def spend(self, going: Sequence[Parcel]) -> None:
        """Take a token for each letter that leaves, and count it against its cost cap."""
        for label, count in Counter(parcel.way.label for parcel in going).items():
            way = next(each.way for each in going if each.way.label == label)
            if way.rate is not None:
                rate = way.rate / self.sharing
                full = self.buckets.get(label, Bucket()).filled(rate, self.at)
                self.buckets[label] = full.less(count)
            if way.cap_left is not None:
                self.spent[label] += count

    def _count_senders(self) -> None:
        """See how many processes send; while the database is away the last number counts."""
        try:
            with reading():
                self.sharing = 1 + heartbeat.others_alive(heartbeat.SENDER)
        except SQLAlchemyError as cause:
            log.warning("senders_not_counted", error=type(cause).__name__)

    def _health(self, way: Way) -> Health:
        return self.health.get(way.label, Health())

    def _is_open(self, way: Way) -> bool:
        return self._health(way).is_open(self.at)
