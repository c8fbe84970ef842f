"""Doing what a message says: an answer like any other, a cry for help, or a polite question.

Whatever comes in twice is done once. Nobody learns from a reply who is known here, and what we
are not sure of is kept as words for a coordinator.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from alerts import services
from alerts.asking import closing
from alerts.helping import help as helping
from alerts.inbound import household, replying
from alerts.inbound.reading import Pressed, Words
from alerts.inbound.replying import Said
from alerts.inbound.senders import asked_now, contacts_of, meant_by, tidy_sender
from alerts.models import Inbound, Recipient
from alerts.queries import recipient_by_token
from alerts.services import Answer, Answered
from alerts.speech.understanding import Heard, Meaning, understand
from alerts.telling import answer_words, posting
from nucleus.accounts.services.contacts import confirm_by_start_code
from nucleus.ground import journal
from nucleus.ground.clock import now
from nucleus.ground.crypto import ring
from nucleus.ground.database import db
from nucleus.people.models import Channel, ContactPoint
from nucleus.plans.queries import circle_of

LONGEST_KEPT = 200
STARTED = "started"
SAID = {
    Answered.ACCEPTED: answer_words.coming,
    Answered.ALREADY_FULL: answer_words.full,
    Answered.DECLINED: answer_words.cant,
    Answered.NOTED: answer_words.will_call,
    Answered.CLOSED: answer_words.over,
    Answered.NOT_ASKED: answer_words.nothing_open,
}
ANSWERS = {
    Meaning.COMING: Answer.COMING,
    Meaning.CANT: Answer.CANT,
    Meaning.KNOW_MORE: Answer.KNOW_MORE,
}
Say = Callable[[], str]


@dataclass(frozen=True, kw_only=True)
class Door:
    """The provider account a call came through."""

    uid: str
    kind: str
    label: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message from people we know, with what we understood of it."""

    row: Inbound
    points: list[ContactPoint]
    heard: Heard
    text: str

    @property
    def people(self) -> list[int]:
        """Return whom the contact belongs to; a family may share a telephone."""
        return sorted({point.person_id for point in self.points})

    def point_of(self, recipient: Recipient) -> int:
        """Return the contact of one of them from which it came."""
        return next(p.id for p in self.points if p.person_id == recipient.person_id)


def hear(door: Door, words: Words) -> Said | None:
    """Do what somebody wrote; return what to say where no contact of theirs leads back."""
    address = tidy_sender(door.channel, words.sender)
    row = remember(door, words.ref, sender=address or words.sender)
    if row is None:
        return None
    if began := begin_chat(door, words, address=address):
        row.meaning, row.person_id = STARTED, began.person_id
        return replying.reply(row, began, answer_words.reached_here)
    heard = understand(words.text) if words.whole else Heard(Meaning.UNCLEAR)
    row.meaning = heard.meaning
    points = contacts_of(door.channel, address) if address else []
    if not points:
        return replying.to_stranger(row, language=heard.language)
    letter = Letter(row=row, points=points, heard=heard, text=words.text.strip()[:LONGEST_KEPT])
    if len(letter.people) == 1:
        row.person_id = letter.people[0]
    return replying.reply(row, points[0], VERBS.get(heard.meaning, _answer)(letter))


def begin_chat(door: Door, words: Words, *, address: str | None) -> ContactPoint | None:
    """Take the code with which a member begins a conversation with our bot as proof of theirs."""
    word, _space, code = words.text.strip().partition(" ")
    if door.channel != Channel.TELEGRAM or word != "/start" or not code or address is None:
        return None
    return confirm_by_start_code(code.strip(), Channel.TELEGRAM, address=address)


def press(door: Door, pressed: Pressed) -> Said | None:
    """Do what a button under a message says; it counts only from the contact it was sent to."""
    address = tidy_sender(door.channel, pressed.sender)
    row = remember(door, pressed.ref, sender=address or pressed.sender)
    recipient = recipient_by_token(pressed.token)
    points = contacts_of(door.channel, address) if address else []
    own = [p for p in points if recipient is not None and p.person_id == recipient.person_id]
    if row is None or recipient is None or not own or pressed.deed not in set(Answer):
        return None
    row.meaning, row.person_id = pressed.deed, recipient.person_id
    said = _say(recipient, Answer(pressed.deed), row=row)
    services.prove_contact(recipient, own[0].id)
    return replying.reply(row, own[0], said)


