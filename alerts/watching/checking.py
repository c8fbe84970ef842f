"""What `nucleus check` looks at in this room: who is at work, what is late, who can be reached."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing

from flask import Flask
from sqlalchemy import ColumnElement, func, select

from alerts.sender.heartbeat import SENDER, last_beat
from alerts.sender.models import ProviderAccount
from alerts.watching import outside
from alerts.watching.auditing import late
from alerts.watching.models import Probe
from alerts.watching.wellbeing import Trouble, is_silent
from alerts.watching.words import told_trouble
from nucleus.accounts.models import Account, WebAuthn
from nucleus.ground.boards import checks
from nucleus.ground.boards.checks import Finding, Level
from nucleus.ground.clock import now
from nucleus.ground.crypto import CantOpen, ring
from nucleus.ground.database import db
from nucleus.ground.settings import MailSettings, NtfySettings, Settings
from nucleus.people.models import ADDRESS, SENDING, ContactPoint, Person, RoleGrant
from nucleus.people.policy import GUARDED

SECONDS = 10.0
NEARBY = ("http://127.", "http://localhost", "http://[::1]")


def init_app(app: Flask) -> None:
    """Pin the checks of this room."""
    for check in (check_work, check_lateness, check_probes, check_ways, check_people, check_links):
        checks.pin(app, check)


def check_work(_settings: Settings) -> Iterator[Finding]:
    """Is something sending?"""
    last = last_beat(SENDER)
    if last is None:
        said = "No sender has ever given a sign of life here, or not for a day."
        yield Finding("sender", Level.BROKEN, said, "Start `nucleus serve` or `nucleus worker`.")
        return
    ago = round((now() - last).total_seconds())
    level = Level.BROKEN if is_silent(last) else Level.WELL
    remedy = "Start `nucleus serve` or `nucleus worker` again." if level else ""
    yield Finding("sender", level, f"The sender gave its last sign {ago} s ago.", remedy)


def check_lateness(_settings: Settings) -> Iterator[Finding]:
    """Has everything left and happened that should have by now?"""
    found = [Trouble(what=one.what, since=one.since, number=one.number) for one in late()]
    for one in found:
        since = f"Since {one.since:%Y-%m-%d %H:%M} UTC." if one.since else ""
        yield Finding(one.what, Level.BROKEN, told_trouble(one), since)
    if not found:
        yield Finding("lateness", Level.WELL, "Nothing is late.")


def check_probes(settings: Settings) -> Iterator[Finding]:
    """Did the last test message arrive on every channel?"""
    if not settings.probe_minutes:
        words = "No test messages are sent (NUCLEUS_PROBE_MINUTES is 0)."
        yield Finding("probe", Level.LOOK, words)
        return
    for row in db.session.scalars(select(Probe).order_by(Probe.lane)):
        if row.trouble:
            said = f"The last test by {row.lane} failed ({row.trouble}). {row.said or ''}".strip()
            yield Finding(f"probe:{row.lane}", Level.BROKEN, said)
        elif row.well_at is None:
            yield Finding(f"probe:{row.lane}", Level.LOOK, f"No test by {row.lane} came back yet.")
        else:
            said = f"The last test by {row.lane} was well at {row.well_at:%Y-%m-%d %H:%M} UTC."
            yield Finding(f"probe:{row.lane}", Level.WELL, said)


def check_ways(settings: Settings) -> Iterator[Finding]:
    """Does each way out answer, and does it know us?"""
    if settings.mail:
        yield _mail(settings.mail)
    if settings.ntfy:
        yield _ntfy(settings.ntfy)
    accounts = select(ProviderAccount).where(ProviderAccount.retired_at.is_(None))
    rows = db.session.scalars(accounts.order_by(ProviderAccount.channel)).all()
    for row in rows:
        tested = row.tested_at is not None
        said = f"{row.channel} by {row.kind}: " + ("was tried." if tested else "was never tried.")
        remedy = "" if tested else "Press its test button."
        level = Level.WELL if tested else Level.LOOK
        yield Finding(f"way:{row.channel}:{row.kind}", level, said, remedy)
    if not (settings.mail or settings.ntfy or rows):
        said = "No channel is set up: nobody can be told anything."
        yield Finding("ways", Level.BROKEN, said, "Set NUCLEUS_MAIL_URL or NUCLEUS_NTFY_URL.")


def _mail(mail: MailSettings) -> Finding:
    """Connect, agree on encryption, sign in; nothing is sent."""
    try:
        with closing(_connect(mail)) as line:
            if mail.security == "starttls":
                line.starttls(context=ssl.create_default_context())
            if mail.user:
                line.login(mail.user, mail.password or "")
            line.noop()
    except smtplib.SMTPAuthenticationError:
        said = "The mail server does not accept our name and password."
        return Finding("way:email", Level.BROKEN, said, "Look at NUCLEUS_MAIL_URL.")
    except (OSError, smtplib.SMTPException) as cause:
        said = f"The mail server can't be used ({type(cause).__name__})."
        return Finding("way:email", Level.BROKEN, said, "Look at NUCLEUS_MAIL_URL.")
    if mail.security == "none":
        said = "The mail server answers, but the way there is not encrypted."
        return Finding("way:email", Level.LOOK, said, "Use security=tls or starttls.")
    return Finding("way:email", Level.WELL, "The mail server answers and knows us.")


def _connect(mail: MailSettings) -> smtplib.SMTP:
    if mail.security == "tls":
        safe = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=safe)
    return smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)


def _ntfy(server: NtfySettings) -> Finding:
    key = {"Authorization": f"Bearer {server.token}"} if server.token else {}
    if outside.ask(f"{server.url}/v1/health", key) is None:
        said = "The ntfy server does not answer, or refuses us."
        return Finding("way:ntfy", Level.BROKEN, said, "Look at NUCLEUS_NTFY_URL and its token.")
    return Finding("way:ntfy", Level.WELL, "The ntfy server answers.")


def check_people(_settings: Settings) -> Iterator[Finding]:
    """Can those be reached who must be, and can what is sealed be opened?"""
    naked = _number_of(_is_guarded(), ~_has_second_factor())
    if naked:
        said = f"{naked} coordinator(s), keeper(s) or administrator(s) have no second factor."
        yield Finding("second_factor", Level.LOOK, said, "Until then their role does not count.")
    mute = _number_of(Person.organisation_id.is_not(None), ~_has_proven_contact())
    if mute:
        said = f"{mute} people have no contact that was verified: only a voice reaches them."
        yield Finding("contacts", Level.LOOK, said)
    yield _sealed()


def _number_of(*conditions: ColumnElement[bool]) -> int:
    here = select(func.count()).select_from(Person).where(Person.stopped_at.is_(None), *conditions)
    return db.session.scalar(here) or 0


def _is_guarded() -> ColumnElement[bool]:
    roles = [str(role) for role in GUARDED]
    grants = select(RoleGrant.id).where(
        RoleGrant.person_id == Person.id, RoleGrant.role.in_(roles), RoleGrant.until.is_(None)
    )
    return grants.exists()


def _has_second_factor() -> ColumnElement[bool]:
    keys = select(WebAuthn.id).where(WebAuthn.user_id == Account.id).exists()
    own = select(Account.id).where(
        Account.person_id == Person.id, Account.tf_primary_method.is_not(None) | keys
    )
    return own.exists()


def _has_proven_contact() -> ColumnElement[bool]:
    usable = select(ContactPoint.id).where(
        ContactPoint.person_id == Person.id,
        ContactPoint.verified_at.is_not(None),
        ContactPoint.retired_at.is_(None),
        ContactPoint.channel.in_(SENDING),
    )
    return usable.exists()


def _sealed() -> Finding:
    """Open one sealed address: the ring may be the wrong one."""
    newest = select(ContactPoint).order_by(ContactPoint.id.desc()).limit(1)
    point = db.session.scalars(newest).first()
    try:
        if point is not None:
            ring().open(point.sealed_address, ADDRESS, point.uid)
    except CantOpen:
        said = "What is sealed can't be opened with these keys."
        return Finding("sealed", Level.BROKEN, said, "Put the right key ring back.")
    return Finding("sealed", Level.WELL, "What is sealed can be opened.")


def check_links(settings: Settings) -> Iterator[Finding]:
    """Do the links in messages lead here, unseen by others, and is anybody outside watching?"""
    if settings.base_url.startswith("http://") and not settings.base_url.startswith(NEARBY):
        said = "The links in messages are not encrypted (NUCLEUS_BASE_URL begins with http)."
        yield Finding("links", Level.LOOK, said, "Serve the site over https.")
    if settings.heartbeat_url is None:
        said = "Nobody outside notices when this machine stops."
        yield Finding("outside", Level.LOOK, said, "Set NUCLEUS_HEARTBEAT_URL.")
