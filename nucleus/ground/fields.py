"""What a machine may send, field by field: exactly the type it says, and no sign nobody types."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from nucleus.ground.heard import legible


class Strict(Schema):
    """A body or a question that knows all its fields; an unknown one is refused by name."""

    error_messages = {  # noqa: RUF012 the library's own way
        "unknown": "This field is not known here. Leave it out.",
        "type": "This must be an object.",
    }


class Words(fields.String):
    """Words of at most so many characters, cleaned of control signs; never empty."""

    def __init__(self, *, most: int, least: int = 1, **more: Any) -> None:
        """Set the limits, in characters."""
        super().__init__(validate=validate.Length(least, most), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("This must be text.")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValidationError("This holds half a character.") from None
        return str(legible(value)).strip()


class OneOf(fields.String):
    """One of a few words."""

    def __init__(self, *choices: str, **more: Any) -> None:
        """Set the choices."""
        super().__init__(validate=validate.OneOf(choices), **more)


class Count(fields.Integer):
    """A whole number between two limits; true is no number."""

    def __init__(self, *, least: int, most: int, typed: bool = True, **more: Any) -> None:
        """Set the limits; `typed` is false in an address, where every number is text."""
        super().__init__(strict=typed, validate=validate.Range(least, most), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if isinstance(value, bool):
            raise ValidationError("This must be a whole number.")
        if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
            raise ValidationError("This must be a whole number.")
        return super()._deserialize(value, attr, data, **more)


class YesNo(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This must be true or false.")
        return value


class Moment(fields.DateTime):
    """An instant as RFC 3339 writes it, in UTC: `2026-11-22T02:13:00Z`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        if not isinstance(value, datetime):
            return None
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
