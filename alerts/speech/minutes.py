"""In how many minutes somebody says they will be there; pure.

*20*, *tra 20 min*, *in 2 hours*, *mezz’ora*, *٢٠ دقيقة*, *1h30*. An hour of the clock (*at 8*)
is no stretch of time: it stays in their words.
"""

import re

DAY = 24 * 60
MINUTE = (
    r"(?:m|mn|min|mins|minuto|minuti|minute|minutes|minuten|minuta|minutos|minut|"
    r"хв|хвилин|хвилини|хвилину|мин|минут|دقيقه|دقائق|دقايق|د)"
)
HOUR = (
    r"(?:h|hr|hrs|ora|ore|hour|hours|std|stunde|stunden|heure|heures|hora|horas|"
    r"год|година|години|годин|годину|час|часа|часов|ساعه|ساعات)"
)
SPELT = {
    "mezzora": 30, "mezz ora": 30, "half an hour": 30, "half hour": 30, "halbe stunde": 30,
    "halben stunde": 30, "demi heure": 30, "demie heure": 30, "media hora": 30,
    "jumatate de ora": 30, "пів години": 30, "півгодини": 30, "نصف ساعه": 30,
    "quarto dora": 15, "quarter of an hour": 15, "viertelstunde": 15, "quart dheure": 15,
    "cuarto de hora": 15, "sfert de ora": 15, "чверть години": 15, "ربع ساعه": 15,
    "unora": 60, "un ora": 60, "an hour": 60, "one hour": 60, "einer stunde": 60,
    "eine stunde": 60, "une heure": 60, "una hora": 60, "o ora": 60, "за годину": 60,
    "خلال ساعه": 60, "بعد ساعه": 60, "due ore": 120, "two hours": 120, "zwei stunden": 120,
    "deux heures": 120, "dos horas": 120, "doua ore": 120, "дві години": 120, "ساعتين": 120,
}  # fmt: skip
BY_THE_CLOCK = re.compile(
    r"\b(?:alle|all|at|um|ab|a las|a la|vers|la ora|о|об|الساعه|h)\s*\d|\d\s*[:.]\s*\d\d\b"
    r"|\b(?:heures? ?pile|uhr|pm|am|oclock)\b"
)
HOURS = re.compile(
    rf"(?<![\w.,])(\d{{1,2}})(?:[.,](5))?\s*{HOUR}(?![^\W\d])\s*(?:e|and|und|et|y|si|і|و)?\s*(\d{{1,2}})?"
)
MINUTES = re.compile(rf"(?<![\w.,])(\d{{1,4}})\s*(?:{MINUTE}\b|['′])")
NUMBER = re.compile(r"(?<![\w.,:])\d{1,4}(?![\w.,:]\w|\w)")


def minutes_in(plain: str, *, bare: bool = False) -> int | None:
    """Return the minutes a plain text speaks of, at most a day; `None` when it names none.

    Args:
        plain: what `plain_words` returns.
        bare: a single number without a unit counts as minutes too.
    """
    found = _hours(plain) or _minutes(plain) or _spelt(plain)
    if found is None and bare and not BY_THE_CLOCK.search(plain):
        numbers = NUMBER.findall(plain)
        found = int(numbers[0]) if len(numbers) == 1 else None
    return found if found is not None and 0 < found <= DAY else None


def _hours(plain: str) -> int | None:
    found = HOURS.search(plain)
    if found is None or BY_THE_CLOCK.search(plain):
        return None
    whole, half, more = found.groups()
    return int(whole) * 60 + (30 if half else 0) + int(more or 0)


def _minutes(plain: str) -> int | None:
    found = MINUTES.search(plain)
    return int(found.group(1)) if found else None


def _spelt(plain: str) -> int | None:
    named = (minutes for words, minutes in SPELT.items() if re.search(rf"\b{words}\b", plain))
    return next(named, None)
