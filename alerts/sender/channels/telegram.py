"""Telegram: a conversation with our bot, with buttons that answer on the spot."""

from apprise import NotifyFormat
from apprise.plugins.telegram import NotifyTelegram

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle
from alerts.sender.kinds import TelegramBot
from alerts.sender.letters import Action, Letter
from alerts.sender.outcomes import Kind, Outcome, gone, throttled, with_reference
from nucleus.ground.heard import read_json

LONGEST_CALLBACK = 64
LONGEST_TEXT = 3800
"""Bytes; Telegram takes 4,096 signs, and apprise would send more in several messages."""


def prepare(bot: TelegramBot, address: str, letter: Letter) -> Prepared:
    """Make a message to one chat."""
    plugin = NotifyTelegram(
        bot_token=bot.token,
        targets=[fitness.chat(address)],
        detect_owner=False,
        include_image=False,
        format=NotifyFormat.HTML,
        retry=0,
        asset=ASSET,
    )
    plugin.notify_url = f"{bot.base_url}/bot"
    text = fitness.shortened(fitness.body(letter.body), size=LONGEST_TEXT)
    # Measured: the plugin lets somebody's own < through as a tag, and Telegram refuses the whole
    # message over one that is not closed. So the words go as they are, with no markup at all.
    fields: dict[str, object] = {"text": text, "parse_mode": None, "protect_content": True}
    if letter.actions:
        fields["reply_markup"] = {"inline_keyboard": [[_button(each) for each in letter.actions]]}
    return Prepared(plugin=gentle(plugin), body="-", fields=fields, read=_read)


def _button(action: Action) -> dict[str, str]:
    """What comes back when it is pressed: the deed, and the token of the answer page."""
    pressed = f"{action.deed}:{action.url.rpartition('/')[2]}"
    if len(pressed.encode()) > LONGEST_CALLBACK:
        raise fitness.Unfit("this letter's answer does not fit under a button")
    return {"text": fitness.one_line(action.label), "callback_data": pressed}


def _read(outcome: Outcome, answer: bytes) -> Outcome:
    """Telegram says in the body how long to wait, and whether the person has left."""
    if outcome.kind is Kind.SENT:
        return with_reference(outcome, answer, "result", "message_id")
    told = _told(answer)
    if outcome.kind is Kind.THROTTLED:
        wait = (told.get("parameters") or {}).get("retry_after")
        return throttled(outcome.words, wait if isinstance(wait, int) else outcome.retry_after)
    left = ("bot was blocked", "user is deactivated", "chat not found")
    if outcome.kind is Kind.REFUSED and any(w in str(told.get("description")) for w in left):
        return gone("this person has left the conversation with the bot")
    return outcome


def _told(answer: bytes) -> dict[str, dict[str, object]]:
    try:
        found = read_json(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
