"""What the sender holds in its hands: a claimed delivery, its text, what is to become of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.sender.ways import TRIAL, Way
from nucleus.messages.models import LIFE_AT_RISK


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message as it was posted; it never changes (see `nucleus.messages.models.Message`)."""

    id: int
    kind: str
    texts: Mapping[str, Mapping[str, str]]
    thread: str | None = None
    origin: str | None = None
    origin_id: int | None = None
    urgent: bool = False
    drill: bool = False
    wakes_sleepers: bool = False
    link_purpose: str | None = None
    link_path: str | None = None
    nonce: str | None = None
    valid_until: datetime | None = None
    limited: bool = True

    def __repr__(self) -> str:
        """Shows no words, because a repr ends up in logs."""
        return f"Text({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A delivery this process has claimed, as it was at that moment."""

    id: int
    claim: int
    text: Text
    person_id: int
    contact_point_id: int
    link_subject: int | None
    lane: str
    step: int
    priority: int
    due_at: datetime
    deferred_until: datetime | None = None
    copies: int = 0
    refusals: int = 0
    unsure: bool = False
    provider: str | None = None

    @property
    def message_id(self) -> int:
        """Return which message it tells."""
        return self.text.id

    @property
    def vital(self) -> bool:
        """Say whether a life is at risk: reserved threads carry it."""
        return self.priority >= LIFE_AT_RISK

    @property
    def tries(self) -> int | None:
        """Return which provider account it tries out, if it is a trial."""
        return self.text.origin_id if self.text.origin == TRIAL else None

    @property
    def pressing(self) -> bool:
        """Say whether a doubtful copy is worth a repeat."""
        return self.vital or self.text.urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A held delivery that is still wanted, with where it goes; its copy is already counted."""

    held: Held
    way: Way
    language: str
    uid: str
    sealed_address: bytes

    def __repr__(self) -> str:
        """Shows no address, because a repr ends up in logs."""
        return f"Parcel({self.held.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a held delivery.

    Attributes:
        state: the state it goes to; `queued` to be tried again at `due_at`.
        next_now: the person's next contact is tried at once.
    """

    state: str
    reason: str | None
    due_at: datetime
    copies: int
    refusals: int
    unsure: bool
    deferred_until: datetime | None = None
    held_until: datetime | None = None
    provider_ref: str | None = None
    next_now: bool = False
