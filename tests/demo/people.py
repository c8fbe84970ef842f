"""The invented people of the demo: three associations, forty neighbours, two provinces.

Every name, address and number is made up; phone numbers are in a range nobody uses.
"""

from dataclasses import dataclass

COMUNI = {
    "Teverola": (40.9949, 14.2108, "CE"),
    "Aversa": (40.9730, 14.2065, "CE"),
    "Casaluce": (41.0012, 14.1968, "CE"),
    "Lusciano": (40.9690, 14.1905, "CE"),
    "Trentola-Ducenta": (40.9769, 14.1779, "CE"),
    "Caserta": (41.0747, 14.3324, "CE"),
    "Marcianise": (41.0330, 14.2993, "CE"),
    "Giugliano in Campania": (40.9281, 14.2016, "NA"),
    "Frattamaggiore": (40.9414, 14.2722, "NA"),
    "Napoli": (40.8522, 14.2681, "NA"),
    "Bolzano": (46.4983, 11.3548, "BZ"),
    "Laives": (46.4275, 11.3387, "BZ"),
    "Merano": (46.6713, 11.1594, "BZ"),
    "Bressanone": (46.7176, 11.6565, "BZ"),
}


@dataclass(frozen=True)
class Association:
    """One of the three associations that run the nucleus together."""

    key: str
    name: str
    comune: str
    phone: str


ASSOCIATIONS = (
    Association("agro", "Insieme nell'Agro", "Teverola", "+390815550110"),
    Association("napoli", "Porta Aperta Napoli Nord", "Giugliano in Campania", "+390815550120"),
    Association("valle", "Vicini di Valle · Talnachbarn", "Bolzano", "+390471555013"),
)


@dataclass(frozen=True)
class Neighbour:
    """One invented person and what the roster knows about them.

    `role` is who they are in the association; `skills` are competence codes; `lapsed` marks a
    qualification that ran out, `away` somebody who is not available this week, `old_phone` one that
    takes text messages and nothing else.
    """

    name: str
    home: str
    comune: str
    role: str = "responder"
    spoken: tuple[str, ...] = ("it",)
    language: str = "it"
    skills: tuple[str, ...] = ("listening",)
    lapsed: bool = False
    away: bool = False
    no_contact: bool = False
    old_phone: bool = False


NEIGHBOURS = (
    Neighbour("Carla Coppola", "agro", "Teverola", "coordinator"),
    Neighbour("Salvatore Esposito", "napoli", "Giugliano in Campania", "coordinator"),
    Neighbour("Greta Pichler", "valle", "Bolzano", "coordinator", ("it", "de"), "de"),
    Neighbour("Ida Improta", "agro", "Aversa", "administrator"),
    Neighbour("Nino Natale", "agro", "Aversa", "keeper"),
    Neighbour("Bea Bruno", "agro", "Teverola", "member"),
    Neighbour("Tarek Mansour", "agro", "Aversa", "member", ("ar", "it"), "ar"),
    Neighbour("Olena Kovalenko", "napoli", "Napoli", "member", ("uk", "it"), "uk"),
    Neighbour("Anna Gruber", "valle", "Merano", "member", ("de", "it"), "de"),
    Neighbour("Gennaro Ricci", "napoli", "Frattamaggiore", "member"),
    Neighbour("Vito Vitale", "agro", "Teverola"),
    Neighbour("Amina Haddad", "agro", "Aversa", spoken=("it", "ar", "fr"), language="ar"),
    Neighbour("Luca Longo", "agro", "Aversa", skills=("listening", "driver"), old_phone=True),
    Neighbour("Rosa Russo", "agro", "Casaluce"),
    Neighbour("Ciro Castaldo", "agro", "Lusciano", skills=("listening", "first_aid")),
    Neighbour("Marta Moretti", "agro", "Teverola"),
    Neighbour("Youssef Amrani", "agro", "Trentola-Ducenta", spoken=("ar", "it"), language="ar"),
    Neighbour("Paola Parisi", "agro", "Aversa", skills=("listening", "facilitator")),
    Neighbour("Dario De Luca", "agro", "Caserta"),
    Neighbour("Elena Ferrara", "agro", "Marcianise", lapsed=True),
    Neighbour("Fabio Fontana", "agro", "Teverola", away=True),
    Neighbour("Giulia Gallo", "agro", "Aversa", no_contact=True),
    Neighbour("Hassan Idrissi", "napoli", "Giugliano in Campania", spoken=("ar", "it")),
    Neighbour("Immacolata Iovine", "napoli", "Giugliano in Campania"),
    Neighbour("Kateryna Bondar", "napoli", "Napoli", spoken=("uk", "it"), language="uk"),
    Neighbour("Lello Leone", "napoli", "Frattamaggiore", skills=("listening", "driver")),
    Neighbour("Mirela Popescu", "napoli", "Napoli", spoken=("ro", "it"), language="ro"),
    Neighbour("Pasquale Pace", "napoli", "Giugliano in Campania", away=True),
    Neighbour("Titti Testa", "napoli", "Frattamaggiore", skills=("first_aid",)),
    Neighbour("Ugo Uliano", "napoli", "Napoli", lapsed=True),
    Neighbour("Franz Egger", "valle", "Bolzano", spoken=("de", "it"), language="de"),
    Neighbour("Heidi Kofler", "valle", "Merano", spoken=("de", "it"), language="de"),
    Neighbour("Marco Zeni", "valle", "Laives"),
    Neighbour("Nadia Trafoier", "valle", "Bolzano", spoken=("de", "it"), skills=("facilitator",)),
    Neighbour("Peter Hofer", "valle", "Bressanone", spoken=("de", "it"), language="de"),
    Neighbour("Samira Ziani", "valle", "Bolzano", spoken=("ar", "fr", "it"), language="fr"),
    Neighbour("Stefan Mair", "valle", "Merano", spoken=("de",), language="de", away=True),
    Neighbour("Verena Rainer", "valle", "Bressanone", spoken=("de", "it"), language="de"),
    Neighbour("Walter Gasser", "valle", "Laives", spoken=("de", "it"), lapsed=True),
    Neighbour("Zeno Zanella", "valle", "Bolzano", skills=("listening", "first_aid")),
)
