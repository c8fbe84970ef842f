"""Matrix: a room with one person, found again by its alias, and a message that arrives once.

apprise's own plugin signs in, joins and sleeps for each message. This one asks for the room,
makes it when there is none, and puts the message there under a number of ours: the home server
itself drops a copy it has seen.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any
from urllib.parse import quote

from alerts.sender import fitness
from alerts.sender.channels.own import OwnPlugin
from alerts.sender.channels.prepared import Prepared, server_of
from alerts.sender.kinds import MatrixAccount
from alerts.sender.letters import Letter
from alerts.sender.outcomes import Kind, Outcome, temporary, with_reference
from nucleus.ground.crypto import ring

LONGEST_TEXT = 8000
MOST_ROOMS = 5000
API = "/_matrix/client/v3"

_rooms: OrderedDict[tuple[str, str], str] = OrderedDict()
_door = Lock()


class NotifyRoom(OwnPlugin):
    """Puts one message into the room with one person."""

    def __init__(self, account: MatrixAccount, person: str, *, number: str) -> None:
        """Hold who is told, and the number of what they are told."""
        super().__init__()
        host, port, secure = server_of(account.base_url)
        self.server = f"{'https' if secure else 'http'}://{host}" + (f":{port}" if port else "")
        self.account, self.person, self.number = account, person, number
        self.putting = False

    def send(self, body: str, *_unused: Any, **_more: Any) -> bool:
        """Find or make the room, then put the message there."""
        room = self._room()
        if room is None:
            return False
        self.putting = True
        path = f"/rooms/{quote(room, safe='')}/send/m.room.message/{quote(self.number, safe='')}"
        put = self._ask("PUT", path, {"msgtype": "m.text", "body": body})
        if put.status_code in (403, 404):
            with _door:
                _rooms.pop(self._place, None)
        return bool(put.ok)

    def read(self, outcome: Outcome, answer: bytes) -> Outcome:
        """Before the message itself was put nothing can have arrived."""
        if outcome.kind is Kind.UNSURE and not self.putting:
            return temporary(outcome.words)
        return with_reference(outcome, answer, "event_id")

    @property
    def _place(self) -> tuple[str, str]:
        return f"{self.server} {self.account.user_id}", self.person

    @property
    def _alias(self) -> str:
        """A name for the room that tells nobody with whom it is."""
        mark = ring().fingerprint("matrix_room", f"{self.account.user_id} {self.person}")
        return f"nucleo-{mark[:24]}"

    def _room(self) -> str | None:
        with _door:
            known = _rooms.get(self._place)
        return known or self._keep(self._find() or self._make())

    def _keep(self, room: str | None) -> str | None:
        if room is not None:
            with _door:
                _rooms[self._place] = room
                if len(_rooms) > MOST_ROOMS:
                    _rooms.popitem(last=False)
        return room

    def _find(self) -> str | None:
        home = self.account.user_id.partition(":")[2]
        alias = quote(f"#{self._alias}:{home}", safe="")
        return _room_in(self._ask("GET", f"/directory/room/{alias}"))

    def _make(self) -> str | None:
        wanted = {
            "room_alias_name": self._alias,
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [self.person],
        }
        return _room_in(self._ask("POST", "/createRoom", wanted))

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        return self.ask(method, f"{self.server}{API}{path}", token=self.account.token, body=body)


def prepare(account: MatrixAccount, address: str, letter: Letter) -> Prepared:
    """Make a message to one person."""
    number = fitness.word(letter.message_id)
    plugin = NotifyRoom(account, fitness.matrix_name(address), number=number)
    text = fitness.shortened(fitness.body(letter.body), size=LONGEST_TEXT)
    return Prepared(plugin=plugin, body=text, read=plugin.read)


def _room_in(answer: Any) -> str | None:
    try:
        found = answer.json().get("room_id") if answer.ok else None
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and found.startswith("!") else None
