"""The outside world of the engine's promises: keeps every letter and answers as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from alerts.sender.letters import EmailAccount, Letter, Provider
from alerts.sender.outcomes import Kind, Outcome, sent


class Crash(BaseException):
    """The process is killed: no `except Exception` may catch it."""


@dataclass(frozen=True)
class Told:
    """One letter that went over the wire."""

    channel: str
    address: str
    letter: Letter


@dataclass
class World:
    """Answers each letter by a rule, by default yes; keeps them all."""

    answer: Callable[[Told], Outcome] = lambda _told: sent("taken")
    told: list[Told] = field(default_factory=list)

    def send(self, provider: Provider, address: str, letter: Letter) -> Outcome:
        """Take a letter."""
        channel = "email" if isinstance(provider, EmailAccount) else "ntfy"
        told = Told(channel, address, letter)
        self.told.append(told)
        return self.answer(told)

    @property
    def where(self) -> list[tuple[str, str]]:
        """Return the channels and the first words of the addresses, in the order of arrival."""
        return [(told.channel, told.address) for told in self.told]


def channel_says(channel: str, kind: Kind, **more: float) -> Callable[[Told], Outcome]:
    """Return a rule: one channel answers so, the others say yes."""
    answer = Outcome(kind, f"{kind.value} it is", **more)  # type: ignore[arg-type]
    return lambda told: answer if told.channel == channel else sent("taken")


def crash_at(point: str, *, time: int = 1) -> Callable[[str], None]:
    """Return a hook that kills the process when it passes a point for the n-th time."""
    passed = 0

    def watch(at: str) -> None:
        nonlocal passed
        passed += at == point
        if at == point and passed == time:
            raise Crash(point)

    return watch
