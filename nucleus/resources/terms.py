"""The starter set of categories, with the words people and files use for them; pure."""

from typing import NamedTuple

SCHEME = "category"


class Category(NamedTuple):
    """A category before it is a Term: code, Italian, English, other words for it."""

    code: str
    it: str
    en: str
    synonyms: tuple[str, ...] = ()


CATEGORIES = (
    Category("health_desk", "Sportello salute", "Health desk", ("rilascio stp eni", "stp", "eni")),
    Category(
        "clinic",
        "Ambulatorio",
        "Clinic",
        ("ambulatorio di medicina generale", "poliambulatorio", "medico", "doctor", "doctors"),
    ),
    Category(
        "mental_health",
        "Centro di salute mentale",
        "Mental health centre",
        ("csm", "psichiatria", "psychiatry", "salute mentale"),
    ),
    Category(
        "counselling",
        "Ascolto psicologico",
        "Counselling",
        ("psicologo", "psicologa", "psicologia", "psychologist", "centro di ascolto"),
    ),
    Category("family_clinic", "Consultorio", "Family clinic", ("consultorio familiare",)),
    Category("emergency_room", "Pronto soccorso", "Emergency room", ("ospedale", "hospital", "ps")),
    Category(
        "helpline",
        "Linea di ascolto",
        "Helpline",
        ("telefono amico", "numero verde", "crisis line"),
    ),
    Category(
        "self_help",
        "Gruppo di auto mutuo aiuto",
        "Self-help group",
        ("ama", "mutuo aiuto", "support group"),
    ),
    Category("addiction", "Servizio dipendenze", "Addiction service", ("serd", "sert")),
    Category("anti_violence", "Centro antiviolenza", "Anti-violence centre", ("cav", "violenza")),
    Category(
        "shelter", "Posto letto e accoglienza", "Shelter", ("dormitorio", "accoglienza", "ostello")
    ),
    Category("food", "Cibo e pasti", "Food", ("mensa", "banco alimentare", "food bank")),
    Category("social_services", "Servizi sociali", "Social services", ("assistente sociale",)),
    Category(
        "legal_help", "Aiuto legale", "Legal help", ("avvocato", "sportello legale", "patronato")
    ),
    Category("work", "Aiuto per il lavoro", "Help finding work", ("lavoro", "caf", "job")),
    Category("day_centre", "Centro diurno", "Day centre", ("centro sociale", "drop in")),
    Category("pharmacy", "Farmacia", "Pharmacy", ("farmaci",)),
    Category("meeting_point", "Punto di ritrovo", "Meeting point", ("area di attesa",)),
    Category("other", "Altro", "Other"),
)
