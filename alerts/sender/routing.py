"""Which letters leave now, and by which way: health, pace and shares of the threads; pure.

Times are seconds of the steady clock: whoever sets the wall clock closes and opens nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Held
from alerts.sender.ways import Way, Ways

BREAKS_AT = 50
BREAK_WINDOW = 60.0
BREAK = 30.0
TROUBLED_AT = 5
SLOW_SECONDS = 2.0
THROTTLED_FOR = 2.0
WIDEST = 256
Route = tuple[Held, Way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the last minute taught about a way.

    Attributes:
        errors: when something went wrong there within the last minute.
        seconds: how long a letter takes there, as a moving average.
        closed_until: nothing goes there before.
        on_trial: it was closed, and nothing has gone well there since.
        window: letters that may be on their way there at once; doubled by each that goes well,
            `None` once that is more than there are threads.
        proven: something went well there since this process began.
    """

    errors: tuple[float, ...] = ()
    seconds: float = 0.0
    closed_until: float = 0.0
    on_trial: bool = False
    window: int | None = None
    proven: bool = False

    def is_open(self, at: float) -> bool:
        """Say whether anything may be sent there."""
        return at >= self.closed_until

    @property
    def is_troubled(self) -> bool:
        """Say whether it fails, drags or is unknown, so that a quarter of the threads is enough."""
        return not self.proven or len(self.errors) >= TROUBLED_AT or self.seconds >= SLOW_SECONDS

    def learn(
        self, outcome: Outcome, at: float, *, seconds: float = 0.0, busy: int = 1
    ) -> "Health":
        """Return the health after one more letter.

        The fiftieth error within a minute closes the way for half a minute. Then it is on trial:
        one letter may go, and the next error closes it at once. A provider that asks us to wait
        closes its way for so long, and gets half as many at once afterwards.

        Args:
            outcome: how the letter ended.
            at: the steady clock.
            seconds: how long it took.
            busy: letters on their way there, this one included.
        """
        recent = tuple(each for each in self.errors if each > at - BREAK_WINDOW)
        paced = replace(self, errors=recent, seconds=0.8 * self.seconds + 0.2 * seconds)
        if outcome.kind is Kind.REFUSED:  # the address is wrong, not the way
            return paced
        if outcome.kind is Kind.SENT:
            return paced._well() if self.is_open(at) else paced
        if outcome.kind is Kind.THROTTLED:
            return paced._asked_to_wait(outcome.retry_after or THROTTLED_FOR, at=at, busy=busy)
        erred = paced._badly(at)
        wait = outcome.retry_after
        return erred._asked_to_wait(wait, at=at, busy=busy) if wait else erred

    def _well(self) -> "Health":
        kept = () if self.on_trial else self.errors[1:]
        wider = None if self.window is None or 2 * self.window > WIDEST else 2 * self.window
        return replace(self, errors=kept, on_trial=False, window=wider, proven=True)

    def _badly(self, at: float) -> "Health":
        errors = (*self.errors, at)[-BREAKS_AT:]
        breaks = self.is_open(at) and (self.on_trial or len(errors) >= BREAKS_AT)
        if not breaks:
            return replace(self, errors=errors)
        return replace(self, errors=errors, closed_until=at + BREAK, on_trial=True, window=1)

    def _asked_to_wait(self, wait: float, *, at: float, busy: int) -> "Health":
        until = max(self.closed_until, at + wait)
        if not self.is_open(at):  # the rest of one burst says the same again
            return replace(self, closed_until=until)
        return replace(self, closed_until=until, window=max(1, busy // 2))


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens of a way with a rate: each letter takes one, the rate fills them up again."""

    tokens: float = 1.0
    at: float = 0.0

    def filled(self, rate: float, at: float) -> "Bucket":
        """Return the bucket as it is now; it never holds more than a tenth of a second's worth."""
        most = max(1.0, rate / 10)
        return Bucket(min(most, self.tokens + max(0.0, at - self.at) * rate), max(at, self.at))

    def less(self, letters: int) -> "Bucket":
        """Return the bucket after so many letters."""
        return replace(self, tokens=self.tokens - letters)

    def wait(self, rate: float) -> float:
        """Return the seconds until the next letter may go."""
        return max(0.0, (1.0 - self.tokens) / rate)


@dataclass(frozen=True, slots=True)
class Crew:
    """The sending threads; an eighth is kept free for lives at risk."""

    threads: int

    @property
    def reserved(self) -> int:
        """Return how many only carry what is vital."""
        return max(1, self.threads // 8)

    @property
    def spare(self) -> int:
        """Return how many more threads may be begun while others hang."""
        return self.threads

    def share(self, hosts: int, *, troubled: bool) -> int:
        """Return how many threads one host may hold while so many hosts have work.

        A healthy lone host may use all, a slow, failing or unknown one never more than a quarter.
        """
        quarter = max(1, self.threads // 4)
        return quarter if troubled else max(quarter, self.threads // max(1, hosts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that choosing looks at; the mappings go by the labels of ways.

    Attributes:
        busy: letters on their way.
        stale: those of them that have been so for longer than `SLOW_SECONDS`.
        spent: letters that went by a capped way since its cap was counted.
        lost: threads that hang on letters nobody waits for any more.
        sharing: processes that send: each takes its part of rates and caps.
    """

    crew: Crew
    ways: Ways
    at: float
    health: Mapping[str, Health] = field(default_factory=dict)
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    busy: Mapping[str, int] = field(default_factory=dict)
    stale: Mapping[str, int] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0
    sharing: int = 1

    def threads_left(self) -> int:
        """Return how many more letters may go out, if lives are at risk.

        Threads that hang count as replaced, up to a bound.
        """
        hang = sum(self.stale.values()) + self.lost
        on_their_way = sum(self.busy.values()) + self.lost
        most = self.crew.threads
        return max(0, min(most - on_their_way + min(hang, self.crew.spare),
                          most + self.crew.spare - on_their_way))  # fmt: skip

    def health_of(self, way: Way) -> Health:
        """Return what is known of a way."""
        return self.health.get(way.label, Health())

    def open_ways(self, lane: str) -> list[Way]:
        """Return the ways of a lane that nothing has closed."""
        return [way for way in self.ways.get(lane, ()) if self.health_of(way).is_open(self.at)]


def in_order(held: Iterable[Held]) -> list[Held]:
    """Return what goes first first: the most urgent, then the longest due."""
    return sorted(held, key=lambda each: (-each.priority, each.due_at, each.id))


def choose(held: Sequence[Held], scene: Scene) -> list[Route]:
    """Return which of the held deliveries may go out now, and by which way."""
    tally = Tally(scene, {each.lane for each in held})
    chosen: list[Route] = []
    for each in in_order(held):
        if not tally.has_threads(vital=each.vital):
            if not tally.has_threads(vital=True):
                break
            continue
        way = tally.way_for(each)
        if way is not None:
            tally.take(way)
            chosen.append((each, way))
    return chosen


class Tally:
    """What is left of threads, shares, windows, tokens and caps while letters are chosen."""

    def __init__(self, scene: Scene, lanes: Iterable[str]) -> None:
        """Count what is left before the first is chosen; `lanes` have letters waiting."""
        self.scene = scene
        self.all_ways = [way for ways in scene.ways.values() for way in ways]
        self.host_of = {way.label: way.host for way in self.all_ways}
        self.threads = scene.threads_left()
        self.open = {lane: scene.open_ways(lane) for lane in lanes}
        self.hosts = self._left_of_hosts([way for ways in self.open.values() for way in ways])
        self.ways = {way.label: self._left(way) for ways in self.open.values() for way in ways}
        self.caps = {
            way.label: way.cap_left // scene.sharing - scene.spent.get(way.label, 0)
            for way in self.all_ways
            if way.cap_left is not None
        }

    def has_threads(self, *, vital: bool) -> bool:
        """Say whether a thread is free; some only carry what is vital."""
        return self.threads > (0 if vital else self.scene.crew.reserved)

    def way_for(self, held: Held) -> Way | None:
        """Return the best way with room; one that has just failed this letter comes last.

        A trial goes by the account it tries out, at that one's own pace, or not at all.
        """
        found = None
        for way in self.open.get(held.lane, ()):
            if not self._has_room(way, held):
                continue
            if way.label != held.provider:
                return way
            found = found or way
        return found

    def _has_room(self, way: Way, held: Held) -> bool:
        if held.tries is not None and held.tries != way.account:
            return False
        if self.ways[way.label] < 1 or self.hosts[way.host] < 1:
            return False
        return held.vital or held.tries is not None or self.caps.get(way.label, 1) >= 1

    def take(self, way: Way) -> None:
        """Count one letter that leaves this way."""
        self.threads -= 1
        self.hosts[way.host] -= 1
        self.ways[way.label] -= 1
        if way.label in self.caps:
            self.caps[way.label] -= 1

    def _left_of_hosts(self, ways: Sequence[Way]) -> Counter[str]:
        scene = self.scene
        held, slow = Counter[str](), set()
        for label, count in scene.busy.items():
            held[self.host_of.get(label, label)] += count
        for label, count in scene.stale.items():
            slow |= {self.host_of.get(label, label)} if count else set()
        well = {way.host for way in ways if not scene.health_of(way).is_troubled} - slow
        hosts = {way.host for way in ways}
        at_work = len(hosts | {host for host, count in held.items() if count})
        left = Counter[str]()
        for host in hosts:
            share = scene.crew.share(at_work, troubled=host not in well)
            left[host] = min(share, *_caps(self.all_ways, host, sharing=scene.sharing)) - held[host]
        return left

    def _left(self, way: Way) -> int:
        scene, health = self.scene, self.scene.health_of(way)
        left = WIDEST if health.window is None else health.window - scene.busy.get(way.label, 0)
        if way.rate is None:
            return left
        rate = way.rate / scene.sharing
        bucket = scene.buckets.get(way.label, Bucket()).filled(rate, scene.at)
        return min(left, int(bucket.tokens))


def _caps(ways: Iterable[Way], host: str, *, sharing: int) -> list[int]:
    """Return the caps on letters in flight to a host; its ways share the smallest."""
    caps = [way.in_flight for way in ways if way.host == host and way.in_flight is not None]
    return [max(1, cap // sharing) for cap in caps] or [WIDEST]
