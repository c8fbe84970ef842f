"""WhatsApp: a template that Meta has approved, whose one variable is our content-free sentence."""

from apprise.plugins.whatsapp import NotifyWhatsApp

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle
from alerts.sender.kinds import WhatsApp
from alerts.sender.letters import Letter
from alerts.sender.outcomes import Kind, Outcome, temporary, throttled, with_reference
from nucleus.ground.heard import read_json

LONGEST_TEXT = 1000
_TOO_MUCH = frozenset({4, 80007, 130429, 131048, 131056, 133016})
_LATER = frozenset({1, 2, 131000, 131016, 133004, 131057})
"""Meta's numbers (cloud API, error codes); all others mean that the same again is refused again."""


def prepare(account: WhatsApp, address: str, letter: Letter) -> Prepared:
    """Make a message to one number."""
    plugin = NotifyWhatsApp(
        token=account.token,
        from_phone_id=account.phone_id,
        template=account.template,
        targets=[fitness.number(address)],
        language=_language(account.languages, letter.language),
        template_mapping={"body": "1"},
        retry=0,
        asset=ASSET,
    )
    plugin.notify_url = f"{account.base_url}/{{fb_ver}}/{{phone_id}}/messages"
    text = fitness.shortened(fitness.one_line(fitness.body(letter.body)), size=LONGEST_TEXT)
    return Prepared(plugin=gentle(plugin), body=text, read=_read)


def _language(approved: str, wanted: str) -> str:
    """The reader's language where the template speaks it, else the first one."""
    known = [code.strip() for code in approved.split(",")]
    return next((code for code in known if code.partition("_")[0] == wanted), known[0])


def _read(outcome: Outcome, answer: bytes) -> Outcome:
    if outcome.kind is Kind.SENT:
        return with_reference(outcome, answer, "messages", 0, "id")
    try:
        code = int(read_json(answer)["error"]["code"])
    except (ValueError, TypeError, KeyError):
        return outcome
    words = f"{outcome.words}, with Meta's code {code}"
    if code in _TOO_MUCH:
        return throttled(words, outcome.retry_after)
    return temporary(words, outcome.retry_after) if code in _LATER else outcome