def remember(door: Door, ref: str, *, sender: str) -> Inbound | None:
    """Note that a message came; `None` when it has come before, and nothing is to be done."""
    row = Inbound(
        account=door.uid, ref=ring().fingerprint(f"inbound:{door.uid}", ref), at=now(),
        whom=ring().fingerprint("inbound", f"{door.channel}:{sender}"), meaning="",
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return None
    return row


def _answer(letter: Letter) -> Say:
    """Take an answer to the alert it can only mean, or ask which one."""
    asked = asked_now(letter.people)
    recipient = meant_by(asked, letter.heard.alert)
    if recipient is None and asked:
        numbers = ", ".join(each.alert.short_number for each in asked[:5])
        return lambda: answer_words.which(numbers)
    if recipient is None:
        return answer_words.nothing_open
    letter.row.person_id = recipient.person_id
    how = ANSWERS.get(letter.heard.meaning)
    if how is None:
        return _other(letter, recipient)
    minutes, words = letter.heard.minutes, letter.text
    said = _say(recipient, how, row=letter.row, minutes=minutes, words=words)
    services.prove_contact(recipient, letter.point_of(recipient))
    return said


def _say(
    recipient: Recipient,
    how: Answer,
    *,
    row: Inbound,
    minutes: int | None = None,
    words: str | None = None,
) -> Say:
    row.alert_id = recipient.alert_id
    person = recipient.person_id
    return SAID[services.take_answer(recipient, how, eta_minutes=minutes, words=words, by=person)]


def _other(letter: Letter, recipient: Recipient) -> Say:
    """There, back, or words that only a person can read."""
    letter.row.alert_id, person = recipient.alert_id, recipient.person_id
    if letter.heard.meaning is Meaning.ARRIVED and services.mark_arrived(recipient, person):
        return answer_words.noted
    if letter.heard.meaning is Meaning.DONE and services.mark_done(recipient, person):
        return answer_words.noted
    if letter.text:
        recipient.words = letter.text
    facts = {"recipient": recipient.id}
    journal.write("alerts.hear_words", f"alert:{recipient.alert_id}", actor=person, **facts)
    if not replying.asked_back_lately(letter.row):
        alert = recipient.alert
        posting.tell_coordinators(alert, "unclear", answer_words.unclear(alert))
    return answer_words.say_it_again


def _help(letter: Letter) -> Say:
    """Raise an alert as the member's own press does; from a shared telephone with care."""
    person, others = household.who_cries(letter.points, letter.text)
    letter.row.person_id, letter.row.sharing = person.id, others
    what = household.told_with_care(letter.text) if others else letter.text
    circle = [] if others else circle_of(person.id)
    try:
        alert = helping.press_help(person, what=what, comune=None, circle=circle)
    except helping.NobodyToAsk:
        return answer_words.unknown
    letter.row.alert_id = alert.id
    return answer_words.help_is_asked


def _undo(letter: Letter) -> Say:
    """Take the own cry back: in ten seconds nobody hears of it, later all who did are told."""
    for person in letter.people:
        alert = helping.open_help_of(person)
        if alert is not None:
            if not helping.undo_help(alert, person):
                closing.close_alert(alert, "cancelled", person)
            return answer_words.taken_back
    return answer_words.nothing_to_take_back


def _stop(letter: Letter) -> Say:
    """Give the contact up when they say it twice, and tell those who would miss them."""
    if not replying.stopped_lately(letter.row):
        return answer_words.stop_once_more
    replying.give_up(letter.points)
    return answer_words.noted


VERBS: dict[Meaning, Callable[[Letter], Say]] = {
    Meaning.HELP: _help,
    Meaning.UNDO: _undo,
    Meaning.STOP: _stop,
}
