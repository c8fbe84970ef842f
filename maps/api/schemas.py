"""What programs may ask and tell of places, and what they get."""

from marshmallow import ValidationError, fields, validate, validates_schema

from maps.finding.audiences import AUDIENCES
from maps.forms import RADII
from nucleus.ground.fields import Count, Moment, OneOf, Strict, Words, YesNo
from nucleus.resources.accessibility import AIDS
from nucleus.resources.forms import OLDEST
from nucleus.resources.models import FIELD_GROUPS, VISIBILITIES

LONGEST_PAGE, FURTHEST_PAGE = 100, 500
MOST_PLACES = 100_000
HOWS = ("call", "visit", "web")
WHEELCHAIR = ("unknown", "yes", "limited", "no")
WHERE = ("address", "comune", "province", "lat", "lon", "hidden")

EXAMPLE = {
    "source": "Parish of Aversa",
    "id": "17",
    "name": "Sportello Aurora",
    "category": "health_desk",
    "comune": "Teverola",
    "province": "CE",
    "address": "Via Roma 8",
    "lat": 40.9949,
    "lon": 14.2108,
    "phones": ["081 5550123"],
    "hours": "Mo-Fr 09:00-12:00",
    "languages": ["it", "ar"],
}


class ResourcesAsked(Strict):
    """The question of the page "Find a place": the same filters, the same places, the same count.

    Near a town the nearest come first, else the open ones.
    """

    text = Words(most=100, metadata={"description": "Words; typing errors are forgiven."})
    category = Words(most=60, metadata={"description": "A code of /categories; the kinds in it."})
    language = Words(most=8, metadata={"description": "A language spoken there (ISO 639)."})
    who = OneOf(*AUDIENCES, metadata={"description": "For whom; who says nothing is for all."})
    near = Words(most=100, metadata={"description": "A town, as `Aversa (CE)`."})
    within = OneOf(*RADII, metadata={"description": "Kilometres from the town."})
    open_now = OneOf("true", "false", metadata={"description": "Only doors that are open."})
    wheelchair = OneOf("true", "false", metadata={"description": "Only where one can get in."})
    accessibility = OneOf(*AIDS, metadata={"description": "Only where this is there."})
    limit = Count(least=1, most=LONGEST_PAGE, typed=False, load_default=25)
    page = Count(least=1, most=FURTHEST_PAGE, typed=False, load_default=1)


