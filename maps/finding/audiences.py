"""For whom a place is: groups people recognise themselves in, and the words that name them; pure.

Who a place is for stands in its own words, in whichever language somebody wrote them: all eight of
the house are read. A place that says nothing is for everybody, and so is one whose words say so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext

from nucleus.ground.words import plain

OLDEST = 150
INSIDE = "ar"
"""In Arabic *the* and *for* grow together with the word: there a beginning stands inside."""


@dataclass(frozen=True)
class Audience:
    """A group: what it is called, beginnings of words that mean it, and its ages in years.

    The words stand by language, each one beside the other with a bar between them.
    """

    label: str
    words: Mapping[str, str]
    ages: tuple[int, int] = (0, OLDEST)

    def beginnings(self) -> Iterator[str]:
        """Yield what is looked for in plain words that have a space before each of them."""
        yield from beginnings(self.words)


def beginnings(words: Mapping[str, str]) -> Iterator[str]:
    """Yield the beginnings of words of all languages, with the space that stands before them."""
    for language, said in words.items():
        before = "" if language == INSIDE else " "
        yield from (before + plain(word) for word in said.split("|"))


EVERYBODY = {
    "it": "tutti|tutte|chiunque|cittadinanza|popolazione",
    "en": "everyone|everybody|anyone|open to all|general public",
    "de": "für alle|jeder|jede person",
    "fr": "tous|toutes|tout le monde|tout public",
    "es": "todos|todas|cualquiera|público general",
    "ro": "toți|toată lumea|oricine|orice persoană",
    "uk": "всі|усі|кожн|будь-хто",
    "ar": "الجميع|للجميع|كل الناس",
}

AUDIENCES = {
    "children": Audience(
        lazy_gettext("Children"),
        {
            "it": "bambin|minor|infan|neonat|famigli|0-1|0-2|0-3|0-5|0-6",
            "en": "child|kid|baby|babies|newborn|toddler",
            "de": "kind|kleinkind|säugling|minderjährig",
            "fr": "enfant|bébé|nourrisson|mineur",
            "es": "niñ|menor|bebé|lactante",
            "ro": "copii|copil|bebeluș|minor",
            "uk": "діт|дитин|дитяч|немовл|малюк|неповноліт",
            "ar": "أطفال|طفل|رضع|قاصر",
        },
        (0, 13),
    ),
    "young": Audience(
        lazy_gettext("Young people"),
        {
            "it": "giovan|adolescen|ragazz|student",
            "en": "young|youth|teen|adolescent|student",
            "de": "jugend|junge menschen|junge erwachsene|heranwachsend|schüler",
            "fr": "jeune|adolescent|étudiant|lycéen",
            "es": "joven|jóvenes|adolescente|estudiante",
            "ro": "tiner|adolescen|student|elevi",
            "uk": "молод|підліт|юнац|студент|учн",
            "ar": "شباب|شابات|مراهق|طلاب",
        },
        (14, 25),
    ),
    "old": Audience(
        lazy_gettext("Older people"),
        {
            "it": "anzian|pension|terza età|over 6|over 7",
            "en": "elder|older|senior|retired|old age",
            "de": "ältere|alte menschen|im alter|senior|rentner|hochbetagt",
            "fr": "âgé|personnes âgées|aînés|retraité|troisième âge",
            "es": "mayores|ancian|jubilad|tercera edad",
            "ro": "vârstnic|bătrân|pensionar|persoane în vârstă",
            "uk": "літн|похил|пенсіонер|старш",
            "ar": "مسن|كبار السن|متقاعد",
        },
        (65, OLDEST),
    ),
    "women": Audience(
        lazy_gettext("Women"),
        {
            "it": "donn|madr|mamm|gestant|gravidanz|incint",
            "en": "women|woman|mother|pregnan|girl",
            "de": "frau|mutter|mütter|mädchen|schwanger",
            "fr": "femme|mère|enceinte|jeunes filles",
            "es": "mujer|madre|embaraz|chicas",
            "ro": "femei|mame|mamă|gravid|însărcinat",
            "uk": "жін|матер|мам|вагітн|дівчат",
            "ar": "نساء|امرأة|سيدات|حوامل|أمهات",
        },
    ),
    "families": Audience(
        lazy_gettext("Families"),
        {
            "it": "famigl|famil|genitor|madr|mamm|papà",
            "en": "famil|parent|mother|father",
            "de": "famili|elter|mutter|mütter|väter",
            "fr": "famill|parent|mère|père",
            "es": "famil|padres|madre",
            "ro": "famil|părin|mame|tați",
            "uk": "сім|родин|батьк|матер",
            "ar": "عائلات|عائلة|أسرة|الأسر|أهالي|والدين",
        },
    ),
    "migrants": Audience(
        lazy_gettext("People from abroad"),
        {
            "it": "stranier|migra|immigra|rifugiat|richiedent|profug|extracomunitar|neocomunitar"
            "|comunitari|stp|eni",
            "en": "foreign|refugee|asylum|migrant|immigrant|newcomer",
            "de": "ausländ|flüchtling|geflüchtet|asyl|zugewandert",
            "fr": "étranger|réfugié|migrant|demandeurs d’asile|exilé",
            "es": "extranjer|refugiad|inmigra|solicitantes de asilo",
            "ro": "străin|refugia|imigra|azil",
            "uk": "інозем|біжен|мігрант|переселен|шукач",
            "ar": "أجانب|لاجئ|مهاجر|نازح|طالبي اللجوء",
        },
    ),
    "homeless": Audience(
        lazy_gettext("People without a home"),
        {
            "it": "senza dimora|senza casa|senza fissa|senzatetto|senza tetto",
            "en": "homeless|rough sleep|without a home",
            "de": "obdachlos|wohnungslos",
            "fr": "sans abri|sans domicile|sans logement|sdf",
            "es": "sin hogar|sin techo|sin casa",
            "ro": "fără adăpost|fără locuință|fără casă",
            "uk": "бездомн|безпритульн|безхатн|без житла",
            "ar": "مشرد|بلا مأوى|بدون مأوى|دون سكن",
        },
    ),
    "disabled": Audience(
        lazy_gettext("People with a disability"),
        {
            "it": "disabil|handicap|invalid|non vedent|ipovedent|non udent|sord",
            "en": "disab|wheelchair|blind|deaf",
            "de": "behinder|gehörlos|blinde|rollstuhl",
            "fr": "handicap|invalid|sourd|aveugle|malvoyant",
            "es": "discapac|minusvál|sord|cieg",
            "ro": "dizabil|handicap|nevăzăt|surzi",
            "uk": "інвалід|обмеженими можливостями|незряч|глух",
            "ar": "معاق|إعاقة|ذوي الاحتياجات|مكفوف",
        },
    ),
}
