"""What is asked when a change shall be put back of which some was changed again since."""

from collections.abc import Collection, Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from nucleus.resources.knots import KNOTS, knots_of
from nucleus.resources.wording import FACTS


class UndoRevision(FlaskForm):
    """Which facts to put back; those that only make sense together are one answer."""

    facts = SelectMultipleField(
        lazy_gettext("Choose what to put back"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_facts(self, field: Field) -> None:
        """Refuse to put back nothing."""
        if not field.data:
            raise ValidationError(_("Choose at least one."))

    def names(self) -> set[str]:
        """Return the chosen facts."""
        return {name for knot in self.facts.data or () for name in KNOTS.get(knot, (knot,))}


def undoing_form(before: Iterable[str], since: Collection[str]) -> UndoRevision:
    """Return the form about one change, with what nobody touched since ticked."""
    knots = knots_of(before)
    untouched = [knot for knot, names in knots.items() if not set(names) & set(since)]
    form = UndoRevision(data={"facts": untouched})
    form.facts.choices = [SelectChoice(knot, FACTS.get(knot, knot)) for knot in knots]
    return form
