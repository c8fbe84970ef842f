"""Signal: through the association's own signal-cli REST server, encrypted to the telephone."""

from apprise import NotifyFormat
from apprise.plugins.signal_api import NotifySignalAPI

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle, server_of
from alerts.sender.kinds import SignalServer
from alerts.sender.letters import Letter
from alerts.sender.outcomes import Kind, Outcome, throttled, with_reference

LONGEST_TEXT = 6000


def prepare(server: SignalServer, address: str, letter: Letter) -> Prepared:
    """Make a message to one number."""
    host, port, secure = server_of(server.base_url)
    plugin = NotifySignalAPI(
        source=server.source,
        targets=[fitness.number(address)],
        host=host,
        port=port,
        secure=secure,
        user=server.user or None,
        password=server.password or None,
        format=NotifyFormat.TEXT,
        retry=0,
        asset=ASSET,
    )
    text = fitness.shortened(fitness.body(letter.body), size=LONGEST_TEXT)
    return Prepared(plugin=gentle(plugin), body=text, read=_read)


def _read(outcome: Outcome, answer: bytes) -> Outcome:
    """The moment of sending is Signal's name of a message; a full queue hides behind a 400."""
    if outcome.kind is Kind.REFUSED and (b"RateLimit" in answer or b"rate limit" in answer.lower()):
        return throttled(outcome.words)
    return with_reference(outcome, answer, "timestamp")