class PointShown(Strict):
    """Where it is, in degrees (WGS 84); `roughly` when only the town is known or may be told."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    roughly = fields.Boolean(required=True)


class FreshnessShown(Strict):
    """How fresh one group of facts is: last looked at, last confirmed, when to look again."""

    group = OneOf(*FIELD_GROUPS, required=True)
    age = OneOf("never", "fresh", "stale", required=True)
    looked_at = Moment(required=True)
    confirmed_at = Moment(required=True, allow_none=True)
    due_at = Moment(required=True)
    how = fields.String(required=True)


class OwedShown(Strict):
    """Whom the facts are owed to; keep the line wherever you show them."""

    source = fields.String(required=True)
    attribution = fields.String(required=True)


class CapacityShown(Strict):
    """How many are free, as of when."""

    unit = fields.String(required=True)
    free = fields.Integer(required=True, allow_none=True)
    maximum = fields.Integer(required=True, allow_none=True)
    as_of = Moment(required=True, allow_none=True)


def _text() -> fields.String:
    return fields.String(required=True, allow_none=True)


class ResourceShown(Strict):
    """One place, as a visitor may see it. Of a confidential one the town is all that is told."""

    uid = fields.String(required=True)
    page = fields.String(required=True, metadata={"description": "Its page for people."})
    calendar = fields.String(
        required=True, metadata={"description": "Its opening hours as a calendar (iCalendar)."}
    )
    name = fields.String(required=True)
    category = fields.String(required=True)
    what = _text()
    offered_by = _text()
    door = OneOf("open", "closed", "unknown", required=True)
    closes_at = Moment(required=True, allow_none=True)
    opens_at = Moment(required=True, allow_none=True)
    hours = fields.String(
        required=True, allow_none=True, metadata={"description": "OSM opening_hours, in force."}
    )
    usual_hours = _text()
    emergency_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Last day of other hours than the usual ones."},
    )
    hours_words = _text()
    by_appointment = fields.Boolean(required=True)
    phone_first = fields.Boolean(required=True)
    phones = fields.List(fields.String(), required=True)
    email = _text()
    web = _text()
    address = _text()
    comune = _text()
    province = _text()
    point = fields.Nested(PointShown, required=True, allow_none=True)
    km = fields.Float(required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    wheelchair = OneOf(*WHEELCHAIR, required=True)
    accessibility = fields.List(OneOf(*AIDS), required=True)
    who_for = _text()
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    cost = _text()
    documents = _text()
    how_to_get_in = _text()
    capacity = fields.Nested(CapacityShown, required=True, allow_none=True)
    freshness = fields.List(fields.Nested(FreshnessShown), required=True)
    owed = fields.List(fields.Nested(OwedShown), required=True)


class ResourcesShown(Strict):
    """One page of places, how many there are in all, and where the next page is."""

    total = fields.Integer(required=True)
    resources = fields.List(fields.Nested(ResourceShown), required=True)
    next = fields.String(required=True, allow_none=True)


class CategoryShown(Strict):
    """One kind of help: its code, its name in each language, and how others call it."""

    code = fields.String(required=True)
    within = fields.String(required=True, allow_none=True)
    labels = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    synonyms = fields.List(fields.String(), required=True)
    osm = fields.List(fields.String(), required=True)


class CategoriesShown(Strict):
    """All kinds of help, the narrower ones after the one they are in."""

    categories = fields.List(fields.Nested(CategoryShown), required=True)


def _words(most: int, told: str = "") -> Words:
    return Words(most=most, allow_none=True, metadata={"description": told} if told else {})


class ResourceSent(Strict):
    """What a list says of one place. A fact that is not sent stays; null takes it away.

    The first time name, category and comune must be there. The same source and id mean the same
    place ever after. What was confirmed here since is not overwritten.
    """

    EXAMPLE = EXAMPLE

    source = Words(least=2, most=80, required=True, metadata={"description": "Whose list."})
    id = Words(most=200, required=True, metadata={"description": "Its number in that list."})
    name = Words(most=200)
    category = Words(most=200, metadata={"description": "A code of /categories, or words for it."})
    what = _words(2000)
    offered_by = _words(200)
    address = _words(200)
    comune = Words(most=80)
    province = _words(2, "Two letters.")
    lat = fields.Float(allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(allow_none=True, validate=validate.Range(-180, 180))
    hidden = YesNo(metadata={"description": "Nobody may know where it is."})
    phones = fields.List(Words(most=40), validate=validate.Length(0, 10))
    email = _words(200)
    web = _words(300)
    hours = _words(500, "OSM opening_hours, or plain words as people write them.")
    emergency_hours = _words(500, "Hours for now; only with their last day.")
    emergency_until = fields.Date(allow_none=True)
    by_appointment = YesNo()
    phone_first = YesNo()
    who_for = _words(300)
    age_from = Count(least=0, most=OLDEST, allow_none=True)
    age_to = Count(least=0, most=OLDEST, allow_none=True)
    cost = _words(200)
    documents = _words(300)
    wheelchair = OneOf(*WHEELCHAIR)
    accessibility = fields.List(OneOf(*AIDS), validate=validate.Length(0, len(AIDS)))
    how_to_get_in = _words(1000)
    languages = fields.List(Words(most=8), validate=validate.Length(0, 40))
    capacity_unit = _words(80)
    capacity_free = Count(least=0, most=MOST_PLACES, allow_none=True)
    capacity_max = Count(least=0, most=MOST_PLACES, allow_none=True)
    visibility = OneOf(*VISIBILITIES)
    told_on = fields.Date(metadata={"description": "The day on which the list says this holds."})

    @validates_schema
    def says_where_whole(self, data: dict[str, object], **_more: object) -> None:
        """Refuse half of where it is: a town belongs to every street."""
        if data.keys() & set(WHERE) and "comune" not in data:
            raise ValidationError("Say the town too, whenever you say where it is.", "comune")
        if (data.get("lat") is None) != (data.get("lon") is None):
            raise ValidationError("Send both degrees, or neither.", "lat")


class RemarkShown(Strict):
    """Something that was taken, but not as it was sent."""

    field = fields.String(required=True)
    words = fields.String(required=True)


class TakenShown(Strict):
    """What became of it; `resource` is null when no visitor may see the place."""

    outcome = OneOf("created", "updated", "unchanged", required=True)
    uid = fields.String(required=True)
    remarks = fields.List(fields.Nested(RemarkShown), required=True)
    resource = fields.Nested(ResourceShown, required=True, allow_none=True)


class ConfirmSent(Strict):
    """Who looked, how; of these groups of facts, or of all when none is named."""

    EXAMPLE = {"how": "call", "groups": ["hours", "phone"]}  # noqa: RUF012

    how = OneOf(*HOWS, required=True)
    groups = fields.List(OneOf(*FIELD_GROUPS), validate=validate.Length(1, len(FIELD_GROUPS)))
