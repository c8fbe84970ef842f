"""What the doors for programs share: their blueprint, who calls, the one way to find an alert."""

import re
from collections.abc import Callable
from typing import cast

from flask import request
from sqlalchemy import select

from alerts.choosing.seating import hold
from alerts.models import Alert
from alerts.public import within_sight
from nucleus.accounts.gate import Program, program, token_may
from nucleus.ground.api import RoomApi
from nucleus.ground.database import db
from nucleus.ground.heard import LARGEST_ROW
from nucleus.ground.problems import Problem

bp = RoomApi("alerts_api", __name__, description="Alerts of the token's own association.")
NUMBER = re.compile(r"A-([1-9][0-9]{0,9})", re.ASCII)
ONE = "/alerts/<string(maxlength=12):number>"
read, draft = token_may("alerts:read"), token_may("alerts:draft")
raise_, answer = token_may("alerts:raise"), token_may("alerts:answer")
close = token_may("alerts:close")


def caller() -> Program:
    """Return who calls, behind a door that has let only programs in."""
    return cast(Program, program())


def found(number: str) -> Alert:
    """Return the alert of this number; one out of sight is not there, to nobody's knowledge.

    Raises:
        Problem: 404.
    """
    read_number = NUMBER.fullmatch(number)
    wanted = int(read_number[1]) if read_number else 0
    mine = within_sight(caller().organisation, caller().person)
    sought = select(Alert).where(Alert.number == min(wanted, LARGEST_ROW), mine)
    alert = db.session.scalar(sought)
    if alert is None:
        raise Problem(404, todo="Numbers look like A-1027; see the list of alerts.")
    return alert


def found_in(state: str, number: str) -> Alert:
    """Take the alert of this number, in this state; raise `Problem` 409 in any other.

    It is held first: of two calls at the same moment the second one sees what the first has done.
    """
    alert = hold(found(number).id)
    if alert.state != state:
        raise Problem(409, f"This alert is {alert.state}; this can be done while it is {state}.")
    return alert


def here(**question: object) -> str:
    """Return the address of another page of this list."""
    asked = "&".join(f"{name}={value}" for name, value in question.items() if value is not None)
    return f"{request.path}?{asked}"


Shown = dict[str, object]
Reader = Callable[..., Shown]
