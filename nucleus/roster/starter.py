"""The qualifications a new house begins with; pure. Each house changes and adds its own."""

from typing import NamedTuple


class Starter(NamedTuple):
    """A qualification before it is a row: code, labels, months it is valid, duties it opens."""

    code: str
    labels: dict[str, str]
    months_valid: int
    opens: tuple[str, ...]


STARTERS = (
    Starter(
        "listening",
        {"it": "Ascolto attivo", "en": "Active listening", "de": "Aktives Zuhören"},
        24,
        ("respond", "on_call"),
    ),
    Starter(
        "first_aid",
        {"it": "Primo soccorso", "en": "First aid", "de": "Erste Hilfe"},
        24,
        ("respond", "on_call"),
    ),
    Starter(
        "driver",
        {"it": "Accompagnamento in auto", "en": "Driving people", "de": "Fahrdienst"},
        12,
        ("respond",),
    ),
    Starter(
        "facilitator",
        {"it": "Facilitazione di gruppi", "en": "Facilitating groups", "de": "Gruppenbegleitung"},
        36,
        ("facilitate",),
    ),
)
