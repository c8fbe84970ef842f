"""What goes first, how long to wait, when a lane is closed; pure.

Three things are counted apart: claims (times taken up), refusals (definite noes) and copies
(times it may have gone over the wire). A definite no takes its copy back. So a crash alone
never fails a row, and nobody gets more than three copies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.sender.outcomes import Kind, Outcome
from alerts.sender.slips import Held, Verdict

MOST_COPIES = 3
RETRY_SECONDS = (2, 4, 8)
LEASE = timedelta(seconds=30)
BREAKS_AT = 50
BREAK_WINDOW = timedelta(seconds=60)
BREAK = timedelta(seconds=30)
TROUBLED_AT = 5
SLOW_SECONDS = 2.0


def judge(held: Held, outcome: Outcome, now: datetime) -> Verdict:
    """Say what becomes of a delivery after one try (rule c)."""
    if outcome.kind is Kind.SENT:
        done = _ended(held, "sent", outcome.words)
        return replace(done, unsure=False, provider_ref=outcome.provider_ref)
    if outcome.kind is Kind.UNSURE:
        return _in_doubt(held, outcome.words, now=now, most=2 if held.pressing else 1)
    refused = replace(
        _ended(held, "failed", outcome.words),
        copies=max(held.copies - 1, 0),
        refusals=held.refusals + 1,
        next_now=True,
    )
    if outcome.kind is Kind.REFUSED or held.refusals >= len(RETRY_SECONDS):
        return refused
    wait = outcome.retry_after or RETRY_SECONDS[held.refusals]
    again = now + timedelta(seconds=wait)
    if held.text.valid_until and again >= held.text.valid_until:
        return refused
    return replace(refused, state="queued", due_at=again, next_now=False)


def judge_silence(held: Held, now: datetime) -> Verdict:
    """Say what becomes of a delivery whose holder was not heard of again: it may have crashed.

    What had not reached the wire goes back as it was; what may have is repeated, marked, up to
    the third copy, and then counts as unsure: the next contact and the call list take over.
    """
    if held.copies == 0:
        return put_back(held, held.due_at)
    return _in_doubt(held, "the sender stopped in the middle", now=now, most=MOST_COPIES)


def put_back(held: Held, due_at: datetime) -> Verdict:
    """Return a claimed delivery to the queue unsent."""
    same = _ended(held, "queued", None)
    return replace(same, due_at=due_at, deferred_until=held.deferred_until)


def skip(held: Held, reason: str) -> Verdict:
    """End a delivery that is no longer wanted."""
    return _ended(held, "skipped", reason)


def _in_doubt(held: Held, words: str, *, now: datetime, most: int) -> Verdict:
    doubtful = replace(_ended(held, "sent", words), unsure=True)
    if held.copies < most and not _is_over(held, now):
        return replace(doubtful, state="queued", due_at=now)
    return replace(doubtful, next_now=held.pressing or held.copies >= MOST_COPIES)


def _is_over(held: Held, now: datetime) -> bool:
    return held.text.valid_until is not None and now >= held.text.valid_until


def _ended(held: Held, state: str, reason: str | None) -> Verdict:
    return Verdict(
        state=state,
        reason=reason,
        due_at=held.due_at,
        copies=held.copies,
        refusals=held.refusals,
        unsure=held.unsure,
        deferred_until=held.deferred_until,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the last minute taught about a lane."""

    errors: tuple[datetime, ...] = ()
    seconds: float = 0.0
    closed_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Say whether anything may be sent there."""
        return self.closed_until is None or now >= self.closed_until

    @property
    def is_troubled(self) -> bool:
        """Say whether it fails or drags, so that it may hold only a quarter of the threads."""
        return len(self.errors) >= TROUBLED_AT or self.seconds >= SLOW_SECONDS

    def learn(self, kind: Kind, now: datetime, *, seconds: float = 0.0) -> "Health":
        """Return the health after one more try that took so many seconds.

        The fiftieth error within a minute closes the lane for half a minute. When it opens
        again it is on trial: the errors are kept, and the next one closes it at once.
        """
        recent = tuple(at for at in self.errors if at > now - BREAK_WINDOW)
        pace = 0.8 * self.seconds + 0.2 * seconds
        if kind is Kind.SENT:
            kept = () if self.closed_until else recent[1:]
            return Health(errors=kept, seconds=pace)
        if kind is Kind.REFUSED:  # the address is wrong, not the lane
            return replace(self, errors=recent, seconds=pace)
        on_trial = self.closed_until is not None and self.is_open(now)
        errors = (*recent, now)[-BREAKS_AT:]
        breaks = self.is_open(now) and (on_trial or len(errors) >= BREAKS_AT)
        closed = now + BREAK if breaks else self.closed_until
        return Health(errors=errors, seconds=pace, closed_until=closed)


@dataclass(frozen=True, slots=True)
class Crew:
    """The sending threads; an eighth is kept free for lives at risk."""

    threads: int

    @property
    def reserved(self) -> int:
        """Return how many only carry what is vital."""
        return max(1, self.threads // 8)

    def room(self, busy: int, *, vital: bool) -> int:
        """Return how many more may go out while so many are busy."""
        return max(0, self.threads - busy - (0 if vital else self.reserved))

    def share(self, lanes: int, *, troubled: bool) -> int:
        """Return how many threads one lane may hold while so many lanes have work.

        A healthy lone lane may use all, a slow or failing one never more than a quarter.
        """
        quarter = max(1, self.threads // 4)
        return quarter if troubled else max(quarter, self.threads // max(1, lanes))


def in_order(held: Iterable[Held]) -> list[Held]:
    """Return what goes first first: the most urgent, then the longest due."""
    return sorted(held, key=lambda each: (-each.priority, each.due_at, each.id))


def choose(
    held: Sequence[Held], crew: Crew, *, busy: Mapping[str, int], health: Mapping[str, Health]
) -> list[Held]:
    """Return which of the held deliveries may go out now.

    Args:
        held: all that wait in this process; their lanes are open.
        crew: the threads there are.
        busy: how many threads each lane holds.
        health: of each lane that was used.
    """
    carrying = dict(busy)
    lanes = {each.lane for each in held} | {lane for lane, count in busy.items() if count}
    chosen = []
    for each in in_order(held):
        troubled = health.get(each.lane, Health()).is_troubled
        mine = carrying.get(each.lane, 0)
        if mine >= crew.share(len(lanes), troubled=troubled):
            continue
        if not crew.room(sum(carrying.values()), vital=each.vital):
            continue
        carrying[each.lane] = mine + 1
        chosen.append(each)
    return chosen
