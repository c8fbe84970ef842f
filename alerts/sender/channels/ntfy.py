"""ntfy: a push with buttons that answer at once."""

import json

from apprise import NotifyFormat
from apprise.plugins.ntfy import NotifyNtfy

from alerts.sender import fitness
from alerts.sender.channels.prepared import ASSET, Prepared, gentle, server_of
from alerts.sender.letters import Action, Letter, NtfyServer
from alerts.sender.outcomes import Outcome, with_reference

LONGEST_BODY = 4000
"""Bytes; ntfy turns what is above 4,096 into an attachment, which a locked phone does not show."""

LONGEST_TITLE = 200
MOST_ACTIONS = 3


def prepare(server: NtfyServer, address: str, letter: Letter) -> Prepared:
    """Make a push to one topic."""
    topic = fitness.ntfy_topic(address)
    identity = fitness.message_id(letter.message_id)
    headers = {"X-Sequence-ID": fitness.word(letter.tag), "Idempotency-Key": identity}
    if letter.link:  # not left to the plugin: it quotes what is quoted already
        headers["X-Click"] = fitness.link(letter.link)
    return Prepared(
        plugin=gentle(_plugin(server, topic, letter)),
        title=fitness.shortened(fitness.one_line(letter.subject), size=LONGEST_TITLE),
        body=fitness.shortened(fitness.body(letter.body), size=LONGEST_BODY),
        message_id=identity,
        headers=headers,
        read=_read,
    )


def _plugin(server: NtfyServer, topic: str, letter: Letter) -> NotifyNtfy:
    host, port, secure = server_of(server.base_url)
    return NotifyNtfy(
        targets=[topic],
        mode="private",
        host=host,
        port=port,
        secure=secure,
        auth="token" if server.token else "basic",
        token=server.token,
        priority="max" if letter.urgent else "default",
        actions=_actions(letter.actions),
        include_image=False,
        format=NotifyFormat.TEXT,
        retry=0,
        asset=ASSET,
    )


def _read(outcome: Outcome, answer: bytes) -> Outcome:
    return with_reference(outcome, answer, "id")


def _actions(actions: tuple[Action, ...]) -> str | None:
    """As JSON in plain letters: any language fits in the header, and nothing breaks out of it."""
    if len(actions) > MOST_ACTIONS:
        raise fitness.Unfit(f"ntfy shows no more than {MOST_ACTIONS} buttons")
    return json.dumps([_action(each) for each in actions]) if actions else None


def _action(action: Action) -> dict[str, object]:
    button = {"label": fitness.one_line(action.label), "url": fitness.link(action.url)}
    if not action.posts:
        return {"action": "view", **button, "clear": True}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = {"method": "POST", "headers": form, "body": action.body}
    return {"action": "http", **button, **posted, "clear": True}
