"""What the journal alone knows of an alert: its state and its figures are a fold of it (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

WAITING, ALERTED, ACCEPTED, DECLINED = "waiting", "alerted", "accepted", "declined"


class Entry(Protocol):
    """What of a journal entry the story is made of."""

    at: datetime
    word: str
    actor_id: int | None
    facts: dict[str, Any]


@dataclass
class Story:
    """How an alert and everybody in it stands, and when the turning points were.

    `states` says for each recipient who was ever asked whether they wait (let go, or on the
    list for the next wave: for them it is the same), are asked, coming or not. `missed`,
    `there` and `back` are those who did not come in time, arrived, and left. `approvals` are
    what became of each request for a second yes, the oldest first.
    """

    state: str = "draft"
    reason: str | None = None
    coordinator: int | None = None
    asked_to_take_over: int | None = None
    rung: int = 0
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    first_accept_at: datetime | None = None
    full_at: datetime | None = None
    waves: int = 0
    approvals: list[str] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    states: dict[int, str] = field(default_factory=dict)
    last_said: dict[int, str] = field(default_factory=dict)
    missed: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)
    back: set[int] = field(default_factory=set)

    @property
    def accepted(self) -> set[int]:
        """Return the recipients whose last word was yes, and who were taken."""
        return {who for who, state in self.states.items() if state == ACCEPTED}

    @property
    def declined(self) -> set[int]:
        """Return the recipients whose last word was no."""
        return {who for who, state in self.states.items() if state == DECLINED}

    @property
    def silent(self) -> set[int]:
        """Return the recipients who were asked and never said anything."""
        return self.asked - self.last_said.keys()

    def seconds_until(self, moment: datetime | None) -> float | None:
        """Return the seconds from opening to a moment; `None` when it never came."""
        if moment is None or self.opened_at is None:
            return None
        return (moment - self.opened_at).total_seconds()


def fold(entries: Iterable[Entry]) -> Story:
    """Tell the story of one alert from its entries, oldest first."""
    story = Story()
    for entry in entries:
        tell = CHAPTERS.get(entry.word)
        if tell:
            tell(story, entry, entry.facts)
    return story


def _open(story: Story, entry: Entry, facts: Mapping[str, Any]) -> None:
    story.state, story.opened_at = "open", entry.at
    story.coordinator = facts["coordinator"]


def _ask(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    story.waves = facts["wave"]
    story.asked |= set(facts["recipients"])
    story.states |= dict.fromkeys(facts["recipients"], ALERTED)


def _ring(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    """Somebody spoken to by phone counts as asked, also when no message ever went to them."""
    if facts["asked"]:
        story.states[facts["recipient"]] = ALERTED


def _answer(story: Story, entry: Entry, facts: Mapping[str, Any]) -> None:
    who, outcome = facts["recipient"], facts["outcome"]
    if outcome in {"closed", "not_asked"}:
        return
    if outcome in {ACCEPTED, DECLINED}:
        story.last_said[who] = story.states[who] = outcome
        story.missed.discard(who)
    elif outcome == "already_full" and story.states.get(who) == ALERTED:
        story.states[who] = WAITING
    story.last_said.setdefault(who, outcome)
    if outcome == ACCEPTED:
        story.first_accept_at = story.first_accept_at or entry.at


def _withdraw(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    who = facts["recipient"]
    story.last_said[who] = story.states[who] = DECLINED
    story.missed.discard(who)
    story.there.discard(who)


def _let_go(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    for who in (*facts["recipients"], *facts["let_go"]):
        if story.states.get(who) == ALERTED:
            story.states[who] = WAITING


def _look_after(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    if facts["step"] == "missed":
        story.missed.add(facts["recipient"])


def _count_again(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    if facts["counted"]:
        story.missed.discard(facts["recipient"])


def _arrive(story: Story, entry: Entry, facts: Mapping[str, Any]) -> None:
    story.there.add(facts["recipient"])
    _count_again(story, entry, facts)


def _leave(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    story.back.add(facts["recipient"])


def _fill(story: Story, entry: Entry, _facts: Mapping[str, Any]) -> None:
    story.full_at = story.full_at or entry.at


def _close(story: Story, entry: Entry, facts: Mapping[str, Any]) -> None:
    story.state, story.closed_at, story.reason = "closed", entry.at, facts["reason"]
    story.asked_to_take_over = None


def _follow(story: Story, entry: Entry, _facts: Mapping[str, Any]) -> None:
    story.coordinator, story.asked_to_take_over, story.rung = entry.actor_id, None, 0


def _offer(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    story.asked_to_take_over = facts["to"]


def _decline(story: Story, _entry: Entry, _facts: Mapping[str, Any]) -> None:
    story.asked_to_take_over = None


def _lose(story: Story, _entry: Entry, _facts: Mapping[str, Any]) -> None:
    story.coordinator, story.asked_to_take_over, story.rung = None, None, 0


def _climb(story: Story, _entry: Entry, facts: Mapping[str, Any]) -> None:
    story.rung = facts["rung"]


def _request(story: Story, _entry: Entry, _facts: Mapping[str, Any]) -> None:
    story.approvals.append("waiting")


def _decided(outcome: str) -> Any:
    def decide(story: Story, _entry: Entry, _facts: Mapping[str, Any]) -> None:
        if story.approvals[-1:] == ["waiting"]:
            story.approvals.pop()
        story.approvals.append(outcome)

    return decide


CHAPTERS = {
    "alerts.open_alert": _open,
    "alerts.ask_next_wave": _ask,
    "alerts.spoke_by_phone": _ring,
    "alerts.answer": _answer,
    "alerts.withdraw": _withdraw,
    "alerts.stand_down": _let_go,
    "alerts.look_after": _look_after,
    "alerts.change_eta": _count_again,
    "alerts.mark_arrived": _arrive,
    "alerts.mark_done": _leave,
    "alerts.fill": _fill,
    "alerts.close_alert": _close,
    "alerts.take_alert": _follow,
    "alerts.accept_handover": _follow,
    "alerts.offer_handover": _offer,
    "alerts.decline_handover": _decline,
    "alerts.lose_coordinator": _lose,
    "alerts.climb_ladder": _climb,
    "alerts.request_surplus": _request,
    "alerts.approve_surplus": _decided("given"),
    "alerts.refuse_surplus": _decided("refused"),
    "alerts.break_glass": _decided("broken"),
    "alerts.drop_request": _decided("moot"),
}
