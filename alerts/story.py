"""What the journal alone knows of an alert: its state and its figures are a fold of it (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class Entry(Protocol):
    """What of a journal entry the story is made of."""

    at: datetime
    word: str
    actor_id: int | None
    facts: dict[str, Any]


@dataclass
class Story:
    """Who was asked, who said what last, and when the turning points were."""

    opened_at: datetime | None = None
    closed_at: datetime | None = None
    first_accept_at: datetime | None = None
    full_at: datetime | None = None
    waves: int = 0
    reason: str | None = None
    asked: set[int] = field(default_factory=set)
    last_said: dict[int, str] = field(default_factory=dict)

    @property
    def accepted(self) -> set[int]:
        """Return the recipients whose last word was yes, and who were taken."""
        return {who for who, said in self.last_said.items() if said == "accepted"}

    @property
    def declined(self) -> set[int]:
        """Return the recipients whose last word was no."""
        return {who for who, said in self.last_said.items() if said == "declined"}

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
            tell(story, entry.at, entry.facts)
    return story


def _open(story: Story, at: datetime, _facts: Mapping[str, Any]) -> None:
    story.opened_at = at


def _ask(story: Story, _at: datetime, facts: Mapping[str, Any]) -> None:
    story.waves = facts["wave"]
    story.asked |= set(facts["recipients"])


def _answer(story: Story, at: datetime, facts: Mapping[str, Any]) -> None:
    if facts["outcome"] in {"closed", "not_asked"}:
        return
    if facts["outcome"] in {"accepted", "declined"}:
        story.last_said[facts["recipient"]] = facts["outcome"]
    story.last_said.setdefault(facts["recipient"], facts["outcome"])
    if facts["outcome"] == "accepted":
        story.first_accept_at = story.first_accept_at or at


def _withdraw(story: Story, _at: datetime, facts: Mapping[str, Any]) -> None:
    story.last_said[facts["recipient"]] = "declined"


def _fill(story: Story, at: datetime, _facts: Mapping[str, Any]) -> None:
    story.full_at = story.full_at or at


def _close(story: Story, at: datetime, facts: Mapping[str, Any]) -> None:
    story.closed_at, story.reason = at, facts["reason"]


CHAPTERS = {
    "alerts.open_alert": _open,
    "alerts.ask_next_wave": _ask,
    "alerts.answer": _answer,
    "alerts.withdraw": _withdraw,
    "alerts.fill": _fill,
    "alerts.close_alert": _close,
}
