"""Quiet hours: until when a message that wakes nobody has to wait; pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_end(
    instant: datetime, quiet_from: int | None, *, quiet_until: int | None, zone: ZoneInfo
) -> datetime | None:
    """Return when the quiet hours end that the instant falls into, or `None` outside of them.

    Args:
        instant: when the message would arrive.
        quiet_from: minutes after midnight on the wall clock of the zone.
        quiet_until: the same; before or at `quiet_from`, it means the next day.
        zone: whose wall clock counts; a day on which clocks change may be 23 or 25 hours long.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    there = instant.astimezone(zone)
    minute = there.hour * 60 + there.minute
    overnight = quiet_from > quiet_until
    if overnight and not (minute >= quiet_from or minute < quiet_until):
        return None
    if not overnight and not quiet_from <= minute < quiet_until:
        return None
    day = there.date() + timedelta(days=overnight and minute >= quiet_from)
    end = datetime.combine(day, time(*divmod(quiet_until, 60)), tzinfo=zone)
    if end < instant:  # the hour that comes twice when clocks go back, seen the second time
        end = end.replace(fold=1)
    return end.astimezone(instant.tzinfo)
