"""When a place is open goes into a calendar: exactly what is known, and nothing that is not."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from typing import cast as seen_as

import pytest
from dateutil.rrule import rrulestr
from flask.testing import FlaskClient
from icalendar import Calendar

from maps.formats.leaving.calendar import as_calendar
from maps.formats.leaving.shown import Shown
from nucleus.ground.clock import now
from nucleus.resources.hours import ITALY, certain_spans
from tests.cast import Cast
from tests.resources.furnish import AVERSA, SECRET, put_resource, resource

TODAY = date(2026, 11, 22)
STAMP = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "https://example.org/p"
ODD = 'Aurora; "è aperto", sì\\no, ' + "長い" * 40


def calendar(**facts: Any) -> Any:
    """Return the calendar of a place that has only these facts."""
    row = SimpleNamespace(
        **{"uid": "u", "name": "Aurora", "place": None, "phones": [], "by_appointment": False,
           "phone_first": False, "hours": None, "hours_words": None, "emergency_hours": None,
           "emergency_until": None, **facts}
    )  # fmt: skip
    text = as_calendar(
        Shown(seen_as(Any, row), "home"), PAGE, usual=row.hours, today=TODAY, stamp=STAMP
    )
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (read,) = Calendar.from_ical(text, multiple=True)
    return read


def opened(read: Any) -> Counter[tuple[datetime, timedelta]]:
    """Return each opening the events stand for, as a calendar program counts them."""
    found = Counter[tuple[datetime, timedelta]]()
    for event in read.walk("VEVENT"):
        assert not event.errors
        begins, lasts = event.start.replace(tzinfo=None), event.end - event.start
        not_on = {one.dt.replace(tzinfo=None) for one in dates(event, "EXDATE")}
        also = {one.dt.replace(tzinfo=None) for one in dates(event, "RDATE")} | {begins}
        if "RRULE" in event:
            until = event["RRULE"]["UNTIL"][0].astimezone(ITALY)
            event["RRULE"]["UNTIL"] = [until.replace(tzinfo=None)]
            also |= set(rrulestr(event["RRULE"].to_ical().decode(), dtstart=begins))
        found.update((one, lasts) for one in also - not_on)
    return found


def dates(event: Any, name: str) -> list[Any]:
    said = event.get(name, [])
    return [one for each in (said if isinstance(said, list) else [said]) for one in each.dts]


@pytest.mark.parametrize(
    "osm",
    [
        "Mo-Fr 08:30-12:30,14:00-16:00; Sa 09:00-10:00",
        "Mo-Fr 09:00-12:00; We 14:00-16:00; PH off",
        "Mo 09:00-12:00; Dec 24-Jan 06 off; PH 10:00-11:00",
        "Apr-Sep Mo 09:00-12:00; Oct-Mar Tu 10:00-13:00",
        "We[1] 10:00-12:00",
        "Fr 22:00-02:00; PH off",
        "2026 Dec 01 10:00-12:00",
    ],
)
def test_a_calendar_opens_the_door_exactly_when_it_is_open(osm: str) -> None:
    known = certain_spans(osm, TODAY, TODAY + timedelta(days=365))
    assert known
    assert opened(calendar(hours=osm)) == Counter((one, end - one) for one, end in known)


def test_a_door_that_never_shuts_is_open_every_day_and_unknown_hours_are_in_no_event() -> None:
    always = opened(calendar(hours="24/7"))
    assert len(always) == 366
    assert {lasts for _day, lasts in always} == {timedelta(days=1)}
    assert not opened(calendar(hours=None, hours_words="quando capita"))
    assert not opened(calendar(hours='Mo 09:00-12:00 unknown "perhaps"'))
    christmas = {one.date() for one, _lasts in opened(calendar(hours="Fr 09:00-12:00"))}
    assert date(2026, 12, 18) in christmas
    assert date(2026, 12, 25) not in christmas, "nobody said that it is open on holidays"


def test_hours_for_now_hold_until_their_last_day_and_say_so(cast: Cast) -> None:
    with cast.app.test_request_context():
        read = calendar(
            hours="Mo 09:00-12:00", emergency_hours="Mo-Su 08:00-20:00",
            emergency_until=date(2026, 11, 30),
        )  # fmt: skip
    days = {one.date(): lasts for one, lasts in opened(read)}
    assert days[date(2026, 11, 30)] == timedelta(hours=12)
    assert days[date(2026, 12, 7)] == timedelta(hours=3)
    assert date(2026, 12, 1) not in days
    first = read.walk("VEVENT")[0]
    assert first["SUMMARY"] != "Aurora"


def test_odd_words_come_through_whole() -> None:
    (event,) = calendar(hours="Mo 09:00-12:00", name=ODD, hours_words="lun,\nmar").walk("VEVENT")
    assert event["SUMMARY"] == ODD
    assert event["DESCRIPTION"] == "lun,\nmar"


def test_the_page_and_the_api_lead_to_the_calendar(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        number = put_resource(where=AVERSA, hours="Mo 09:00-12:00", by_appointment=True)
        uid = resource(number).uid
    path = f"/maps/resources/{uid}.ics"
    assert path in client.get(f"/resources/resource/show/{number}").text
    assert path in client.get("/api/v1/resources").text
    answer = client.get(path)
    assert answer.mimetype == "text/calendar"
    read: Any = Calendar.from_ical(answer.text)
    (event,) = read.walk("VEVENT")
    assert event["LOCATION"] == "Piazza Municipio 1, Aversa"
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert event.start.replace(tzinfo=ITALY) > now() - timedelta(days=1)


@pytest.mark.parametrize("facts", [{"visibility": "members"}, {"state": "retired"}])
def test_no_calendar_of_a_place_that_is_not_everybodys(
    cast: Cast, client: FlaskClient, facts: dict[str, Any]
) -> None:
    with cast.stage():
        uid = resource(put_resource(**facts)).uid
    assert client.get(f"/maps/resources/{uid}.ics").status_code == 404
    assert cast.signed_in(cast.carla).get(f"/maps/resources/{uid}.ics").status_code == 404


def test_the_calendar_of_a_hidden_place_says_only_its_town(cast: Cast, client: FlaskClient) -> None:
    with cast.stage():
        uid = resource(put_resource("Rifugio Alba", where=SECRET)).uid
    told = cast.signed_in(cast.carla).get(f"/maps/resources/{uid}.ics").text
    assert "LOCATION:Aversa" in told
    assert "Segretissimo" not in told
    assert "GEO:" not in told
