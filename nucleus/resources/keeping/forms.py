"""What may be typed about who looks after which places."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, TextAreaField, ValidationError
from wtforms.validators import Length

from nucleus.resources.forms import lines_of
from nucleus.resources.reach import Patch, read_patch

MOST = 400
LONGEST = 80


class EditArea(FlaskForm):
    """In which towns and provinces an organisation looks after places nobody else keeps."""

    area = TextAreaField(
        lazy_gettext("Towns and provinces, one a line"), [Length(max=MOST * (LONGEST + 2))]
    )

    def validate_area(self, field: Field) -> None:
        """Refuse a line too long to be a town, and more towns than a region has."""
        lines = lines_of(field.data)
        if len(lines) > MOST:
            raise ValidationError(_("These are too many lines. Write provinces instead of towns."))
        for line in lines:
            if len(line) > LONGEST:
                raise ValidationError(_("“%(line)s” is no town.", line=line[:LONGEST]))

    def patches(self) -> list[Patch]:
        """Return the parts as typed, each once."""
        return list(dict.fromkeys(read_patch(line) for line in lines_of(self.area.data)))


class EditKeeper(FlaskForm):
    """Which organisation keeps an entry; none leaves it to whoever's area it is in."""

    organisation = SelectField(lazy_gettext("Who looks after it"))
