"""What is asked when the point of a place does not lie in the town that was typed."""

from dataclasses import replace

from flask_babel import gettext as _

from nucleus.places.doubting import disagreement_of, disagreement_words
from nucleus.places.models import Place
from nucleus.places.services import Whereabouts, whereabouts_of
from nucleus.resources.forms import EditResource

KEEP_TOWN, IS_THERE = "town", "there"
"""The two ways out that need no other number: forget the point, or say why it is right."""


def settled(form: EditResource, settle: str, place: Place | None = None) -> Whereabouts | None:
    """Return where a place is said to be, or None while its point and its town contradict.

    The form then says so at the point.

    Args:
        form: what was typed, valid by itself.
        settle: which way out was pressed, if one was.
        place: where it is said to be today; what stood there already is not doubted anew.
    """
    said = form.where()
    if settle == KEEP_TOWN:
        return replace(said, point=None)
    if place and _stands_as_before(said, whereabouts_of(place)):
        return said
    form.doubt = disagreement_of(said)
    if form.doubt is None:
        return said
    if settle == IS_THERE and form.reason:
        return said
    form.lat.errors = [disagreement_words(form.doubt)]
    if settle == IS_THERE:
        form.insists.errors = [_("Say in a few words why the point is right.")]
    return None


def _stands_as_before(said: Whereabouts, before: Whereabouts) -> bool:
    def of(where: Whereabouts) -> tuple[object, ...]:
        return where.point, where.comune, where.province

    return of(said) == of(before)
