"""The room's box on the start page."""

from flask import render_template

from nucleus.resources import policy
from nucleus.resources.checking.queries import MANY, due_count
from nucleus.resources.suggesting.queries import tray_of
from nucleus.resources.suggesting.words import age_words


def draw_upkeep() -> str:
    """Draw how much waits for whoever looks after the map, and how long."""
    return render_template(
        "resources/_suggestions_card.html",
        tray=tray_of(policy.my_reach()),
        due=due_count(policy.my_reach()),
        many=MANY,
        age_words=age_words,
    )
