"""What is asked when two entries become one: each fact they say differently."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from nucleus.resources.twins.choosing import Question
from nucleus.resources.twins.wording import option_words
from nucleus.resources.wording import FACTS

PREFIX = "pick_"


class MergeTwin(FlaskForm):
    """Why they are one; the questions about facts are added for each pair."""

    seen = HiddenField()
    why = StringField(
        lazy_gettext("Why they are the same, for whoever looks after it"), [Length(max=300)]
    )
    now_seen = ""

    def validate_seen(self, field: Field) -> None:
        """Refuse to merge what somebody changed while this page was open."""
        if field.data != self.now_seen:
            field.data = self.now_seen
            raise ValidationError(
                _("One of the two was changed in the meantime. Look at both once more.")
            )

    def choices(self) -> dict[str, str]:
        """Return what was chosen, by the fact that names its knot."""
        picked = (field for field in self if field.name.startswith(PREFIX))
        return {field.name.removeprefix(PREFIX): field.data for field in picked}


def merging_form(
    questions: Sequence[Question], categories: Mapping[int, str], *, seen: str
) -> MergeTwin:
    """Return the form with a question for each knot of facts the two say differently."""

    class Questions(MergeTwin):
        """The same, with the facts of one pair."""

        now_seen = seen

    for one in questions:
        words = [(option, option_words(one, option, categories)) for option in one.options]
        choices = [SelectChoice(*each) for each in words]
        label = FACTS.get(one.knot, one.knot)
        setattr(
            Questions, PREFIX + one.knot, RadioField(label, choices=choices, default=one.proposed)
        )
    form = Questions()
    if not form.is_submitted():
        form.seen.data = seen
    return form
